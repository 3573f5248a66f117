"""Martlet from Python: ctypes and NumPy, nothing to build.

    import martlet, numpy as np
    device = martlet.Device("cpu")
    a = device.tensor(np.eye(3))
    print(np.asarray((a @ a + 1).apply("softmax", axis=-1)))

The library is the file that the variable MARTLET_LIBRARY names, else the one that `make install` has installed, else the
one that was built in this checkout. martlet.h is the reference of everything that is called here.
"""

import ctypes
import ctypes.util
import json
import os
import pathlib

import numpy as np

ABI = 1
_DTYPES = [np.dtype(np.float32), np.dtype(np.int32), np.dtype(np.uint8)]
_INTERRUPTED, _NOT_FINITE = 130, 1


class _Array(ctypes.Structure):
    _fields_ = [
        ("dtype", ctypes.c_int), ("rank", ctypes.c_size_t), ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("data", ctypes.c_void_p), ("bytes", ctypes.c_size_t),
    ]


class Progress(ctypes.Structure):
    """How far training is; see martlet_progress."""

    _fields_ = (
        [("size", ctypes.c_size_t)]
        + [(name, ctypes.c_int) for name in ("epoch", "epochs", "batch", "batches", "is_epoch_end")]
        + [(name, ctypes.c_double) for name in (
            "loss", "accuracy", "mean_absolute_error", "validation_loss", "validation_accuracy", "validation_mean_absolute_error")]
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Progress), ctypes.c_void_p)


class Error(Exception):
    """A call that failed: its status, which is the exit code of the command, and what was expected, found and to do."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Interrupted(Error):
    """Training was stopped by the callback or met a value that is not finite; `model` is as far as it came."""

    model = None


def _load():
    built = pathlib.Path(__file__).resolve().parents[2] / ".build" / "release" / "libMartletC.so"
    path = os.environ.get("MARTLET_LIBRARY") or ctypes.util.find_library("martlet") or str(built)
    library = ctypes.CDLL(path)
    if library.martlet_abi() != ABI:
        raise ImportError(f"{path}: expected the ABI {ABI}, found {library.martlet_abi()}")
    handle, text, size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t
    result, array = ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(_Array)
    for name, arguments in {
        "device_open": [text, ctypes.c_int, result], "device_name": [handle, result], "device_synchronize": [handle],
        "device_close": [handle], "device_release": [handle],
        "tensor_create": [handle, array, result], "tensor_read": [handle, handle, size], "tensor_release": [handle],
        "tensor_type": [handle, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(size), ctypes.POINTER(ctypes.c_int64), size],
        "operation_list": [result], "apply": [handle, text, result, size, text, result, size],
        "model_train": [handle, text, array, array, text, _Callback, handle, result],
        "model_load": [handle, text, result], "model_save": [handle, text], "model_release": [handle],
        "model_info": [handle, result], "model_weights_sha256": [handle, result],
        "model_predict": [handle, array, handle, size], "model_evaluate": [handle, array, array, result],
    }.items():
        getattr(library, "martlet_" + name).argtypes = arguments
    library.martlet_last_error.restype = text
    library.martlet_text_free.argtypes = [handle]
    library.martlet_text_free.restype = None
    return library


_library = _load()


def _call(name, *arguments):
    status = getattr(_library, "martlet_" + name)(*arguments)
    if status:
        error = Interrupted if status in (_INTERRUPTED, _NOT_FINITE) else Error
        raise error(status, _library.martlet_last_error().decode())


def _handle(name, *arguments):
    result = ctypes.c_void_p()
    _call(name, *arguments, ctypes.byref(result))
    return result.value


def _text(name, *arguments):
    result = ctypes.c_void_p()
    _call(name, *arguments, ctypes.byref(result))
    try:
        return ctypes.string_at(result).decode()
    finally:
        _library.martlet_text_free(result)


def _array(values):
    """A view of an array for a call, and what must live as long. Numbers and integers of other sizes are converted."""
    values = np.asarray(values)
    if values.dtype not in _DTYPES:
        values = values.astype(np.int32 if values.dtype.kind in "iub" else np.float32)
    values = np.ascontiguousarray(values).reshape(values.shape)
    shape = (ctypes.c_int64 * values.ndim)(*values.shape)
    return _Array(_DTYPES.index(values.dtype), values.ndim, shape, values.ctypes.data, values.nbytes), values


class _Owner:
    """Releases a handle when nobody needs it any more."""

    def __init__(self, handle):
        self._handle = handle

    def __del__(self):
        if getattr(self, "_handle", None) is not None:
            self._release(self._handle)


class Device(_Owner):
    """A device by the selection that the command's --backend takes; None for MARTLET_BACKEND, else auto."""

    _release = staticmethod(_library.martlet_device_release)

    def __init__(self, selection=None, threads=0):
        super().__init__(_handle("device_open", None if selection is None else selection.encode(), threads))

    @property
    def name(self):
        return _text("device_name", self._handle)

    def tensor(self, values):
        array, kept = _array(values)
        return Tensor(_handle("tensor_create", self._handle, ctypes.byref(array)), self)

    def apply(self, operation, *operands, **attributes):
        """An operation of `operations()` by name; numbers and arrays become tensors. A list where it has several results."""
        tensors = [
            operand if isinstance(operand, Tensor)
            else self.tensor(np.float32(operand) if isinstance(operand, (int, float)) else operand)
            for operand in operands
        ]
        results = (ctypes.c_void_p * operations().get(operation, {"results": 1})["results"])()
        _call(
            "apply", self._handle, operation.encode(), (ctypes.c_void_p * len(tensors))(*[t._handle for t in tensors]),
            len(tensors), json.dumps(attributes).encode(), results, len(results))
        made = [Tensor(handle, self) for handle in results]
        return made[0] if len(made) == 1 else made

    def train(self, description, features, targets, callback=None, **options):
        """A new model trained on arrays. Options are the command's, with _ for -: train("mlp:64", x, y, batch_size=32).

        `callback(progress)` ends training by returning anything true."""
        failure = []

        def report(progress, _):
            try:
                return 1 if callback(progress.contents) else 0
            except BaseException as error:  # Not through C.
                failure.append(error)
                return 1

        (x, kept_x), (y, kept_y) = _array(features), _array(targets)
        result = ctypes.c_void_p()
        text = json.dumps({name.replace("_", "-"): value for name, value in options.items()})
        try:
            _call(
                "model_train", self._handle, description.encode(), ctypes.byref(x), ctypes.byref(y), text.encode(),
                _Callback(report if callback else 0), None, ctypes.byref(result))
        except Interrupted as error:
            error.model = Model(result.value)
            raise failure[0] if failure else error
        return Model(result.value)

    def load(self, path):
        """A model that was saved by this library or by the command."""
        return Model(_handle("model_load", self._handle, os.fsencode(path)))

    def synchronize(self):
        _call("device_synchronize", self._handle)

    def close(self):
        _call("device_close", self._handle)


