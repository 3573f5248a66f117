"""The comparisons of the guides: fine-tuning, ensembles and searches on MNIST, as tables in Markdown, and pictures of them.

    python3 Benchmarks/practice/run.py tuning|ensemble|snapshots|search FOLDER-WITH-MNIST [PICTURE.svg]

Nothing but Python's own library is needed. MARTLET names the command, if it is not .build/release/martlet. Accuracies do not
depend on the machine.
"""

import json
import os
import pathlib
import statistics
import sys
import tempfile

from command import martlet
from picture import dots


def percent(values):
    return f"{100 * statistics.mean(values):.2f} ({100 * min(values):.2f} to {100 * max(values):.2f})"


def tuning(data, path):
    """LeNet-5 taught the digits 0 to 4, then the digits 5 to 9 with 20 images each; ways to go on from there, over 5 seeds."""
    convolutions, features = ["0.*", "3.*"], ["0.*", "3.*", "7.*", "9.*"]
    new = ["--data", data, "--keep-classes", "5,6,7,8,9", "--per-class", "20", "--batch-size", "20", "--epochs", "40"]
    load = ["--load", "half.safetensors", "--head", "5"]
    ways = {
        "from scratch": ["--model", "lenet5"],
        "everything frozen but the new head": load + [word for name in features for word in ("--freeze", name)],
        "convolutions frozen": load + [word for name in convolutions for word in ("--freeze", name)],
        "convolutions at a tenth of the rate": load + [word for name in convolutions for word in ("--lr-scale", f"{name}=0.1")],
        "everything at the full rate": load,
    }
    found = {way: [] for way in ways}
    for seed in range(5):
        martlet("train", "--data", data, "--keep-classes", "0,1,2,3,4", "--model", "lenet5", "--epochs", "4", "--batch-size", "128",
                "--seed", str(seed), "--save", "half.safetensors")
        for way, options in ways.items():
            found[way].append(martlet("train", *new, *options, "--seed", str(seed))[-1]["testAccuracy"])
    print("| | test accuracy on 5 to 9, % (mean of 5 seeds, range) |\n|---|---|")
    for way, accuracies in found.items():
        print(f"| {way} | {percent(accuracies)} |")
    dots(path, "Test accuracy on the digits 5 to 9, after 20 images a class", [(way, runs, None) for way, runs in found.items()])


def ensemble(data, path):
    """Five perceptrons that differ in their seed, over 3 seeds."""
    print("| seeds | members, % | mean member, % | ensemble, % | gain | loss: mean member, ensemble |\n|---|---|---|---|---|---|")
    rows = []
    for seed in (0, 100, 200):
        *members, last = martlet("ensemble", "train", "--data", data, "--model", "mlp:128,64", "--epochs", "3", "--batch-size", "128",
                                 "--members", "5", "--seed", str(seed))
        rows.append((f"seeds {seed} to {seed + 4}", [member["testAccuracy"] for member in members], last["testAccuracy"]))
        each = ", ".join(f"{100 * member['testAccuracy']:.2f}" for member in members)
        print(f"| {seed} to {seed + 4} | {each} | "
              f"{100 * last['meanMemberAccuracy']:.2f} | {100 * last['testAccuracy']:.2f} | {100 * last['gain']:.2f} | "
              f"{last['meanMemberLoss']:.4f}, {last['testLoss']:.4f} |")
    dots(path, "Test accuracy of five members and of their ensemble", rows)


