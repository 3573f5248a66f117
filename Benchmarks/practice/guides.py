"""The pictures of the guides that come from a run or a few.

    python3 Benchmarks/practice/guides.py all|NAME… [DATA]

DATA is a folder with breast_cancer.csv, for the guide on rare classes. Pictures go beside the guides. Nothing but Python's own
library is needed; what is drawn does not depend on the machine. (Those of fine-tuning, ensembles and search: run.py.)
"""

import json
import os
import pathlib
import statistics
import sys
import tempfile

from command import ROOT, martlet
from picture import dots, figure, lines

GUIDES = ROOT / "Sources/Martlet/Martlet.docc/Guides"


def curve(name, *options, value="validationLoss", dashed=False):
    epochs = [line for line in martlet("train", "--backend", "cpu", *options) if "epoch" in line and "iterations" in line]
    return name, [(line["epoch"], line[value]) for line in epochs if line.get(value) is not None], dashed


def accumulation(path, _):
    common = ["--model", "mlp:64", "--epochs", "20"]
    lines(path, "The same steps in one part and in four", [
        curve("--batch-size 256", *common, "--batch-size", "256", value="trainLoss"),
        curve("--batch-size 64 --accumulate 4", *common, "--batch-size", "64", "--accumulate", "4", value="trainLoss", dashed=True),
    ], "epoch", "training loss")


def averaging(path, _):
    common = ["--model", "mlp:64", "--optimizer", "sgd", "--learning-rate", "0.5", "--batch-size", "16", "--epochs", "20", "--validation", "0.2"]
    lines(path, "A walk, and its mean", [
        curve("weights of the last step", *common), curve("--ema 0.99", *common, "--ema", "0.99"),
    ], "epoch", "validation loss", log_y=True)


def classes(path, data):
    """Benign and malignant tumours, of which one in 14 is malignant: the share of malignant ones that is found, among those
    left out of the table, over 10 seeds."""
    head, *rows = (pathlib.Path(data) / "breast_cancer.csv").read_text().splitlines()
    label = head.split(",")[-1]
    names = [row.rsplit(",", 1)[1] for row in rows]
    rare = min(set(names), key=names.count)
    malignant = [row for row, name in zip(rows, names) if name == rare]
    kept = [row for row, name in zip(rows, names) if name != rare] + malignant[::8]
    left = [row for place, row in enumerate(malignant) if place % 8]
    pathlib.Path("table.csv").write_text("\n".join([head] + kept) + "\n")
    pathlib.Path("left.csv").write_text("\n".join([head] + left) + "\n")
    rows = []
    for way in ("every sample once", "--class-weights balanced", "--sampling balanced"):
        found, accuracies = [], []
        for seed in range(10):
            end = martlet("train", "--backend", "cpu", "--data", "csv:table.csv", "--label", label, "--model", "mlp:16", "--epochs", "20",
                          "--seed", str(seed), "--save", "model.safetensors", *(way.split() if way.startswith("--") else []))[-1]
            accuracies.append(end["testAccuracy"])
            answers = martlet("predict", "model.safetensors", "--backend", "cpu", "--data", "csv:left.csv")
            found.append(sum(answer["class"] == rare for answer in answers) / len(answers))
        print(f"| {way} | {100 * statistics.mean(accuracies):.1f} | {100 * statistics.mean(found):.1f} ({100 * min(found):.0f} to {100 * max(found):.0f}) |")
        rows.append((way, found, None))
    dots(path, f"Found of a class with {len(malignant[::8])} of {len(kept)} samples, 10 seeds", rows)


def gradcheck(path, _):
    rows = [row for row in martlet("gradcheck", "--model", "mlp:32,32", "--batch-norm", "--backend", "cpu") if "term" in row]
    names = {"data": "differences", "all": "float32 of the device"}
    dots(path, "Relative errors of the gradients: median and worst element",
         [(f"{row['tensor']}, {names[row['term']]}", [row["medianError"]], row["worstError"]) for row in rows],
         text=lambda value: f"{value:.0e}", log=True, marks=[(1e-7, "excellent"), (1e-4, "fine"), (1e-2, "wrong")], names=("median", "worst"))


def log(path, _):
    martlet("train", "--backend", "cpu", "--model", "mlp:64", "--epochs", "20", "--validation", "0.1", "--log-dir", "run")
    history = [json.loads(line) for line in pathlib.Path("run/history.jsonl").read_text().splitlines()]
    steps = [line["step"] for line in history if "step" in line]
    epochs = [line["epoch"] for line in history if "epoch" in line]
    lines(path, "history.jsonl of a run of 20 epochs", [
        ("step", [(step["epoch"], step["loss"]) for step in steps], False),
        ("epoch: training", [(epoch["epoch"], epoch["train"]["loss"]) for epoch in epochs], False),
        ("epoch: validation", [(epoch["epoch"], epoch["validation"]["loss"]) for epoch in epochs], False),
    ], "epoch", "loss", log_y=True)


def lr_find(path, _):
    martlet("lr-find", "--model", "mlp:64", "--backend", "cpu", "--report", "curve.html")
    figure("curve.html", path)


def penalties(path, _):
    common = ["--model", "mlp:64", "--epochs", "60", "--validation", "0.2", "--learning-rate", "0.005"]
    lines(path, "Loss of the data, with a penalty and without", [
        curve("no penalty: training", *common, value="trainLoss"), curve("no penalty: validation", *common),
        curve("--l2 1e-3: training", *common, "--l2", "1e-3", value="trainLoss"), curve("--l2 1e-3: validation", *common, "--l2", "1e-3"),
    ], "epoch", "loss", log_y=True)


def schedules(path, _):
    common = ["--model", "mlp:4", "--epochs", "60", "--learning-rate", "0.01"]
    ways = ["linear_warmup:10% then cosine", "one_cycle:max_lr=0.02", "multistep:milestones=30epochs/45epochs,gamma=0.1",
            "cosine_restarts:t0=15epochs", "exponential:gamma=0.998"]
    lines(path, "Learning rates of a run of 60 epochs",
          [curve(schedule, *common, "--schedule", schedule, value="learningRate") for schedule in ways], "epoch", "learning rate")


def stopping(path, _):
    common = ["--model", "mlp:64", "--learning-rate", "0.01", "--validation", "0.2"]
    end = martlet("train", "--backend", "cpu", *common, "--epochs", "100", "--early-stopping", "3", "--keep-best")[-1]
    lines(path, "The training loss falls on, the validation loss does not", [
        curve("training", *common, "--epochs", "40", value="trainLoss"), curve("validation", *common, "--epochs", "40"),
    ], "epoch", "loss", log_y=True, marks=[(end["keptEpoch"], f"epoch {end['keptEpoch']} is kept")])


if __name__ == "__main__":
    pictures = {"accumulation": accumulation, "averaging": averaging, "classes": classes, "gradcheck": gradcheck, "log": log, "lr-find": lr_find,
                "penalties": penalties, "schedules": schedules, "stopping": stopping}
    wanted = [word for word in sys.argv[1:] if word in pictures or word == "all"]
    data = next((os.path.abspath(word) for word in sys.argv[1:] if word not in wanted), None)
    names = list(pictures) if "all" in wanted else wanted
    if not names or "classes" in names and not data:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        for name in names:
            pictures[name](GUIDES / f"{name}.svg", data)
