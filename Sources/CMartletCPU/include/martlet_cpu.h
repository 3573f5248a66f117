// The CPU path's kernels in SIMD C. Everything here keeps the numerics contract: results are a function of the
// arguments' values and shapes, never of the variant, the number of threads or the size of a tile.
//
// Nothing here allocates except martlet_pool_create: scratch is handed in by the caller, who plans it once.

#ifndef MARTLET_CPU_H
#define MARTLET_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "Shared/augmentation_settings.h"
#include "Shared/step.h"

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Variants

/// One build of all kernels for one instruction set.
typedef struct martlet_cpu_kernels martlet_cpu_kernels;

/// The best variant this processor can run. Never null.
const martlet_cpu_kernels *martlet_cpu_best(void);

/// The variant called `name` ("avx512", "avx2", "neon", "baseline"), or null where this processor cannot run it.
/// "baseline" is always there.
const martlet_cpu_kernels *martlet_cpu_variant(const char *name);

/// The variant's name; it lives for ever.
const char *martlet_cpu_variant_name(const martlet_cpu_kernels *kernels);

/// `a * b + c` written without `fma`, as the variant's compiler settings treat it: rounded twice, or the contract is broken.
float martlet_cpu_multiply_then_add(const martlet_cpu_kernels *kernels, float a, float b, float c);

/// The number of processors that this process may use, at least 1.
int martlet_cpu_processors(void);

/// Bytes of the data cache of a level (1, 2, 3) as the system reports it, or what is usual where it does not.
long martlet_cache_bytes(int level);

// MARK: Pool

/// A fork-join pool of threads. The calling thread is worker 0 and takes part.
typedef struct martlet_pool martlet_pool;

/// A pool of `threads` workers in all (at least 1), or null when the system refuses threads or memory.
martlet_pool *martlet_pool_create(int threads);

/// Waits for the workers and frees the pool. Null is allowed.
void martlet_pool_destroy(martlet_pool *pool);

/// The number of workers, the caller included: worker indices run from 0 to one less.
int martlet_pool_threads(const martlet_pool *pool);

/// Calls `task(context, index, worker)` once for each index in 0..<tasks, on any worker and in any order, and returns
/// when all have returned. Two callers queue. A task must not run its own pool.
void martlet_pool_run(
    martlet_pool *pool, void (*task)(void *context, long index, int worker), void *context, long tasks);

// MARK: Kernels of single operations

typedef enum { MARTLET_MEMORY, MARTLET_COUNT, MARTLET_VALUE } martlet_argument_kind;

/// An argument of a kernel of `Operations/`: the one of its kind.
typedef struct {
    martlet_argument_kind kind;
    void *memory;
    long count;
    float value;
} martlet_argument;

/// Computes the items first ..< end.
typedef void (*martlet_kernel_function)(const martlet_argument *arguments, long first, long end);

/// The kernel called `name`, for a variant; null when there is none that takes arguments of these kinds.
martlet_kernel_function martlet_cpu_kernel(
    const martlet_cpu_kernels *kernels, const char *name, const martlet_argument *arguments, int count);

/// Computes `items` items, which are about as much work as `elements` additions, on the pool.
void martlet_cpu_launch(
    martlet_pool *pool, martlet_kernel_function function, const martlet_argument *arguments, long items, long elements);

// MARK: Matrix product

/// Called when a block of the result is final, while it is in cache: `rows` x `columns` values from (`row`, `column`),
/// the first at `values`, rows `stride` apart. Each value of the result is in exactly one such block.
typedef void (*martlet_gemm_epilogue)(
    void *context, long row, long rows, long column, long columns, float *values, long stride, int worker);

/// `C = alpha * sum + beta * C`, where `sum` is A times B, for row-major matrices: C is [m, n], A is [m, k] (stored as
/// [k, m] when `transpose_a`), B is [k, n] (stored as [n, k] when `transpose_b`); leading dimensions are in elements.
///
/// Numeric order: k is cut into segments of `segment_length` (the last may be shorter). A segment is one fma chain per
/// output, in increasing k, from zero; segment sums are added in order. Then `alpha * sum` (left out when alpha is 1),
/// then `fma(beta, c, .)` (C is not read when beta is 0).
typedef struct {
    long m, n, k;
    const float *a;
    long a_stride;
    bool transpose_a;
    const float *b;
    long b_stride;
    bool transpose_b;
    float *c;
    long c_stride;
    float alpha, beta;
    long segment_length;             // at least 1; k or more: one segment
    martlet_gemm_epilogue epilogue;  // may be null
    void *epilogue_context;
    void *scratch;                   // martlet_gemm_scratch_bytes, aligned to 64; null when that is 0
} martlet_gemm_arguments;

