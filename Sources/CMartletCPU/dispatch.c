// Which variant runs on this processor, and the public functions, each of which goes to a variant's kernel.

#include "kernels.h"

static bool supported(const martlet_cpu_kernels *kernels) {
#if defined(__x86_64__)
    if (kernels == &martlet_cpu_avx512)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
            && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx2")
            && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
    if (kernels == &martlet_cpu_avx2)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
#endif
    (void)kernels;
    return true;
}

/// Best first.
static const martlet_cpu_kernels *const variants[] = {
#if defined(__x86_64__)
    &martlet_cpu_avx512,
    &martlet_cpu_avx2,
#elif defined(__aarch64__)
    &martlet_cpu_neon,
#endif
    &martlet_cpu_baseline,
};

enum { VARIANTS = sizeof variants / sizeof *variants };

const martlet_cpu_kernels *martlet_cpu_best(void) {
    for (int i = 0; i < VARIANTS; i++)
        if (supported(variants[i])) return variants[i];
    return &martlet_cpu_baseline;
}

const martlet_cpu_kernels *martlet_cpu_variant(const char *name) {
    for (int i = 0; i < VARIANTS; i++)
        if (!strcmp(name, variants[i]->name) && supported(variants[i])) return variants[i];
    return NULL;
}

const char *martlet_cpu_variant_name(const martlet_cpu_kernels *kernels) { return kernels->name; }

float martlet_cpu_multiply_then_add(const martlet_cpu_kernels *kernels, float a, float b, float c) {
    return kernels->multiply_then_add(a, b, c);
}

// MARK: To the variant

void martlet_gemm(const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_gemm_arguments *arguments) {
    kernels->gemm(pool, arguments);
}

size_t martlet_gemm_scratch_bytes(
    const martlet_cpu_kernels *kernels, const martlet_gemm_arguments *arguments, int threads
) {
    return kernels->gemm_scratch_bytes(arguments, threads);
}

void martlet_conv2d(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_conv2d_arguments *arguments
) {
    kernels->conv2d(pool, arguments);
}

size_t martlet_conv2d_scratch_bytes(
    const martlet_cpu_kernels *kernels, const martlet_conv2d_arguments *arguments, int threads
) {
    return kernels->conv2d_scratch_bytes(arguments, threads);
}

void martlet_max_pool2d(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_max_pool2d_arguments *arguments
) {
    kernels->max_pool2d(pool, arguments);
}

void martlet_max_pool2d_gradient(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_max_pool2d_gradient_arguments *arguments
) {
    kernels->max_pool2d_gradient(pool, arguments);
}

void martlet_average_pool2d(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_average_pool2d_arguments *arguments
) {
    kernels->average_pool2d(pool, arguments);
}

void martlet_average_pool2d_gradient(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_average_pool2d_arguments *arguments
) {
    kernels->average_pool2d_gradient(pool, arguments);
}

martlet_pointwise_loop martlet_cpu_pointwise(const martlet_cpu_kernels *kernels, const char *name, int *arity) {
    return kernels->pointwise(name, arity);
}

void martlet_program_run(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_program *program, float *out, void *scratch
) {
    kernels->program_run(pool, program, out, scratch);
}

void martlet_program_run_block(
    const martlet_cpu_kernels *kernels, const martlet_program *program, long row, long rows, long column, long columns,
    float *out, long out_stride, void *scratch
) {
    kernels->program_run_block(program, row, rows, column, columns, out, out_stride, scratch);
}

void martlet_reduce_columns(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_reduce_arguments *arguments
) {
    kernels->reduce_columns(pool, arguments);
}

void martlet_reduce_rows(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_reduce_arguments *arguments
) {
    kernels->reduce_rows(pool, arguments);
}

void martlet_row_sweep_run(const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_row_sweep *sweep) {
    kernels->row_sweep(pool, sweep);
}

void martlet_argmax(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const float *values, long row_stride, long rows, long columns,
    int32_t *out
) {
    kernels->argmax(pool, values, row_stride, rows, columns, out);
}

void martlet_softmax_cross_entropy(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const float *logits, const int32_t *labels, long rows,
    long columns, float *loss, float *probabilities
) {
    kernels->softmax_cross_entropy(pool, logits, labels, rows, columns, loss, probabilities);
}

void martlet_softmax_cross_entropy_gradient(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const float *probabilities, const int32_t *labels,
    const float *loss_gradient, long rows, long columns, float *out
) {
    kernels->softmax_cross_entropy_gradient(pool, probabilities, labels, loss_gradient, rows, columns, out);
}

void martlet_gather(const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_gather_arguments *arguments) {
    kernels->gather(pool, arguments);
}

void martlet_gather_gradient(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const float *gradient, const int32_t *indices, long count,
    long table_rows, long width, float *out
) {
    kernels->gather_gradient(pool, gradient, indices, count, table_rows, width, out);
}

void martlet_image_batch(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_image_batch_arguments *arguments
) {
    kernels->image_batch(pool, arguments);
}

bool martlet_update(const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_update_arguments *arguments) {
    return kernels->update(pool, arguments);
}

long martlet_first_non_finite(
    const martlet_cpu_kernels *kernels, martlet_pool *pool, const float *values, long count
) {
    return kernels->first_non_finite(pool, values, count);
}