class Tensor(_Owner):
    """An array on a device; `np.asarray(tensor)` copies it out."""

    _release = staticmethod(_library.martlet_tensor_release)
    __array_priority__ = 1000

    def __init__(self, handle, device):
        super().__init__(handle)
        self.device = device
        dtype, rank, shape = ctypes.c_int(), ctypes.c_size_t(), (ctypes.c_int64 * 64)()
        _call("tensor_type", handle, ctypes.byref(dtype), ctypes.byref(rank), shape, 64)
        self.dtype, self.shape = _DTYPES[dtype.value], tuple(shape[: rank.value])

    def __array__(self, dtype=None, copy=None):
        values = np.empty(self.shape, self.dtype)
        _call("tensor_read", self._handle, values.ctypes.data, values.nbytes)
        return values if dtype is None else values.astype(dtype)

    def apply(self, operation, *others, **attributes):
        return self.device.apply(operation, self, *others, **attributes)

    def __add__(self, other): return self.apply("add", other)
    def __sub__(self, other): return self.apply("subtract", other)
    def __mul__(self, other): return self.apply("multiply", other)
    def __truediv__(self, other): return self.apply("divide", other)
    def __matmul__(self, other): return self.apply("matmul", other)
    def __neg__(self): return self.apply("negate")
    __radd__, __rmul__ = __add__, __mul__


class Model(_Owner):
    """A model with weights on a device."""

    _release = staticmethod(_library.martlet_model_release)

    @property
    def info(self):
        return json.loads(_text("model_info", self._handle))

    @property
    def weights_sha256(self):
        return _text("model_weights_sha256", self._handle)

    def predict(self, features):
        """The output for every sample: logits for classes."""
        array, kept = _array(features)
        outputs = np.empty((kept.shape[0], *self.info["outputShape"]), np.float32)
        _call("model_predict", self._handle, ctypes.byref(array), outputs.ctypes.data, outputs.size)
        return outputs

    def evaluate(self, features, targets):
        (x, kept_x), (y, kept_y) = _array(features), _array(targets)
        return json.loads(_text("model_evaluate", self._handle, ctypes.byref(x), ctypes.byref(y)))

    def save(self, path):
        _call("model_save", self._handle, os.fsencode(path))


_operations = {}


def operations():
    """Every operation by name: summary, operands, results, attributes."""
    if not _operations:
        for line in _text("operation_list").splitlines():
            operation = json.loads(line)
            _operations[operation["name"]] = operation
    return _operations
