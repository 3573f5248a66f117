"""PyTorch, eager."""

import torch
from torch import nn

from cases import CLASSES, PRODUCT, PRODUCTS, SIZES, STEPS, input_shape

VERSION = f"PyTorch {torch.__version__}"


def set_threads(count):
    torch.set_num_threads(count)


def model(name):
    if name == "mlp":
        return nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, CLASSES))
    if name == "mlp-batchnorm":
        def block(inputs):
            return [nn.Linear(inputs, 512, bias=False), nn.BatchNorm1d(512), nn.ReLU()]
        return nn.Sequential(*block(784), *block(512), nn.Linear(512, CLASSES))
    if name == "cnn":
        return nn.Sequential(
            nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
            nn.Linear(9216, 128), nn.ReLU(), nn.Linear(128, CLASSES))
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, CLASSES))


def step(name, batch):
    network = model(name)
    x, labels = torch.rand(batch, *input_shape(name)), torch.randint(0, CLASSES, (batch,))
    parameters = network.parameters()
    optimizer = torch.optim.SGD(parameters, 0.01, 0.9) if name == "mlp-batchnorm" else torch.optim.Adam(parameters, fused=True)
    loss = nn.CrossEntropyLoss()

    def call():
        optimizer.zero_grad(set_to_none=True)
        loss(network(x), labels).backward()
        optimizer.step()
    return call


def product(shape):
    rows, columns, depth = PRODUCTS[shape]
    a, b, out = torch.randn(rows, depth), torch.randn(depth, columns), torch.empty(rows, columns)
    return lambda: torch.mm(a, b, out=out)


def elementwise(name, size):
    x = torch.randn(size)
    out = torch.empty_like(x)
    if name == "update adam":
        parameter = torch.nn.Parameter(x)
        parameter.grad = torch.randn(size)
        return torch.optim.Adam([parameter], fused=True).step
    if name == "softmax":
        rows, result = x.view(-1, 1024), out.view(-1, 1024)
        return lambda: torch.softmax(rows, 1, out=result)
    if name == "gelu":
        return lambda: torch._C._nn.gelu(x, out=out)
    return {
        "relu": lambda: torch.clamp_min(x, 0, out=out), "sigmoid": lambda: torch.sigmoid(x, out=out),
        "tanh": lambda: torch.tanh(x, out=out),
    }[name]


def build(case, shape):
    if case in STEPS:
        return step(case, int(shape.split()[1])), lambda: None
    call = product(shape) if case == PRODUCT else elementwise(case, SIZES[shape])
    if case == "update adam":
        return call, lambda: None

    def quiet():
        with torch.no_grad():
            call()
    return quiet, lambda: None
