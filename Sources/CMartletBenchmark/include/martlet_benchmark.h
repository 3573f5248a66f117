// What the benchmark suite needs in C: loops that reach a processor's limits, and the opponents, which are opened at run
// time and never linked.

#ifndef MARTLET_BENCHMARK_H
#define MARTLET_BENCHMARK_H

#include "martlet_cpu.h"

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Limits of the processor

/// The loops of one instruction set: "avx512", "avx2", "neon" or "baseline".
typedef struct martlet_limit_loops martlet_limit_loops;

/// Null where this processor cannot run them.
const martlet_limit_loops *martlet_limit_variant(const char *name);

/// Independent chains x = fma(x, MARTLET_CHAIN_FACTOR, MARTLET_CHAIN_TERM) from MARTLET_CHAIN_START, `steps` long, in
/// registers, on every thread of the pool. Gives the value that all chains end with; NaN where they differ.
float martlet_limit_chains(const martlet_limit_loops *loops, martlet_pool *pool, long steps);
/// Floating-point operations of one step of one thread.
long martlet_limit_chain_flops(const martlet_limit_loops *loops);

#define MARTLET_CHAIN_START 2.0f
#define MARTLET_CHAIN_FACTOR 0.9999990463256836f  // 1 - 2^-20
#define MARTLET_CHAIN_TERM 9.5367431640625e-7f    // 2^-20

/// a[i] = fma(factor, c[i], b[i]), `passes` times over; each thread keeps to its own part. Arrays are aligned to 64 and
/// `count` is a multiple of 64 times the pool's threads. `streaming`: with stores that pass the caches by.
void martlet_limit_triad(
    const martlet_limit_loops *loops, martlet_pool *pool, float *a, const float *b, const float *c, float factor, long count,
    long passes, bool streaming);

/// Memory that a stream reads, writes, or reads and then writes; aligned to 64.
typedef struct {
    float *values;
    long count;
    bool is_read, is_written;
} martlet_stream_array;

/// Goes once over all arrays, each thread keeping to its own part of each, side by side as an operation over them would; less
/// than a cache line at an array's end is left out. What is written are ones; gives the bits that were read, put together.
/// `streaming`: with stores that pass the caches by.
int martlet_limit_stream(
    const martlet_limit_loops *loops, martlet_pool *pool, const martlet_stream_array *arrays, int array_count, bool streaming);

/// Forks the pool, lets every thread arrive, and joins it, `count` times.
void martlet_limit_fork_joins(martlet_pool *pool, long count);

// MARK: Opponents on the processor

/// Each opens its library once in a process, with this number of threads, and tells its version or what is missing.
/// `core` is the OpenBLAS core type to ask for; null leaves the choice to the environment and the library.
bool martlet_dnnl_open(int threads, char *message, size_t size);
bool martlet_openblas_open(int threads, const char *core, char *message, size_t size);

/// C = op(A) op(B), row-major, as `martlet_gemm_arguments` has it. False where the library refuses.
typedef struct {
    long m, n, k;
    bool transpose_a, transpose_b;
    const float *a, *b;
    float *c;
} martlet_opponent_product;

bool martlet_dnnl_sgemm(const martlet_opponent_product *product);
bool martlet_openblas_sgemm(const martlet_opponent_product *product);

typedef enum { MARTLET_CONV_FORWARD, MARTLET_CONV_INPUT_GRADIENT, MARTLET_CONV_WEIGHT_GRADIENT } martlet_conv_kind;
typedef enum { MARTLET_LAYOUT_OWN, MARTLET_LAYOUT_NHWC, MARTLET_LAYOUT_NCHW } martlet_conv_layout;

/// A square convolution without dilation and groups.
typedef struct {
    long images, height, width, channels, result_height, result_width, result_channels, kernel, stride, padding;
} martlet_conv_extents;

typedef struct martlet_dnnl_conv martlet_dnnl_conv;

/// Whether this build knows oneDNN's types (its headers were there).
bool martlet_dnnl_has_conv(void);
/// A convolution with its operands, given as Martlet has them (images NHWC, weights [kh][kw][in][out]) and brought into
/// the layout. Forward takes images and weights, the input gradient upstream and weights, the weight gradient images and
/// upstream. Null where oneDNN refuses.
martlet_dnnl_conv *martlet_dnnl_conv_create(
    martlet_conv_kind kind, martlet_conv_layout layout, const martlet_conv_extents *extents, const float *first,
    const float *second);
bool martlet_dnnl_conv_run(martlet_dnnl_conv *conv);
/// The result as Martlet has it.
bool martlet_dnnl_conv_read(martlet_dnnl_conv *conv, float *result);
void martlet_dnnl_conv_destroy(martlet_dnnl_conv *conv);

// MARK: Opponent on OpenCL devices

bool martlet_clblast_open(char *message, size_t size);
/// Enqueues a product of buffers (cl_mem) on a queue (cl_command_queue); offsets in elements. Gives CLBlast's code.
int martlet_clblast_sgemm(
    void *queue, long m, long n, long k, bool transpose_a, bool transpose_b, void *a, size_t a_offset, void *b,
    size_t b_offset, void *c, size_t c_offset);

#ifdef __cplusplus
}
#endif

#endif
