/* Martlet from C: tensors, operations, training and prediction, with the same bits on the CPU and on any OpenCL device.
 *
 * Link with what `pkg-config --cflags --libs martlet` says.
 *
 * Status. Every call that can fail returns a martlet_status; anything but MARTLET_OK leaves a message for
 * martlet_last_error(). No call ends the process because of what it is given: NULL, a handle that was released or is of
 * another kind, a wrong size or type, an unknown name, a closed device all give a status. (Memory that is smaller than the
 * caller says cannot be noticed.) Where a call fails, what it would have returned is NULL or 0, if not said otherwise.
 *
 * Handles. Devices, tensors and models are handles: they are not addresses, and must not be read through. A call that
 * returns one gives it to the caller, who releases it once; `retain` allows one more release. Handles may be released in
 * any order: a tensor keeps its device alive, but not open. Releasing NULL does nothing. A handle that was released for the
 * last time is recognised and refused until some hundred million others have taken its place.
 *
 * Text. A `char **` receives text (UTF-8) that the caller frees with martlet_text_free(). "Lines" are one JSON object each.
 *
 * Threads. Everything may be called from any thread, and handles may be shared. Calls on tensors of one device take turns,
 * and so do calls on one model; different devices and models work at once. A progress callback is called on the thread
 * that trains. The message of martlet_last_error() belongs to the thread that made the call.
 *
 * Versions. Within one MARTLET_ABI functions are added and never changed or removed; the number is part of the library's
 * soname (libmartlet.so.1). A program that opens the library at run time checks MARTLET_IS_COMPATIBLE().
 */
#ifndef MARTLET_H
#define MARTLET_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Version ---- */

#define MARTLET_VERSION "0.1.0"
#define MARTLET_ABI 1

/* Whether the library that was found is one that this header describes. */
#define MARTLET_IS_COMPATIBLE() (martlet_abi() == MARTLET_ABI)

/* MARTLET_VERSION of the library, not of the header. */
const char *martlet_version(void);
/* MARTLET_ABI of the library. */
int martlet_abi(void);

/* ---- Status ---- */

/* The same numbers as the exit codes of the command `martlet`. */
typedef enum martlet_status {
    MARTLET_OK = 0,
    /* Training met a value that is not finite. */
    MARTLET_NOT_FINITE = 1,
    /* The call is wrong: NULL, a handle that is none, an unknown name, shapes that do not fit an operation. */
    MARTLET_USAGE = 64,
    /* The data or a file are wrong. */
    MARTLET_BAD_DATA = 65,
    /* There is no such device, it was closed, it failed, or it is full. */
    MARTLET_NO_DEVICE = 69,
    MARTLET_CANNOT_WRITE = 73,
    /* The progress callback asked to stop. */
    MARTLET_INTERRUPTED = 130
} martlet_status;

/* What was expected, what was found and what to do, for the last call of this thread that failed; "" where none has.
 * It stays until the next one that fails on this thread. At most 4095 bytes. */
const char *martlet_last_error(void);

/* Frees text that a call returned; NULL is allowed. */
void martlet_text_free(char *text);

/* How many handles there are that have not been released: for finding leaks. */
size_t martlet_open_handles(void);

/* ---- Devices ---- */

typedef struct martlet_device martlet_device;

/* Lines: {"selection": "opencl:0.0", "name": "...", "usable": true}; the CPU path comes first. */
martlet_status martlet_device_list(char **lines);

/* Opens a device.
 * selection: auto | cpu | opencl | opencl:<index> | opencl:<platform>.<index> | opencl:<part of a name>, as the option
 *   --backend of the command; NULL for the variable MARTLET_BACKEND, else auto.
 * threads: of the CPU path; 0 for all processors. Bits do not depend on it. */
martlet_status martlet_device_open(const char *selection, int threads, martlet_device **result);

/* `CPU (AVX-512, 2 threads)` */
martlet_status martlet_device_name(martlet_device *device, char **name);

/* {"backend": "cpu", "name": "...", "reason": "because ...", "open": true, "heldBytes": 0, "idleBytes": 0}: why it was
 * chosen, what its tensors take, and what waits to be used again. */
martlet_status martlet_device_info(martlet_device *device, char **json);

/* Waits until everything is done that was enqueued, and reports what went wrong meanwhile. */
martlet_status martlet_device_synchronize(martlet_device *device);

/* Frees memory that waits to be used again. */
martlet_status martlet_device_trim(martlet_device *device);

/* Frees the memory of all its tensors. They can still be released; every other use of the device, its tensors and its
 * models gives MARTLET_NO_DEVICE. Closing twice is allowed. */
martlet_status martlet_device_close(martlet_device *device);

