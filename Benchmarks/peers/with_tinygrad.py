"""tinygrad, jitted, on the device that DEV names; OpenCL by default."""

import os
from importlib.metadata import version

os.environ.setdefault("DEV", "CL")

import tinygrad
from tinygrad import Context, Tensor, TinyJit, nn

from cases import CLASSES, PRODUCT, PRODUCTS, SIZES, STEPS, input_shape

VERSION = f"tinygrad {version('tinygrad')} on {os.environ['DEV']}"


def set_threads(count):
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])


def model(name):
    if name == "mlp":
        return [nn.Linear(784, 512), Tensor.relu, nn.Linear(512, 512), Tensor.relu, nn.Linear(512, CLASSES)]
    if name == "mlp-batchnorm":
        return [
            nn.Linear(784, 512, bias=False), nn.BatchNorm(512), Tensor.relu, nn.Linear(512, 512, bias=False), nn.BatchNorm(512),
            Tensor.relu, nn.Linear(512, CLASSES)]
    if name == "cnn":
        return [
            nn.Conv2d(1, 32, 3), Tensor.relu, nn.Conv2d(32, 64, 3), Tensor.relu, Tensor.max_pool2d, lambda x: x.flatten(1),
            nn.Linear(9216, 128), Tensor.relu, nn.Linear(128, CLASSES)]
    return [
        nn.Conv2d(1, 6, 5, padding=2), Tensor.relu, Tensor.max_pool2d, nn.Conv2d(6, 16, 5), Tensor.relu, Tensor.max_pool2d,
        lambda x: x.flatten(1), nn.Linear(400, 120), Tensor.relu, nn.Linear(120, 84), Tensor.relu, nn.Linear(84, CLASSES)]


def step(name, batch):
    network = model(name)
    parameters = nn.state.get_parameters(network)
    optimizer = nn.optim.SGD(parameters, 0.01, 0.9) if name == "mlp-batchnorm" else nn.optim.Adam(parameters)
    x, labels = Tensor.rand(batch, *input_shape(name)).realize(), Tensor.randint(batch, high=CLASSES).realize()

    @TinyJit
    def jitted():
        optimizer.zero_grad()
        loss = x.sequential(network).sparse_categorical_crossentropy(labels).backward()
        return loss.realize(*optimizer.schedule_step())

    def call():
        with Context(TRAINING=1):
            jitted()
    return call


def product(shape):
    rows, columns, depth = PRODUCTS[shape]
    a, b = Tensor.randn(rows, depth).realize(), Tensor.randn(depth, columns).realize()
    return TinyJit(lambda: (a @ b).realize())


def elementwise(name, size):
    x = Tensor.randn(size).realize()
    if name == "update adam":
        x.requires_grad = True
        x.grad = Tensor.randn(size).realize()
        optimizer = nn.optim.Adam([x])

        @TinyJit
        def update():
            Tensor.realize(*optimizer.schedule_step())

        def call():
            with Context(TRAINING=1):
                update()
        return call
    if name == "softmax":
        x = x.reshape(-1, 1024)
    function = {
        "relu": Tensor.relu, "sigmoid": Tensor.sigmoid, "tanh": Tensor.tanh, "softmax": Tensor.softmax,
        "gelu": lambda x: 0.5 * x * (1 + (x * 0.7071067811865476).erf()),
    }[name]
    return TinyJit(lambda: function(x).realize())


def build(case, shape):
    if case == PRODUCT:
        call = product(shape)
    else:
        call = step(case, int(shape.split()[1])) if case in STEPS else elementwise(case, SIZES[shape])
    return call, tinygrad.Device[tinygrad.Device.DEFAULT].synchronize
