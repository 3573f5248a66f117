"""Holds `martlet diagnose` against runs that its thresholds were not set on, and prints what it found and what it missed.

    python3 Benchmarks/practice/diagnosis.py DATA [--set NUMBER] [--only RULE,…] [--list]

DATA is a folder with mnist (IDX, gzip), cifar10 (binary) and small (breast_cancer.csv, wine.csv). Settings, networks, subsets and
seeds of the runs are drawn by the number of the set. Nothing but Python's own library is needed; the figures do not depend on the
machine, up to how often a run looks at its layers.

Whether a run is ill is not for the rules to say. Each ill run has a twin that differs in what the rule would have changed (the
rate, the batch, the network, the number of samples, the first weights); where the twin does no better, the run was not ill, and is
left out. Runs with usual settings are the healthy ones, those twins among them that have them: whatever is said of these is a false
alarm. A run whose own rule is silent may have been found all the same, by one whose advice is the same cure.
"""

import argparse
import collections
import gzip
import json
import math
import os
import pathlib
import random
import struct
import sys
import tempfile

from command import attempt

RATES = {"sgd": 0.1, "momentum": 0.02, "nesterov": 0.02, "adam": 1e-3, "adamw": 1e-3, "nadam": 1e-3, "rmsprop": 1e-3, "adagrad": 0.03}
ACTIVATIONS = ["relu", "relu", "leaky_relu", "elu", "gelu", "silu", "tanh"]

# What may be said beside the rule that is looked for, because it is true as well.
COMPANIONS = {
    "learning-rate-too-high": {"dead-relu", "saturated", "exploding-gradients", "vanishing-gradients", "overfitting"},
    "learning-rate-too-high-later": {"learning-rate-too-high", "small-batch", "dead-relu", "overfitting"},
    "learning-rate-too-low": set(),
    "small-batch": {"learning-rate-too-high", "learning-rate-too-high-later", "dead-relu", "overfitting"},
    "underfitting": {"dead-relu"},
    "overfitting": set(),
    "dead-relu": {"learning-rate-too-high", "exploding-gradients", "bad-initialisation", "underfitting"},
    "saturated": {"bad-initialisation", "vanishing-gradients", "exploding-gradients", "learning-rate-too-high", "overfitting", "underfitting",
                  "learning-rate-too-low"},
    "vanishing-gradients": {"underfitting", "learning-rate-too-low", "learning-rate-too-high", "dead-relu"},
    "exploding-gradients": {"bad-initialisation", "learning-rate-too-high", "dead-relu", "saturated", "overfitting"},
    "bad-initialisation": {"exploding-gradients", "vanishing-gradients", "saturated", "underfitting", "overfitting", "learning-rate-too-high",
                           "learning-rate-too-low", "dead-relu"},
}
# Rules whose advice would have cured the run as well.
NEIGHBOURS = {
    "learning-rate-too-high": {"learning-rate-too-high-later"},
    "learning-rate-too-high-later": {"learning-rate-too-high", "small-batch"},
    "small-batch": {"learning-rate-too-high", "learning-rate-too-high-later"},
    "dead-relu": {"learning-rate-too-high"},
    "saturated": {"bad-initialisation"},
    "vanishing-gradients": {"bad-initialisation"},
    "exploding-gradients": {"bad-initialisation", "learning-rate-too-high"},
    "bad-initialisation": {"exploding-gradients"},
}
DATA_RULES = ["constant-features", "unbalanced-classes", "test-in-training", "contradictory-labels"]
LEARNING_RULES = list(COMPANIONS)