martlet_status martlet_device_retain(martlet_device *device);
martlet_status martlet_device_release(martlet_device *device);

/* ---- Arrays of the caller ---- */

typedef enum martlet_dtype { MARTLET_FLOAT32 = 0, MARTLET_INT32 = 1, MARTLET_UINT8 = 2 } martlet_dtype;

/* Elements in row-major order without gaps, the outermost axis first. Only read during the call, and not kept, but for
 * martlet_tensor_share(). */
typedef struct martlet_array {
    martlet_dtype dtype;
    /* 0 for one number without axes; shape may be NULL then. */
    size_t rank;
    const int64_t *shape;
    /* May be NULL where there are no elements. */
    const void *data;
    /* The size of the memory: exactly that of the elements. */
    size_t bytes;
} martlet_array;

/* ---- Tensors ---- */

/* An array of numbers on a device, which never changes. */
typedef struct martlet_tensor martlet_tensor;

/* A copy of an array on a device. */
martlet_status martlet_tensor_create(martlet_device *device, const martlet_array *array, martlet_tensor **result);

/* Called once when shared memory is needed no longer, on any thread. It must not call the library. */
typedef void (*martlet_release_callback)(void *context);

/* A tensor in the array's own memory, which is used there without a copy where the device can: on the CPU path, and on
 * OpenCL devices that share the host's memory. Until `release` (may be NULL) is called the memory must stay and must not be
 * written to. It is called exactly once: before this call returns where the elements were copied or the call fails, else
 * when the last tensor that lies there is gone and the device done with it. */
martlet_status martlet_tensor_share(
    martlet_device *device, const martlet_array *array, martlet_release_callback release, void *context,
    martlet_tensor **result);

/* Type and shape. Any result may be NULL. At most `capacity` extents are written; `rank` says how many there are. */
martlet_status martlet_tensor_type(
    martlet_tensor *tensor, martlet_dtype *dtype, size_t *rank, int64_t *shape, size_t capacity);

/* Copies the elements out, once they are computed. `bytes` must be exactly their size. */
martlet_status martlet_tensor_read(martlet_tensor *tensor, void *data, size_t bytes);

/* Lends the elements for reading, until the handle is released for the last time or the device is closed. They are not
 * copied where the device's memory is the host's (the CPU path); elsewhere they are copied once, and `is_copy` (may be
 * NULL) is 1. `data` is NULL where there are no elements. */
martlet_status martlet_tensor_borrow(martlet_tensor *tensor, const void **data, size_t *bytes, int *is_copy);

/* A copy on another device. */
martlet_status martlet_tensor_copy(martlet_tensor *tensor, martlet_device *device, martlet_tensor **result);

/* Enqueues what is needed for some tensors of one device, and does not wait. Without it they are computed when they are
 * read: operations are recorded, and what is computed together is fused. No bit depends on it. */
martlet_status martlet_tensor_evaluate(martlet_tensor *const *tensors, size_t count);

martlet_status martlet_tensor_retain(martlet_tensor *tensor);
martlet_status martlet_tensor_release(martlet_tensor *tensor);

/* ---- Operations ---- */

/* Lines, one an operation: {"name": "matmul", "summary": "...", "operands": [2, 2], "results": 1, "attributes":
 * [{"name": "transposeB", "kind": "flag", "default": false}, ...], "table": ["matmul"]}. `operands` are the least and the
 * greatest number (null: any). Kinds of attributes: flag, integer, number, integers; one without a default is required, and
 * a default of null stands for what the summary says. `table` names the rows of `martlet operations` behind it. */
martlet_status martlet_operation_list(char **lines);

/* Applies an operation by name, such as
 *     martlet_apply(NULL, "matmul", operands, 2, "{\"transposeB\": true}", &product, 1)
 * device: where to compute; needed where there are no operands, else NULL or the operands' own.
 * attributes: a JSON object; NULL or "" for none.
 * results: as many new tensors as the operation has results, which `result_count` must be; all NULL where it fails.
 * Images are n x h x w x channels here, and the weights of a convolution kernel h x kernel w x channels / groups x outputs;
 * `transpose` with the permutation [0, 2, 3, 1] brings n x channels x h x w there.
 * Shapes are checked at once; values are computed later: see martlet_tensor_evaluate(). */
martlet_status martlet_apply(
    martlet_device *device, const char *operation, martlet_tensor *const *operands, size_t operand_count,
    const char *attributes, martlet_tensor **results, size_t result_count);

/* ---- Models ---- */

/* A model with weights on a device. */
typedef struct martlet_model martlet_model;

/* How far training is. Numbers that are not known (yet, or for this loss) are NaN. Later versions add fields at the end;
 * `size` is the size of the structure that the library fills. */