/// Bytes of scratch that a product needs on a pool of `threads`. Pointers among the arguments are not looked at.
size_t martlet_gemm_scratch_bytes(
    const martlet_cpu_kernels *kernels, const martlet_gemm_arguments *arguments, int threads);

void martlet_gemm(const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_gemm_arguments *arguments);

// MARK: Windows over images

/// How a window moves along one axis: at place i tap t reads element i * stride + t * dilation - before, which is padding
/// outside 0..<extent.
typedef struct {
    long extent;          // elements of the axis
    long places;          // where the window can stand
    long size, stride, dilation, before;
} martlet_window_axis;

typedef struct {
    martlet_window_axis height, width;
} martlet_window2d;

typedef enum {
    MARTLET_CONV2D_FORWARD,          // y of x and weights
    MARTLET_CONV2D_INPUT_GRADIENT,   // dx of dy and weights
    MARTLET_CONV2D_WEIGHT_GRADIENT,  // dweights of x and dy
} martlet_conv2d_pass;

/// The convolution of images x [images, h, w, channels] with weights [kernel height, kernel width, channels / groups,
/// output channels], or a gradient of it: y and dy are [images, h', w', output channels], dx is as x, dweights as weights.
///
/// Numeric order: one fma chain per output from zero. y: by kernel row, kernel column, channel within the group. dx: by output
/// row and output column, both increasing, output channel within the group. dweights: segments of `segment_images`
/// images, each one chain by image, output row and output column; segment sums are added in order.
typedef struct {
    martlet_conv2d_pass pass;
    long images, channels, output_channels, groups;
    martlet_window2d window;
    const float *x, *weights, *dy;   // two of them are read
    float *y, *dx, *dweights;        // one of them is written
    long segment_images;             // dweights
    martlet_gemm_epilogue epilogue;  // y and dx, as matrices of pixels x channels; may be null
    void *epilogue_context;
    void *scratch;                   // martlet_conv2d_scratch_bytes, aligned to 64; null when that is 0
} martlet_conv2d_arguments;

/// Bytes of scratch that a convolution needs on a pool of `threads`. Pointers among the arguments are not looked at.
size_t martlet_conv2d_scratch_bytes(
    const martlet_cpu_kernels *kernels, const martlet_conv2d_arguments *arguments, int threads);

void martlet_conv2d(const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_conv2d_arguments *arguments);

/// y [images, h', w', channels]: the greatest element under the window, the first of equal ones in row-major order, the
/// first NaN before all; places: row * w + column of it.
typedef struct {
    long images, channels;
    martlet_window2d window;
    const float *x;
    float *y;
    int32_t *places;
} martlet_max_pool2d_arguments;

void martlet_max_pool2d(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_max_pool2d_arguments *arguments);

/// dx [images, h, w, channels]: the sum of dy over the windows whose greatest element this was.
typedef struct {
    long images, channels;
    martlet_window2d window;
    const float *dy;
    const int32_t *places;
    float *dx;
} martlet_max_pool2d_gradient_arguments;

void martlet_max_pool2d_gradient(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_max_pool2d_gradient_arguments *arguments);

/// A stretch of an axis; `count` is what it counts for in a divisor.
typedef struct {
    long begin, end, count;
} martlet_span;

/// to [images, result_height, result_width, channels]: means under the spans of from [images, height, width, channels].
/// The gradient goes the other way, with `from` of the result's shape; it looks up, for each element of an axis, the
/// places that hold it.
typedef struct {
    long images, height, width, result_height, result_width, channels;
    const martlet_span *rows, *columns;                // of each place
    const martlet_span *row_holders, *column_holders;  // of each element; the gradient's
    long divisor;                                      // 0: the product of the spans' counts
    const float *from;
    float *to;
} martlet_average_pool2d_arguments;

void martlet_average_pool2d(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_average_pool2d_arguments *arguments);
void martlet_average_pool2d_gradient(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_average_pool2d_arguments *arguments);

// MARK: Pointwise functions and programs

/// out[i] = f(a[i], b[i], c[i]) for i in 0..<count. Arguments beyond the function's arity are ignored; `out` may be one of
/// the arguments, and may not overlap one otherwise.
typedef void (*martlet_pointwise_loop)(float *out, const float *a, const float *b, const float *c, long count);

