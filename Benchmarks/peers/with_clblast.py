"""CLBlast on the first OpenCL device, products only; as its tuners say, where CLBLAST_TUNING names the folder that they wrote into.

    mkdir tuning && cd tuning && clblast_tuner_xgemm && clblast_tuner_xgemm_direct      # Debian: clblast-utils
"""

import glob
import json
import os
from importlib.metadata import version

import numpy
import pyclblast
import pyopencl
import pyopencl.array

from cases import PRODUCT, PRODUCTS

FOLDER = os.environ.get("CLBLAST_TUNING")
VERSION = f"CLBlast, pyclblast {version('pyclblast')}, {'tuned' if FOLDER else 'as shipped'}"

device = pyopencl.get_platforms()[0].get_devices()[0]
context = pyopencl.Context([device])
queue = pyopencl.CommandQueue(context)


def set_threads(count):
    """An OpenCL device has its own."""


def tune():
    """Each tuner tries several families of a kernel; the fastest counts."""
    fastest = {}
    for path in glob.glob(os.path.join(FOLDER, "clblast_xgemm*.json")):
        with open(path) as file:
            found = json.load(file)
        kernel = "XgemmDirect" if found["kernel_family"].startswith("xgemm_direct") else "Xgemm"
        time = float(found["best_time"])
        if time < fastest.get(kernel, (float("inf"),))[0]:
            fastest[kernel] = (time, found["best_parameters"])
    if not fastest:
        raise FileNotFoundError(f"no results of CLBlast's tuners in {FOLDER}")
    for kernel, (_, settings) in fastest.items():
        parameters = dict(setting.split("=") for setting in settings.split())
        del parameters["PRECISION"]
        pyclblast.override_parameters(device, kernel, 32, {name: int(value) for name, value in parameters.items()})


if FOLDER:
    tune()


def build(case, shape):
    if case != PRODUCT:
        raise ValueError("CLBlast has products only")
    rows, columns, depth = PRODUCTS[shape]
    generator = numpy.random.default_rng(0)
    a, b, c = (
        pyopencl.array.to_device(queue, generator.standard_normal(size, dtype=numpy.float32))
        for size in ((rows, depth), (depth, columns), (rows, columns)))

    def call():
        pyclblast.gemm(queue, rows, columns, depth, a, b, c, a_ld=depth, b_ld=columns, c_ld=columns)
    return call, queue.finish