def snapshots(data, path):
    """15 epochs in several ways, over 3 seeds: as one run, as one run of five cycles whose ends are averaged, all or the last three, the
    last of these ends alone, and as five networks of three epochs each. Every rate goes down to 0 by a cosine from the same value."""
    rows = []
    for model, rate in (("mlp:128,64", "0.05"), ("lenet5", "0.05")):
        usual = ["--data", data, "--model", model, "--batch-size", "128", "--optimizer", "momentum", "--learning-rate", rate]
        # Each with the number of networks in use.
        ways = {"one run of 15 epochs": 1, "the last of 5 snapshots": 1, "5 snapshots together": 5, "the last 3 together": 3,
                "3 epochs, mean of 5 runs": 1, "5 runs of 3 epochs together": 5}
        found = {way: [] for way in ways}
        for seed in ("0", "100", "200"):
            single = martlet("train", *usual, "--epochs", "15", "--schedule", "cosine", "--seed", seed)[-1]
            *cycles, cyclic = martlet("ensemble", *usual, "--epochs", "15", "--snapshots", "5", "--seed", seed)
            *_, last = martlet("ensemble", *usual, "--epochs", "15", "--snapshots", "3", "--cycles", "5", "--seed", seed)
            *members, several = martlet("ensemble", *usual, "--epochs", "3", "--schedule", "cosine", "--members", "5", "--seed", seed)
            mean = {"testAccuracy": several["meanMemberAccuracy"], "testLoss": several["meanMemberLoss"]}
            for results, result in zip(found.values(), (single, cycles[-1], cyclic, last, mean, several)):
                results.append((result["testAccuracy"], result["testLoss"]))
        print(f"\n{model}, momentum {rate}:\n\n| | test accuracy, % (mean of 3 seeds, range) | test loss | networks in use |\n|---|---|---|---|")
        for way, results in found.items():
            accuracies = [accuracy for accuracy, _ in results]
            print(f"| {way} | {percent(accuracies)} | {statistics.mean(loss for _, loss in results):.4f} | {ways[way]} |")
            rows.append((f"{model.split(':')[0]}: {way}", accuracies, None))
    picture(path, "Test accuracy after 15 epochs in all", rows)


def search(data, _):
    """Ways to search settings of a perceptron on the embedded digits, over 5 seeds: the best validation loss, and what it cost."""
    pathlib.Path("space.json").write_text(json.dumps({
        "learning-rate": {"log-uniform": [1e-5, 0.3]}, "weight-decay": {"log-uniform": [1e-6, 0.1]},
        "dropout": {"uniform": [0, 0.6]}, "width": {"choice": [16, 64, 128]}, "batch-size": {"choice": [16, 64]},
        "optimizer": {"choice": ["adam", "momentum"]},
    }))
    found = {method: [] for method in ("random", "bayes", "coarse", "halving")}
    for seed in range(5):
        for method, results in found.items():
            lines = martlet("search", "space.json", "--data", "digits", "--model", "mlp:{width}", "--epochs", "9", "--trials", "27",
                            "--method", method, "--seed", str(seed), "--journal", f"{method}-{seed}.journal")
            # A shorter trial is no rival of a longer one, but may be of the same method.
            results.append((lines[-1]["best"]["objective"], lines[-1]["epochsTrained"]))
    cost = statistics.mean(epochs for _, epochs in found["random"])
    print("| | best validation loss: median of 5 seeds | all | epochs trained, of random's | at least as good as random's |\n|---|---|---|---|---|")
    for method, results in found.items():
        losses = [loss for loss, _ in results]
        wins = sum(loss <= other for loss, (other, _) in zip(losses, found["random"]))
        print(f"| {method} | {statistics.median(losses):.4f} | {', '.join(f'{loss:.4f}' for loss in losses)} | "
              f"{100 * statistics.mean(epochs for _, epochs in results) / cost:.0f} % | {wins} of 5 |")


if __name__ == "__main__":
    comparisons = {"tuning": tuning, "ensemble": ensemble, "snapshots": snapshots, "search": search}
    if len(sys.argv) not in (3, 4) or sys.argv[1] not in comparisons:
        sys.exit(__doc__)
    folder, image = os.path.abspath(sys.argv[2]), os.path.abspath(sys.argv[3]) if len(sys.argv) == 4 else None
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        comparisons[sys.argv[1]](f"idx:{folder}", image)
