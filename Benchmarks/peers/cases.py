"""The cases that every peer runs: names, shapes, and how a rate is counted. Martlet's are in Sources/MartletBenchmark/Cases."""

CLASSES = 10
STEPS = ["mlp", "mlp-batchnorm", "cnn", "lenet5"]
BATCHES = [64, 128, 256]

# Name: the arrays of `size` floats that are read and written, so that GB/s are Martlet's.
ELEMENTWISE = {"relu": 2, "sigmoid": 2, "tanh": 2, "gelu": 2, "update adam": 7, "softmax": 2}
SIZES = {"1M": 1 << 20, "16M": 1 << 24}

# The product of rows x depth and depth x columns, by Martlet's name of the shape: (rows, columns, depth).
PRODUCT = "gemm"
PRODUCTS = {
    "256": (256, 256, 256), "512": (512, 512, 512), "1024": (1024, 1024, 1024), "2048": (2048, 2048, 2048),
    "64x512x784": (64, 512, 784), "256x512x512": (256, 512, 512),
}
ALL = STEPS + list(ELEMENTWISE) + [PRODUCT]


def input_shape(model):
    """Of one sample, channels first for images."""
    return (784,) if model.startswith("mlp") else (1, 28, 28)


def names():
    """(case, shape, unit) in the order of the table."""
    steps = [(model, f"batch {batch}", "samples/s") for model in STEPS for batch in BATCHES]
    rest = [(name, size, "GB/s") for name in ELEMENTWISE for size in SIZES]
    return steps + rest + [(PRODUCT, shape, "GFLOP/s") for shape in PRODUCTS]


def amount(case, shape):
    """What one call does, in the unit's measure."""
    if case in STEPS:
        return int(shape.split()[1])
    if case == PRODUCT:
        rows, columns, depth = PRODUCTS[shape]
        return 2e-9 * rows * columns * depth
    return 4 * ELEMENTWISE[case] * SIZES[shape] * 1e-9
