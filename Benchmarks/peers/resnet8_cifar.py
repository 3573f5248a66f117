"""ResNet-8 on CIFAR-10 in PyTorch, and the same run in Martlet beside it.

    python resnet8_cifar.py ../../../shared/data/cifar10 --martlet ../../.build/release/martlet

trains with each of --seeds, and prints the test accuracies of both with mean and standard deviation. What is the same: the
network (He et al. 2015, section 4.2, shortcuts of option A), the first weights' distributions (He-normal convolutions,
Xavier-uniform output, zero biases), normalisation by the training part's channels, crop with 4 pixels of black and flip,
SGD with momentum, weight decay on weights alone, a constant rate, batches of 128 with the remainder as one of its own,
and the epochs. What cannot be: the random numbers.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


class Residual(nn.Module):
    def __init__(self, inputs, channels, stride):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inputs, channels, 3, stride, 1, bias=False), nn.BatchNorm2d(channels), nn.ReLU(),
            nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels))
        self.stride, self.added = stride, channels - inputs

    def forward(self, x):
        kept = F.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, 0, self.added))
        return self.body(x) + kept


def network(classes):
    layers = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
    for inputs, channels, stride in [(16, 16, 1), (16, 32, 2), (32, 64, 2)]:
        layers += [Residual(inputs, channels, stride), nn.ReLU()]
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, classes)]
    model = nn.Sequential(*layers)
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_in", nonlinearity="relu")
        elif isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight)
            nn.init.zeros_(module.bias)
    return model


def read(folder, pattern):
    files = sorted(pathlib.Path(folder).glob(pattern))
    if not files:
        raise SystemExit(f"no {pattern} in {folder}")
    records = np.concatenate([np.fromfile(file, np.uint8).reshape(-1, 3073) for file in files])
    return torch.from_numpy(records[:, 1:].reshape(-1, 3, 32, 32).copy()), torch.from_numpy(records[:, 0].astype(np.int64))


def augmented(images):
    """Each image moved by -4 ... 4 pixels each way, black coming in, and every second one on average turned round."""
    count = len(images)
    padded = F.pad(images, (4, 4, 4, 4))
    rows = torch.randint(0, 9, (count, 1)) + torch.arange(32)
    columns = torch.randint(0, 9, (count, 1)) + torch.arange(32)
    columns = torch.where(torch.rand(count, 1) < 0.5, columns.flip(1), columns)
    return padded[torch.arange(count)[:, None, None, None], torch.arange(3)[None, :, None, None],
                  rows[:, None, :, None], columns[:, None, None, :]]


def train(seed, data, options):
    (images, labels), (test_images, test_labels) = data
    torch.manual_seed(seed)
    mean = images.double().mean((0, 2, 3), keepdim=True).float()
    deviation = images.double().std((0, 2, 3), correction=0, keepdim=True).float()
    model = network(10)
    weights = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim == 1]
    optimizer = torch.optim.SGD(
        [{"params": weights, "weight_decay": options.weight_decay}, {"params": others}],
        lr=options.learning_rate, momentum=0.9)
    started = time.perf_counter()
    for _ in range(options.epochs):
        model.train()
        for batch in torch.randperm(len(images)).split(options.batch_size):
            x = (augmented(images[batch]).float() - mean) / deviation
            loss = F.cross_entropy(model(x), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    seconds = time.perf_counter() - started
    model.eval()
    with torch.no_grad():
        right = sum(
            (model((x.float() - mean) / deviation).argmax(1) == y).sum().item()
            for x, y in zip(test_images.split(500), test_labels.split(500)))
    return right / len(test_labels), seconds


def martlet(seed, options):
    command = [
        options.martlet, "train", "--data", f"cifar10:{options.data}", "--model", "resnet8", "--augment", "crop:4,flip",
        "--optimizer", "momentum", "--learning-rate", str(options.learning_rate),
        "--weight-decay", str(options.weight_decay), "--batch-size", str(options.batch_size),
        "--epochs", str(options.epochs), "--seed", str(seed), "--json", "--quiet"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    epochs = [json.loads(line) for line in lines[:-1]]
    return json.loads(lines[-1])["testAccuracy"], sum(epoch["seconds"] for epoch in epochs)


def report(name, results):
    accuracies = [accuracy for accuracy, _ in results]
    spread = statistics.stdev(accuracies) if len(accuracies) > 1 else float("nan")
    seconds = statistics.mean(seconds for _, seconds in results)
    each = ", ".join(f"{100 * accuracy:.2f}" for accuracy in accuracies)
    print(f"{name}: {100 * statistics.mean(accuracies):.2f} % +- {100 * spread:.2f} ({each}), {seconds:.1f} s a run")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", help="folder with data_batch_*.bin and test_batch.bin")
    parser.add_argument("--martlet", help="the command, to run beside; without it PyTorch runs alone")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--learning-rate", type=float, default=0.05)
    parser.add_argument("--weight-decay", type=float, default=5e-4)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    data = read(options.data, "data_batch_*.bin"), read(options.data, "test_batch.bin")
    report(f"PyTorch {torch.__version__}", [train(seed, data, options) for seed in options.seeds])
    if options.martlet:
        report("Martlet", [martlet(seed, options) for seed in options.seeds])


if __name__ == "__main__":
    main()
