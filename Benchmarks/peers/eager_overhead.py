"""What an eager operation costs in PyTorch: on one element, and in a chain of ten on 1,000 x 1,000.

The same computations as `MARTLET_MEASURE=1 swift test -c release --filter OverheadTests`. Best of many, in microseconds."""

import time

import torch


def best(repetitions, count, call):
    least = float("inf")
    for _ in range(repetitions):
        start = time.perf_counter()
        for _ in range(count):
            call()
        least = min(least, (time.perf_counter() - start) / count)
    return least * 1e6


def chain(a, b):
    c = torch.tanh((a + b) * a - b)
    return torch.relu(torch.sigmoid(c * b + 1) - a) * 2


def hundred(x):
    y = x
    for _ in range(100):
        y = y + x


torch.set_num_threads(2)
with torch.no_grad():
    a, b, x = torch.randn(1000, 1000), torch.randn(1000, 1000), torch.ones(1)
    print(f"PyTorch {torch.__version__}")
    print(f"chain {best(300, 2, lambda: chain(a, b)):.0f}")
    print(f"one element: {best(10, 1000, lambda: x + x):.2f}, in chains of 100 {best(10, 10, lambda: hundred(x)) / 100:.2f}, "
          f"with reading {best(10, 200, lambda: (x + x).item()):.2f}")
