"""A state_dict goes from PyTorch to Martlet, is tuned there, and comes back: the predictions must agree each way.

    Benchmarks/peers/.venv/bin/python Benchmarks/peers/state_dict.py FOLDER-WITH-MNIST

It needs torch, safetensors and numpy. MARTLET names the command, if it is not .build/release/martlet. Exit code 1 where
something differs.
"""

import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy
import torch
from safetensors.torch import load_file, save_file
from torch import nn

ROOT = pathlib.Path(__file__).resolve().parents[2]
MARTLET = os.environ.get("MARTLET", str(ROOT / ".build/release/martlet"))

# Layers have the names that the modules have in PyTorch, so nothing needs a renaming.
DESCRIPTION = {
    "input": [1, 28, 28],
    "layers": [
        {"name": "features.0", "kind": "conv2d", "channels": 8, "kernelSize": 3, "bias": False},
        {"name": "features.1", "kind": "batch_norm"},
        {"name": "features.2", "kind": "activation", "function": "relu"},
        {"name": "features.3", "kind": "max_pool2d", "kernelSize": 2},
        {"name": "features.4", "kind": "conv2d", "channels": 16, "kernelSize": 3},
        {"name": "features.5", "kind": "activation", "function": "relu"},
        {"name": "features.6", "kind": "max_pool2d", "kernelSize": 2},
        {"name": "classifier.1", "kind": "linear", "units": 64},
        {"name": "classifier.2", "kind": "activation", "function": "gelu"},
        {"name": "classifier.3", "kind": "linear", "units": 10},
    ],
}


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 8, 3, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2))
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(16 * 25, 64), nn.GELU(), nn.Linear(64, 10))

    def forward(self, x):
        return self.classifier(self.features(x))


def idx(folder, name):
    path = pathlib.Path(folder) / name
    data = path.read_bytes() if path.exists() else gzip.decompress(path.with_name(name + ".gz").read_bytes())
    shape = [int.from_bytes(data[4 + 4 * i:8 + 4 * i], "big") for i in range(data[3])]
    return torch.from_numpy(numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * data[3]).reshape(shape).copy())


def martlet(*arguments):
    done = subprocess.run([MARTLET, *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"martlet {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def predict(network, images):
    network.eval()
    with torch.no_grad():
        return torch.cat([network(part) for part in images.split(1000)]).numpy()


def compare(what, ours, theirs, labels):
    """Logits of PyTorch and of Martlet: the greatest difference, and how many classes differ."""
    accuracies = [(logits.argmax(1) == labels.numpy()).mean() for logits in (theirs, ours)]
    difference, other = abs(ours - theirs).max(), int((ours.argmax(1) != theirs.argmax(1)).sum())
    print(f"{what}: accuracy {accuracies[0]:.4f} in PyTorch, {accuracies[1]:.4f} in Martlet; greatest difference of a logit "
          f"{difference:.2g}, other classes for {other} of {len(ours)} images")
    return other == 0 and difference < 1e-3


def main(data):
    torch.manual_seed(0)
    data = os.path.abspath(data)
    images, labels = (idx(data, f"train-{part}") for part in ("images-idx3-ubyte", "labels-idx1-ubyte"))
    test, test_labels = (idx(data, f"t10k-{part}") for part in ("images-idx3-ubyte", "labels-idx1-ubyte"))
    images, test = images[:, None].float() / 255, test[:, None].float() / 255

    network = Network()
    optimizer, loss = torch.optim.Adam(network.parameters(), 1e-3), nn.CrossEntropyLoss()
    for rows in torch.randperm(len(images)).split(128):
        optimizer.zero_grad()
        loss(network(images[rows]), labels[rows].long()).backward()
        optimizer.step()

    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        pathlib.Path("network.json").write_text(json.dumps(DESCRIPTION))
        save_file(network.state_dict(), "torch.safetensors")
        loaded = ["--data", f"idx:{data}", "--model", "network.json", "--load", "torch.safetensors"]
        start = json.loads(martlet("train", *loaded, "--epochs", "0", "--save", "loaded.safetensors", "--json").splitlines()[-1])["start"]
        print(f"loaded {len(start['loaded'])} tensors; skipped {[entry['name'] for entry in start['skipped']]}; new {start['initialised']}")
        martlet("predict", "loaded.safetensors", "--data", f"idx:{data}", "--output", "loaded.npy", "--quiet")
        good = compare("from PyTorch", numpy.load("loaded.npy"), predict(network, test), test_labels)

        martlet("train", *loaded, "--epochs", "1", "--learning-rate", "1e-3", "--lr-scale", "features.*=0.1", "--save", "tuned.safetensors", "--quiet")
        martlet("predict", "tuned.safetensors", "--data", f"idx:{data}", "--output", "tuned.npy", "--quiet")
        back = Network()
        # Martlet does not count batches; PyTorch keeps the count that a new module has.
        missing, unexpected = back.load_state_dict(load_file("tuned.safetensors"), strict=False)
        print(f"back in PyTorch: not in the file {missing}, not in the module {unexpected}")
        good &= not unexpected and all(name.endswith("num_batches_tracked") for name in missing)
        good &= compare("tuned and back", numpy.load("tuned.npy"), predict(back, test), test_labels)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