/// The loop of the function called `name` in Shared/pointwise.h and its number of arguments, or null when there is none;
/// "first second": of the second on the first's result and further arguments, for a few pairs.
martlet_pointwise_loop martlet_cpu_pointwise(const martlet_cpu_kernels *kernels, const char *name, int *arity);

typedef enum {
    MARTLET_LOAD,      // an operand
    MARTLET_CONSTANT,  // `value`
    MARTLET_APPLY,     // `loop` of the results of `sources`
    MARTLET_UNIFORM,   // Shared/random.h at the flat index of the element and `stream`
    MARTLET_NORMAL,
    MARTLET_DROPOUT,   // 0 where the element's bits are below `threshold`, else `value`
} martlet_instruction_kind;

/// One value per element, a function of the results of instructions before it.
typedef struct {
    martlet_instruction_kind kind;
    int operand;                  // load: its index
    martlet_pointwise_loop loop;  // apply
    int sources[3];               // apply: indices of instructions; beyond the arity: any earlier one, or -1
    float value;                  // constant: the value; dropout: the scale of what is kept
    uint32_t stream;              // uniform, normal, dropout
    uint32_t threshold;           // dropout
} martlet_instruction;

/// Element (row, column) is values[row * row_stride + column * column_stride]; a stride of 0 broadcasts.
typedef struct {
    const float *values;
    long row_stride, column_stride;
} martlet_operand;

/// A program over rows x columns elements. The last instruction's result is the program's.
typedef struct {
    const martlet_instruction *instructions;
    int instruction_count;
    const martlet_operand *operands;
    int operand_count;
    long rows, columns;
    const martlet_step *step;  // may be null where nothing is random
    bool streams;              // whether results pass the caches by: where they do not fit, that saves reading what they replace
} martlet_program;

/// Bytes of scratch that one worker needs to run a program. Aligned to 64.
size_t martlet_program_scratch_bytes(int instruction_count);

/// Runs a program over the pool; `out` is rows x columns without gaps and may be an operand. `scratch` holds
/// martlet_program_scratch_bytes for each worker.
void martlet_program_run(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_program *program, float *out, void *scratch);

/// Runs a program over the elements (row..<row + rows, column..<column + columns) on the calling thread. `out` is where
/// the first goes; rows of `out` are `out_stride` apart. `scratch` is one worker's.
void martlet_program_run_block(
    const martlet_cpu_kernels *kernels, const martlet_program *program, long row, long rows, long column, long columns,
    float *out, long out_stride, void *scratch);

// MARK: Reductions

typedef enum { MARTLET_SUM, MARTLET_MAXIMUM, MARTLET_MINIMUM } martlet_reduction;

/// A reduction of rows x columns values, either stored (`row_stride` apart) or made by `program`, whose rows and columns
/// these then are, as they are needed. Results are divided by `divisor` (1: left as they are; the count: a mean).
/// NaN is the greatest value, and the least.
typedef struct {
    martlet_reduction operation;
    long rows, columns;
    const float *values;
    long row_stride;
    const martlet_program *program;  // may be null
    float divisor;
    float *out;
    void *scratch;                   // aligned to 64
} martlet_reduce_arguments;

/// Along the columns: out[rows]. Blocks of 1024 elements; in a block 32 lanes, lane l taking elements l, l + 32, ... in
/// order from zero (maximum: from -infinity, minimum: from infinity); lanes combined by halving (16, 8, 4, 2, 1); block results again in that way.
void martlet_reduce_columns(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_reduce_arguments *arguments);
size_t martlet_reduce_columns_scratch_bytes(const martlet_reduce_arguments *arguments, int threads);

/// Along the rows: out[columns]. Blocks of 64 rows, added in order from zero; block results again in that way.
void martlet_reduce_rows(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_reduce_arguments *arguments);
size_t martlet_reduce_rows_scratch_bytes(const martlet_reduce_arguments *arguments, int threads);

/// A launch that takes each row by itself: a reduction along the columns, or a program of as many rows, or of one that
/// is cut into so many equal parts.
typedef struct {
    const martlet_reduce_arguments *reduction;  // null: the program
    const martlet_program *program;
    float *out;                                 // the program's
} martlet_row_stage;

/// Such launches one after the other, on a few rows at a time. Nothing that one writes of a row may be read or written by
/// another for any other row.
typedef struct {
    const martlet_row_stage *stages;
    int stage_count;
    long rows;
    long together;      // rows at a time
    long row_elements;  // what all stages compute of a row, in cheap elements
    void *scratch;      // aligned to 64
} martlet_row_sweep;