class Data:
    """Subsets and tables in files of their own, drawn once each."""

    def __init__(self, source, rng):
        self.source, self.rng, self.made = pathlib.Path(source), rng, set()

    def make(self, name, write):
        if name not in self.made:
            self.made.add(name)
            write()
        return name

    def mnist(self, train, test, wrong=0.0):
        """Images of which a share of the training labels is drawn anew."""
        name = f"mnist-{train}-{test}-{wrong}"

        def write():
            os.mkdir(name)
            for part, count in (("train", train), ("t10k", test)):
                with gzip.open(self.source / "mnist" / f"{part}-images-idx3-ubyte.gz") as file:
                    images = file.read()[16:]
                with gzip.open(self.source / "mnist" / f"{part}-labels-idx1-ubyte.gz") as file:
                    labels = file.read()[8:]
                rows = self.rng.sample(range(len(labels)), count)
                kept = bytearray(labels[row] for row in rows)
                for place in range(count if part == "train" else 0):
                    if self.rng.random() < wrong:
                        kept[place] = self.rng.randrange(10)
                pathlib.Path(name, f"{part}-images-idx3-ubyte").write_bytes(
                    struct.pack(">iiii", 2051, count, 28, 28) + b"".join(images[784 * row:784 * row + 784] for row in rows))
                pathlib.Path(name, f"{part}-labels-idx1-ubyte").write_bytes(struct.pack(">ii", 2049, count) + bytes(kept))

        return ["--data", "idx:" + self.make(name, write)]

    def cifar(self, train, test):
        name = f"cifar-{train}-{test}"

        def write():
            os.mkdir(name)
            for file, count in (("data_batch_1.bin", train), ("test_batch.bin", test)):
                records = (self.source / "cifar10" / file).read_bytes()
                rows = self.rng.sample(range(len(records) // 3073), count)
                pathlib.Path(name, file).write_bytes(b"".join(records[3073 * row:3073 * row + 3073] for row in rows))

        return ["--data", "cifar10:" + self.make(name, write)]

    def rows(self, name):
        """Head and rows of a table of the source."""
        head, *rows = (self.source / "small" / f"{name}.csv").read_text().splitlines()
        return head.split(","), [row.split(",") for row in rows]

    def table(self, name, rows=None, head=None):
        """A table of the source, or of rows, the label last."""
        def write():
            columns, found = (head, rows) if rows else self.rows(name)
            pathlib.Path(name + ".csv").write_text("\n".join([",".join(columns)] + [",".join(map(str, row)) for row in found]) + "\n")

        return ["--data", f"csv:{self.make(name, write)}.csv", "--label", head[-1] if head else "label"]

    def clouds(self, spread):
        """Five clouds of points in the plane, which overlap: nobody can tell all of them."""
        rows = []
        for place in range(1500):
            kind = place % 5
            angle = 2 * math.pi * kind / 5
            rows.append([f"{math.cos(angle) + self.rng.gauss(0, spread):.4f}", f"{math.sin(angle) + self.rng.gauss(0, spread):.4f}", kind])
        return self.table(f"clouds-{spread}", rows, ["x", "y", "kind"])

    def spirals(self):
        """Two spirals, which no line divides."""
        rows = []
        for place in range(1200):
            kind, turn = place % 2, 3 * math.pi * self.rng.random()
            angle, radius = turn + math.pi * kind, turn / 10
            rows.append([f"{radius * math.cos(angle) + self.rng.gauss(0, 0.02):.4f}", f"{radius * math.sin(angle) + self.rng.gauss(0, 0.02):.4f}", kind])
        return self.table("spirals", rows, ["x", "y", "kind"])

    def curve(self):
        """A number to be approximated."""
        rows = []
        for _ in range(1200):
            x, y = self.rng.uniform(-2, 2), self.rng.uniform(-2, 2)
            rows.append([f"{x:.4f}", f"{y:.4f}", f"{math.sin(2 * x) + 0.5 * x * y + self.rng.gauss(0, 0.1):.4f}"])
        return self.table("curve", rows, ["x", "y", "z"]) + ["--loss", "mse"]


class Cases:
    """Runs by what they suffer from."""

    def __init__(self, data, rng):
        self.data, self.rng, self.cases, self.healthy, self.described_count = data, rng, [], [], 0

    # What usual runs are made of.

    def tuned(self, names=tuple(RATES), factors=(0.5, 1, 2)):
        name = self.rng.choice(names)
        return name, RATES[name] * self.rng.choice(factors)

    def perceptron(self, where=None):
        """Data, a network and a way to train it, of which nothing is wrong."""
        rng = self.rng
        where = where or rng.choice(["digits", "digits", "mnist", "mnist", "breast_cancer", "wine", "clouds"])
        widths, epochs, batches = {
            "digits": (["32", "64", "128", "64,64", "48,32"], rng.randint(12, 22), [32, 64]),
            "mnist": (["64", "128", "100,50"], rng.randint(5, 7), [64, 128]),
            "breast_cancer": (["8", "16", "32"], rng.randint(15, 25), [16, 32]),
            "wine": (["8", "16", "32"], rng.randint(20, 30), [8, 16]),
            "clouds": (["16", "32", "16,16"], rng.randint(12, 20), [32, 64]),
        }[where]
        source = {
            "digits": lambda: ["--data", "digits"], "mnist": lambda: self.data.mnist(12000, 2000), "clouds": lambda: self.data.clouds(0.3),
        }.get(where, lambda: self.data.table(where))()
        optimizer, rate = self.tuned()
        return dict(data=source, model=["--model", "mlp:" + rng.choice(widths), "--activation", rng.choice(ACTIVATIONS)], epochs=epochs,
                    batch=rng.choice(batches), optimizer=optimizer, rate=rate, more=[])

    def convolutions(self):
        rng = self.rng
        source, model, epochs, batch = rng.choice([
            (lambda: self.data.mnist(6000, 1000), "lenet5", 6, 64), (lambda: self.data.mnist(6000, 1000), "lenet5", 5, 32),
            (lambda: self.data.cifar(5000, 500), "lenet5", 6, 64), (lambda: self.data.cifar(2500, 500), "resnet8", 5, 64),
            (lambda: self.data.mnist(3000, 500), "cnn", 5, 64),
        ])
        optimizer, rate = self.tuned(("momentum", "nesterov", "adam", "adamw", "sgd"), (0.5, 1))
        return dict(data=source(), model=["--model", model], epochs=epochs, batch=batch, optimizer=optimizer, rate=rate, more=[])

    def ill(self, rule, sick, cured, measure, share, is_usual=False):
        """A run and its twin, whose measure must come to less than a share of the run's."""
        seed = self.rng.randrange(1, 10**6)
        self.cases.append((rule, dict(sick, seed=seed), cured and dict(cured, seed=seed), measure, share, is_usual))

    def described(self, layers, name, inputs):
        self.described_count += 1
        name = f"{name}-{self.described_count}.json"
        pathlib.Path(name).write_text(json.dumps({"input": inputs, "layers": layers}))
        return ["--model", name]

    def deep(self, depth, width, activation, initialiser, inputs, outputs=10):
        extra = {"initialiser": initialiser} if initialiser else {}
        layers = []
        for _ in range(depth):
            layers += [dict(kind="linear", units=width, **extra), dict(kind="activation", function=activation)]
        return self.described(layers + [dict(kind="linear", units=outputs, **extra)], "deep", inputs)

    # Illnesses.

    def rates(self):
        rng = self.rng
        for place in range(24):
            base = self.convolutions() if place % 4 == 3 else self.perceptron(rng.choice(["digits", "mnist", "breast_cancer", "clouds"]))
            factor = rng.choice([30, 100, 300]) if base["optimizer"] in ("adam", "adamw", "nadam", "rmsprop", "adagrad") else rng.choice([30, 60])
            self.ill("learning-rate-too-high", dict(base, rate=base["rate"] * factor), base, "test", 0.75, True)
        for place in range(12):
            base = self.convolutions() if place % 5 == 4 else self.perceptron(rng.choice(["digits", "mnist", "breast_cancer", "clouds"]))
            factor = rng.choice([300, 1000, 3000])
            self.ill("learning-rate-too-low", dict(base, rate=base["rate"] / factor), base, "train", 0.6, True)
        for place in range(16):
            source = rng.choice([self.data.mnist(4000, 1000, 0.2), self.data.mnist(6000, 1000, 0.1), self.data.clouds(0.4)])
            optimizer, rate = rng.choice([("sgd", 1.0), ("sgd", 0.6), ("momentum", 0.1), ("nesterov", 0.1), ("adam", 0.02), ("rmsprop", 0.01)])
            sick = dict(data=source, model=["--model", rng.choice(["mlp:", "mlp:8", "mlp:16"])], epochs=rng.choice([14, 20]), batch=rng.choice([8, 16]),
                        optimizer=optimizer, rate=rate, more=[])
            if sick["model"][1] == "mlp:":
                sick["model"] = self.linear(source)
            self.ill("learning-rate-too-high-later", sick, dict(sick, more=["--schedule", "cosine"]), "train", 0.85)

    def linear(self, source):
        """One layer, for the samples of a source."""
        name = source[1]
        if name.startswith("idx:"):
            shape, outputs = [1, 28, 28], 10
        elif "clouds" in name:
            shape, outputs = [2], 5
        else:
            shape, outputs = [30], 2
        return self.described([dict(kind="linear", units=outputs)], "linear", shape)

    def batches(self):
        rng = self.rng
        for _ in range(8):
            source = rng.choice([self.data.mnist(2000, 1000, 0.2), self.data.mnist(2000, 1000), self.data.clouds(0.4), ["--data", "digits"]])
            optimizer, rate = rng.choice([("sgd", 0.1), ("sgd", 0.2), ("momentum", 0.02), ("adam", 0.005)])
            base = dict(data=source, model=["--model", rng.choice(["mlp:16", "mlp:32"])], epochs=rng.choice([4, 6]), batch=64, optimizer=optimizer,
                        rate=rate, more=[])
            self.ill("small-batch", dict(base, batch=rng.choice([1, 2, 4])), base, "test", 0.9)

    def fits(self):
        rng = self.rng
        for _ in range(10):
            base = self.perceptron(rng.choice(["digits", "mnist"]))
            base["epochs"] = 20 if "digits" in base["data"] else 12
            kind = rng.choice(["narrow", "decay", "dropout", "spirals"])
            if kind == "spirals":
                base = dict(base, data=self.data.spirals(), epochs=40, batch=32, optimizer="adam", rate=0.01, model=["--model", "mlp:64,64", "--activation", "relu"])
                sick = dict(base, model=self.described([dict(kind="linear", units=2)], "linear", [2]))
            elif kind == "narrow":
                sick = dict(base, model=["--model", "mlp:" + rng.choice(["1", "2"])] + base["model"][2:])
            elif kind == "decay":
                base = dict(base, optimizer="momentum", rate=0.02)
                sick = dict(base, more=["--weight-decay", rng.choice(["0.1", "0.2"])])
            else:
                base = dict(base, model=["--model", "mlp:64,64", "--activation", "relu"])
                sick = dict(base, model=base["model"] + ["--dropout", rng.choice(["0.9", "0.95"])])
            self.ill("underfitting", sick, base, "train", 0.6)
        for _ in range(10):
            base = self.perceptron(rng.choice(["digits", "mnist"]))
            kind = rng.choice(["few", "few", "wrong"])
            if kind == "few":
                base = dict(base, model=["--model", "mlp:" + rng.choice(["128", "256", "128,128"])], batch=16, optimizer="adam", rate=1e-3)
                sick = dict(base, epochs=40, more=["--per-class", str(rng.choice([6, 10, 20]))])
            else:
                base = dict(base, data=self.data.mnist(3000, 1000), model=["--model", "mlp:256"], epochs=25, batch=32, optimizer="adam", rate=1e-3)
                sick = dict(base, data=self.data.mnist(3000, 1000, 0.2))
                base = dict(base, epochs=8)
            self.ill("overfitting", sick, base, "test", 0.8)

    def layers(self):
        rng = self.rng
        for _ in range(8):
            base = dict(self.perceptron(rng.choice(["digits", "mnist"])), optimizer="momentum", rate=0.02)
            base["model"] = ["--model", "mlp:" + rng.choice(["64", "128", "64,64"]), "--activation", "relu"]
            sick = rng.choice([dict(base, rate=1.0), dict(base, optimizer="adam", rate=0.3), dict(base, optimizer="sgd", rate=5.0),
                               dict(base, rate=0.1, more=["--normalise", "none"])])
            self.ill("dead-relu", sick, base, "train", 0.6)
        for _ in range(8):
            base = self.perceptron(rng.choice(["digits", "mnist"]))
            inputs = [1, 8, 8] if "digits" in base["data"] else [1, 28, 28]
            activation = rng.choice(["tanh", "sigmoid"])
            base = dict(base, optimizer="momentum", rate=0.02)
            deviation = rng.choice([1.5, 3]) if inputs[1] == 8 else rng.choice([1, 2])
            depth = rng.choice([1, 2])
            sick = dict(base, model=self.deep(depth, 64, activation, {"normal": deviation}, inputs))
            self.ill("saturated", sick, dict(base, model=self.deep(depth, 64, activation, None, inputs)), "test", 0.9)
        for _ in range(8):
            base = dict(self.perceptron("digits"), optimizer=rng.choice(["sgd", "momentum", "adam"]), epochs=8)
            base["rate"] = RATES[base["optimizer"]]
            depth = rng.choice([6, 8, 10, 12])
            activation, first = rng.choice([("sigmoid", None), ("sigmoid", None), ("tanh", {"normal": 0.02}), ("relu", {"normal": 0.02})])
            sick = dict(base, model=self.deep(depth, 32, activation, first, [1, 8, 8]))
            self.ill("vanishing-gradients", sick, dict(base, model=self.deep(3, 32, "relu", None, [1, 8, 8])), "train", 0.6)
        for _ in range(8):
            base = dict(self.perceptron("digits"), optimizer=rng.choice(["sgd", "momentum", "adam"]), epochs=6)
            base["rate"] = RATES[base["optimizer"]] / 10
            depth, width = rng.choice([5, 8, 10]), rng.choice([48, 96])
            first = {"normal": rng.choice([3, 4]) / math.sqrt(width)}
            sick = dict(base, model=self.deep(depth, width, rng.choice(["relu", "leaky_relu", "elu"]), first, [1, 8, 8]))
            self.ill("exploding-gradients", sick, dict(base, model=self.deep(depth, width, "relu", None, [1, 8, 8])), "first", 0.5)
        for _ in range(8):
            base = self.perceptron(rng.choice(["digits", "mnist"]))
            inputs = [1, 8, 8] if "digits" in base["data"] else [1, 28, 28]
            depth, activation = rng.choice([1, 2, 3]), rng.choice(["relu", "tanh", "elu"])
            first = rng.choice([{"constant": 0}, {"normal": 1}, {"normal": 0.5}, {"uniform": 1}])
            base = dict(base, optimizer="momentum", rate=0.01)
            sick = dict(base, model=self.deep(depth, 96, activation, first, inputs))
            self.ill("bad-initialisation", sick, dict(base, model=self.deep(depth, 96, activation, None, inputs)), "first", 0.6)

    def tables(self):
        """Data that are ill, and some that nearly are."""
        rng = self.rng
        usual = dict(model=["--model", "mlp:8"], epochs=6, batch=16, optimizer="adam", rate=0.01, more=[])

        def add(rule, name, rows, head):
            table = self.data.table(f"{rule or 'well'}-{name}-{len(self.cases)}-{len(self.healthy)}", rows, head)
            if rule:
                self.ill(rule, dict(usual, data=table), None, None, None)
            else:
                self.healthy.append(dict(usual, data=table, seed=rng.randrange(10**6)))

        for name in ("breast_cancer", "wine"):
            head, rows = self.data.rows(name)
            kinds = sorted({row[-1] for row in rows})
            by_kind = {kind: [row for row in rows if row[-1] == kind] for kind in kinds}
            column = rng.randrange(len(head) - 1)
            add("constant-features", name, [row[:column] + ["1.5"] + row[column + 1:] for row in rows], head)
            add(None, name, [row[:column] + ["1.5" if rng.random() < 0.95 else "2"] + row[column + 1:] for row in rows], head)
            most = by_kind[kinds[-1]]
            rare = [row for kind in kinds[:-1] for row in by_kind[kind][:len(most) // 16]]
            add("unbalanced-classes", name, most + rare, head)
            less = [row for kind in kinds[:-1] for row in by_kind[kind][:max(1, len(most) // 6)]]
            add(None, name, most + less, head)
            twins = rng.sample(rows, len(rows) // 5)
            add("test-in-training", name, rows + twins, head)
            add(None, name, rows + rng.sample(rows, 1), head)
            wrong = [row[:-1] + [rng.choice([kind for kind in kinds if kind != row[-1]])] for row in rng.sample(rows, len(rows) // 15)]
            add("contradictory-labels", name, rows + wrong, head)

    def usual(self):
        rng = self.rng
        for place in range(30):
            base = dict(self.convolutions() if place % 5 == 4 else self.perceptron(), seed=rng.randrange(10**6))
            extra = rng.choice([[], [], ["--schedule", "cosine"], ["--weight-decay", "1e-4"], ["--clip-norm", "1"], ["--validation", "0.15"]])
            if base["model"][1].startswith("mlp") and rng.random() < 0.3:
                extra = extra + rng.choice([["--batch-norm"], ["--dropout", "0.2"]])
            self.healthy.append(dict(base, more=extra))
        for _ in range(4):
            optimizer, rate = self.tuned(("adam", "momentum", "rmsprop"), (1, 2))
            self.healthy.append(dict(data=self.data.curve(), model=["--model", "mlp:" + rng.choice(["32", "64", "32,32"]), "--activation", rng.choice(["relu", "tanh"])],
                                     epochs=30, batch=32, optimizer=optimizer, rate=rate, more=[], seed=rng.randrange(10**6)))
        # Nobody can do better than these, which is no illness of the run.
        for _ in range(4):
            base = self.perceptron("clouds")
            self.healthy.append(dict(base, data=self.data.clouds(0.4), seed=rng.randrange(10**6)))


def options(case):
    return [*case["data"], *case["model"], "--optimizer", case["optimizer"], "--learning-rate", f"{case['rate']:g}", "--batch-size", str(case["batch"]),
            "--epochs", str(case["epochs"]), "--seed", str(case["seed"]), *case["more"]]


def run(case, number):
    """What is said of a run, and what it came to."""
    folder = f"run-{number}"
    status, _, errors = attempt("train", "--backend", "cpu", *options(case), "--log-dir", folder)
    if not pathlib.Path(folder, "run.json").exists():
        sys.exit(f"martlet train {' '.join(options(case))} ended with {status}:\n{errors}")
    _, said, errors = attempt("diagnose", folder)
    if errors:
        sys.exit(errors)
    lines = [json.loads(line) for line in pathlib.Path(folder, "history.jsonl").read_text().splitlines()]
    epochs = [line["epoch"] for line in lines if "epoch" in line]

    def number_of(value):
        value = float(value) if value is not None else math.nan
        return value if math.isfinite(value) else math.inf

    lost = {"train": math.inf, "test": math.inf, "first": math.inf}
    if status == 0 and epochs:
        lost = {"train": number_of(epochs[-1]["train"]["loss"]), "test": number_of(epochs[-1]["test"]["loss"]), "first": number_of(epochs[0]["train"]["loss"])}
    found = {entry["rule"]: entry["evidence"] for entry in said if "rule" in entry}
    return found, lost


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("--set", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--list", action="store_true", help="tell of every run")
    arguments = parser.parse_args()
    source, only = os.path.abspath(arguments.data), set(filter(None, arguments.only.split(",")))
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        rng = random.Random(arguments.set)
        cases = Cases(Data(source, rng), rng)
        for part in (cases.rates, cases.batches, cases.fits, cases.layers, cases.tables, cases.usual):
            part()
        count, found, ill, unclear = 0, collections.Counter(), collections.Counter(), collections.Counter()
        near = collections.Counter()
        beside, alarms, healthy, clean = collections.Counter(), collections.Counter(), list(cases.healthy), 0
        for rule, sick, cured, measure, share, is_usual in cases.cases:
            if only and rule not in only:
                continue
            count += 1
            said, lost = run(sick, count)
            if cured:
                count += 1
                twin, reached = run(cured, count)
                if not reached[measure] <= share * lost[measure]:
                    unclear[rule] += 1
                    if arguments.list:
                        print(f"unclear {rule}: {' '.join(options(sick))}\n    {lost} {reached} {said}")
                    continue
                if is_usual:
                    healthy.append((cured, twin, reached))
            ill[rule] += 1
            found[rule] += rule in said
            near[rule] += rule not in said and not NEIGHBOURS.get(rule, set()).isdisjoint(said)
            strange = [name for name in said if name != rule and name not in COMPANIONS.get(rule, set()) | set(DATA_RULES)]
            if rule in DATA_RULES:
                strange = [name for name in strange if name in DATA_RULES]
            beside.update(strange)
            if arguments.list or rule not in said:
                print(f"{'found' if rule in said else 'MISSED'} {rule}: {' '.join(options(sick))}\n    {lost} {said}")
            if strange:
                print(f"BESIDE {rule}: {' '.join(options(sick))}\n    {lost} {({name: said[name] for name in strange})}")
        well = 0
        for case in healthy:
            if isinstance(case, tuple):
                case, said, lost = case
            elif only:
                continue
            else:
                count += 1
                said, lost = run(case, count)
            well += 1
            clean += not said
            alarms.update(said.keys())
            if said:
                print(f"ALARM: {' '.join(options(case))}\n    {lost} {said}")
        print(f"\n{sum(ill.values())} ill runs, {well} healthy ones ({clean} of which nothing is said), {sum(unclear.values())} left out\n")
        print("| rule | ill runs | found | by a neighbour | said of healthy runs | said of runs with another illness |\n|---|---|---|---|---|---|")
        for rule in LEARNING_RULES + DATA_RULES:
            print(f"| `{rule}` | {ill[rule]} | {found[rule]} | {near[rule]} | {alarms[rule]} | {beside[rule]} |")
        print(f"| all | {sum(ill.values())} | {sum(found.values())} | {sum(near.values())} | {sum(alarms.values())} | {sum(beside.values())} |")


if __name__ == "__main__":
    main()
