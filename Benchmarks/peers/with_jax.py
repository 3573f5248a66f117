"""JAX, jitted; a step gives its buffers away, so that it can update in place."""

import os

import numpy

from cases import CLASSES, PRODUCT, PRODUCTS, SIZES, STEPS, input_shape

VERSION = ""


def set_threads(count):
    # XLA takes as many threads as the process may use processors, and asks when it is loaded.
    global VERSION, jax, jnp, lax
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])
    import jax
    import jax.numpy as jnp
    from jax import lax
    VERSION = f"JAX {jax.__version__}"


def random(*shape):
    return numpy.random.default_rng(0).standard_normal(shape, dtype=numpy.float32) * 0.05


def layers(name):
    """Weights and what to do with them, layer by layer."""
    def dense(inputs, outputs):
        return {"w": random(inputs, outputs), "b": random(outputs)}

    def conv(inputs, outputs, kernel):
        return {"k": random(kernel, kernel, inputs, outputs), "b": random(outputs)}
    if name == "mlp":
        return [dense(784, 512), "relu", dense(512, 512), "relu", dense(512, CLASSES)]
    if name == "mlp-batchnorm":
        def block(inputs):
            return [{"w": random(inputs, 512)}, {"g": numpy.ones(512, "float32"), "o": random(512)}, "relu"]
        return block(784) + block(512) + [dense(512, CLASSES)]
    if name == "cnn":
        return [conv(1, 32, 3), "relu", conv(32, 64, 3), "relu", "pool", "flat", dense(9216, 128), "relu", dense(128, CLASSES)]
    return [
        "pad", conv(1, 6, 5), "relu", "pool", conv(6, 16, 5), "relu", "pool", "flat", dense(400, 120), "relu", dense(120, 84),
        "relu", dense(84, CLASSES)]


def forward(kinds, weights, x):
    weights = iter(weights)
    for kind in kinds:
        if kind == "relu":
            x = jnp.maximum(x, 0)
        elif kind == "pool":
            x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
        elif kind == "flat":
            x = x.reshape(x.shape[0], -1)
        elif kind == "pad":
            x = jnp.pad(x, ((0, 0), (2, 2), (2, 2), (0, 0)))
        else:
            w = next(weights)
            if "k" in w:
                x = lax.conv_general_dilated(x, w["k"], (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")) + w["b"]
            elif "g" in w:
                x = (x - x.mean(0)) * lax.rsqrt(x.var(0) + 1e-5) * w["g"] + w["o"]
            else:
                x = x @ w["w"] + (w["b"] if "b" in w else 0)
    return x


def step(name, batch):
    plan = layers(name)
    kinds = [layer if isinstance(layer, str) else "weights" for layer in plan]
    weights = [{key: jnp.asarray(value) for key, value in layer.items()} for layer in plan if not isinstance(layer, str)]
    shape = input_shape(name)
    x = jnp.asarray(random(batch, *(shape if len(shape) == 1 else (shape[1], shape[2], shape[0]))))
    labels = jnp.asarray(numpy.random.default_rng(1).integers(0, CLASSES, batch))

    def loss(weights):
        scores = jax.nn.log_softmax(forward(kinds, weights, x))
        return -jnp.take_along_axis(scores, labels[:, None], 1).mean()

    def momentum(weights, states):
        gradients = jax.grad(loss)(weights)
        velocity = jax.tree.map(lambda v, g: 0.9 * v + g, states[0], gradients)
        return jax.tree.map(lambda w, v: w - 0.01 * v, weights, velocity), (velocity,)

    def adam(weights, states):
        m, v, t = states
        gradients, t = jax.grad(loss)(weights), t + 1
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, gradients)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, gradients)
        one, two = 1 - 0.9**t, 1 - 0.999**t
        return jax.tree.map(lambda w, m, v: w - 1e-3 * (m / one) / (jnp.sqrt(v / two) + 1e-8), weights, m, v), (m, v, t)

    def zeros():
        return jax.tree.map(jnp.zeros_like, weights)
    state = [weights, (zeros(),) if name == "mlp-batchnorm" else (zeros(), zeros(), jnp.float32(0))]
    jitted = jax.jit(momentum if name == "mlp-batchnorm" else adam, donate_argnums=(0, 1))

    def call():
        state[:] = jitted(*state)
    return call, lambda: jax.block_until_ready(state)


def elementwise(name, size):
    x = jnp.asarray(random(size))
    if name == "update adam":
        def update(w, m, v, g):
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
            return w - 1e-3 * m / (jnp.sqrt(v) + 1e-8), m, v
        jitted, state = jax.jit(update, donate_argnums=(0, 1, 2)), [jnp.copy(x), jnp.copy(x), jnp.abs(x)]

        def call():
            state[:] = jitted(*state, x)
        return call, lambda: jax.block_until_ready(state)
    if name == "softmax":
        x = x.reshape(-1, 1024)
    jitted = jax.jit({
        "relu": lambda x: jnp.maximum(x, 0), "sigmoid": jax.nn.sigmoid, "tanh": jnp.tanh,
        "gelu": lambda x: jax.nn.gelu(x, approximate=False), "softmax": lambda x: jax.nn.softmax(x, 1),
    }[name])
    last = [None]

    def call():
        last[0] = jitted(x)
    return call, lambda: jax.block_until_ready(last)


def product(shape):
    rows, columns, depth = PRODUCTS[shape]
    a, b = jnp.asarray(random(rows, depth)), jnp.asarray(random(depth, columns))
    jitted, last = jax.jit(jnp.matmul), [None]

    def call():
        last[0] = jitted(a, b)
    return call, lambda: jax.block_until_ready(last)


def build(case, shape):
    if case == PRODUCT:
        return product(shape)
    return step(case, int(shape.split()[1])) if case in STEPS else elementwise(case, SIZES[shape])