typedef struct martlet_progress {
    size_t size;
    /* From 1. */
    int epoch;
    int epochs;
    /* Done in this epoch, of how many. */
    int batch;
    int batches;
    /* 1 in the call at the end of an epoch; what follows but `loss` is known only then. */
    int is_epoch_end;
    /* The mean over the epoch's samples so far, as of the last time it was read (about once a second). */
    double loss;
    /* Shares from 0 to 1; mean absolute errors where targets are numbers. */
    double accuracy;
    double mean_absolute_error;
    double validation_loss;
    double validation_accuracy;
    double validation_mean_absolute_error;
} martlet_progress;

/* Called after every step and once more at the end of every epoch, on the thread that trains. Anything but 0 stops. */
typedef int (*martlet_progress_callback)(const martlet_progress *progress, void *context);

/* Trains a new model; returns when it is trained.
 *
 * description: a named model, as the option --model of the command takes it: `mlp:64,64` (a perceptron with hidden layers of
 *   these widths; `mlp` for none), `lenet5`, `cnn`, `resnet8`, `resnet20`; or a JSON description with its own shapes:
 *     {"input": [64], "layers": [{"kind": "linear", "units": 10}]}
 * features: one row a sample (images: channels x height x width), MARTLET_FLOAT32, or MARTLET_UINT8, which is divided by the
 *   option feature-divisor.
 * targets: classes from 0 as MARTLET_INT32 or MARTLET_UINT8, one a sample; or, for losses of numbers, MARTLET_FLOAT32 of
 *   samples or samples x outputs.
 * options: a JSON object, NULL or "" for none, with the names and defaults of the command's options (martlet help train):
 *   activation, batch-norm, dropout (where the named model takes them); loss, label-smoothing, class-weights, ignore-class,
 *   margin, margin-power, beta, delta, pos-weight; optimizer, learning-rate, weight-decay, decay-all, set ({"beta2": 0.99});
 *   clip-norm, clip-norm-kind, clip-value; schedule ("linear_warmup:5% then cosine"), accumulate, l1, l2, sampling ("balanced"
 *   or an array), early-stopping, min-delta, keep-best, monitor, ema, swa; epochs (10), batch-size (64), drop-last, seed (0),
 *   validation (a share of the samples, 0.1); and classes (default: the greatest one and those below), feature-divisor
 *   (default: 255).
 * progress: may be NULL. context is handed to it.
 *
 * Equal data, description and options give the weights that the command gives, on every device.
 *
 * result: the model. It is also there, as far as it was trained, with MARTLET_INTERRUPTED and MARTLET_NOT_FINITE (then
 *   with the weights before the first such value); NULL with every other failure. */
martlet_status martlet_model_train(
    martlet_device *device, const char *description, const martlet_array *features, const martlet_array *targets,
    const char *options, martlet_progress_callback progress, void *context, martlet_model **result);

/* Reads a model that `martlet train --save` or martlet_model_save() has written. */
martlet_status martlet_model_load(martlet_device *device, const char *path, martlet_model **result);

/* Writes weights and description (safetensors, with PyTorch's names and layout). A file that stood there is replaced only
 * by a whole one. */
martlet_status martlet_model_save(martlet_model *model, const char *path);

/* {"inputShape": [64], "outputShape": [10], "parameters": 650, "loss": "cross_entropy", "classes": ["0", ...],
 * "featureDivisor": 16, "description": {...}, "epochs": [{"epoch": 1, "iterations": 23, "train": {"loss": ...}, "validation":
 * null or {...}, "seconds": ...}, ...]}: `classes` is null for numbers, and `epochs` is empty where the model was read from
 * a file. */
martlet_status martlet_model_info(martlet_model *model, char **json);

/* SHA-256 of the weights, as the command prints it. */
martlet_status martlet_model_weights_sha256(martlet_model *model, char **text);

/* The model's output for every sample, in inference mode: samples x outputs, for classes logits. Features are as in
 * training: bytes are divided by the model's divisor, and columns of a table are standardised as the model knows.
 * count: how many numbers `outputs` has room for, exactly samples x outputs. */
martlet_status martlet_model_predict(martlet_model *model, const martlet_array *features, float *outputs, size_t count);

/* {"loss": 0.1, "accuracy": 0.97} or {"loss": ..., "meanAbsoluteError": ..., "r2": ...} over every sample. */
martlet_status martlet_model_evaluate(
    martlet_model *model, const martlet_array *features, const martlet_array *targets, char **json);

martlet_status martlet_model_retain(martlet_model *model);
martlet_status martlet_model_release(martlet_model *model);

#ifdef __cplusplus
}
#endif

#endif