void martlet_row_sweep_run(const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_row_sweep *sweep);
size_t martlet_row_sweep_scratch_bytes(const martlet_row_sweep *sweep, int threads);

/// The column of each row's first maximum; the first NaN, where there is one.
void martlet_argmax(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const float *values, long row_stride, long rows, long columns,
    int32_t *out);

// MARK: Softmax with cross-entropy

/// For each row of logits [rows, columns]: m = max, e = exp(x - m), s = sum of e (in the order of martlet_reduce_columns),
/// p = e / s, loss = log(s) - (x[label] - m). A label outside 0..<columns makes the row's loss NaN.
void martlet_softmax_cross_entropy(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const float *logits, const int32_t *labels, long rows,
    long columns, float *loss, float *probabilities);

/// out = (p - onehot(label)) * loss_gradient[row]; `out` may be `probabilities`.
void martlet_softmax_cross_entropy_gradient(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const float *probabilities, const int32_t *labels,
    const float *loss_gradient, long rows, long columns, float *out);

// MARK: Rows of tables

/// Which rows of the data set make up the step's batch: positions from `batch_start`, sent through the epoch's permutation
/// when the step says so; -1 past the last sample.
void martlet_batch_indices(const martlet_step *step, long count, int32_t *out);

typedef enum { MARTLET_TABLE_FLOAT32, MARTLET_TABLE_UINT8, MARTLET_TABLE_INT32 } martlet_table_type;

/// out[i] = table[indices[i]] for rows of `width`; float32 from float32 and uint8 (divided by `divisor`), int32 from int32.
/// An index outside 0..<table_rows gives NaN (int32: 0).
typedef struct {
    martlet_table_type type;
    const void *table;
    long table_rows, width;
    const int32_t *indices;
    long count;
    float divisor;  // uint8 only
    void *out;
} martlet_gather_arguments;

void martlet_gather(const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_gather_arguments *arguments);

/// out [table_rows, width] = zero, then each row of `gradient` [count, width] added to the row its index names, in
/// increasing position. Indices out of range are skipped.
void martlet_gather_gradient(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const float *gradient, const int32_t *indices, long count,
    long table_rows, long width, float *out);

// MARK: Images

/// Rows of a table of images, augmented, then (value - mean) / deviation per channel; see Shared/augmentation.h. The
/// result has the layout of the table. An index outside 0..<table_rows gives NaN.
typedef struct {
    martlet_augmentation augmentation;
    const uint8_t *table;
    long table_rows;
    const int32_t *indices;
    long count;
    const float *statistics;  // mean and deviation of each channel
    const martlet_step *step;
    float *out;
} martlet_image_batch_arguments;

void martlet_image_batch(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_image_batch_arguments *arguments);

// MARK: Updates of the parameter arena

/// A stretch of the arena with its own scale of the learning rate and of the weight decay.
typedef struct {
    long begin, count;
    float rate_scale, decay_scale;
} martlet_segment;

typedef struct {
    const char *rule;  // a name in Shared/optimizer.h
    float *parameters;
    const float *gradients;
    float *states[3];  // those that the rule uses
    const martlet_segment *segments;
    long segment_count;
    const martlet_step *step;
} martlet_update_arguments;

/// The number of state arrays of a rule, or -1 when there is no such rule.
int martlet_update_states(const char *rule);

/// Applies the rule to every element of every segment. False, and nothing done, when there is no such rule.
bool martlet_update(const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_update_arguments *arguments);

// MARK: Metrics

/// Adds `count` values to as many running sums, each a pair of the sum and what its rounding has lost.
void martlet_accumulate(const float *values, long count, float *sums);

// MARK: Memory

/// The index of the first NaN or infinity, or -1.
long martlet_first_non_finite(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const float *values, long count);

void martlet_copy(martlet_pool *pool, void *to, const void *from, size_t bytes);
void martlet_fill(martlet_pool *pool, uint32_t *to, uint32_t word, long count);

/// One axis of a box, with its steps in words.
typedef struct {
    long extent, source_stride, target_stride;
} martlet_copy_axis;

/// Moves a box of words, walked along the same axes in both places, outermost first. None: one word.
void martlet_copy_box(martlet_pool *pool, void *to, const void *from, const martlet_copy_axis *axes, int count);

#ifdef __cplusplus
}
#endif

#endif
