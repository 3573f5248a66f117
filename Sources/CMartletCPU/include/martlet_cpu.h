// The CPU path's kernels in SIMD C. Everything here keeps the numerics contract: results are a function of the
// arguments' values and shapes, never of the variant, the number of threads or the size of a tile.
//
// Nothing here allocates except martlet_pool_create: scratch is handed in by the caller, who plans it once.

#ifndef MARTLET_CPU_H
#define MARTLET_CPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

#ifdef __cplusplus
}
#endif

#endif
