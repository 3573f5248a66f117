// The table of one variant's kernels, and what every variant includes before its target pragma.

#ifndef MARTLET_KERNELS_TABLE_H
#define MARTLET_KERNELS_TABLE_H

#include "martlet_cpu.h"

#include <limits.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>

struct martlet_cpu_kernels {
    const char *name;
    float (*multiply_then_add)(float a, float b, float c);
    size_t (*gemm_scratch_bytes)(const martlet_gemm_arguments *, int threads);
    void (*gemm)(martlet_pool *, const martlet_gemm_arguments *);
    void (*conv2d)(martlet_pool *, const martlet_conv2d_arguments *);
    size_t (*conv2d_scratch_bytes)(const martlet_conv2d_arguments *, int threads);
    void (*max_pool2d)(martlet_pool *, const martlet_max_pool2d_arguments *);
    void (*max_pool2d_gradient)(martlet_pool *, const martlet_max_pool2d_gradient_arguments *);
    void (*average_pool2d)(martlet_pool *, const martlet_average_pool2d_arguments *);
    void (*average_pool2d_gradient)(martlet_pool *, const martlet_average_pool2d_arguments *);
    martlet_pointwise_loop (*pointwise)(const char *name, int *arity);
    void (*program_run)(martlet_pool *, const martlet_program *, float *out, void *scratch);
    void (*program_run_block)(
        const martlet_program *, long row, long rows, long column, long columns, float *out, long out_stride,
        void *scratch);
    void (*reduce_columns)(martlet_pool *, const martlet_reduce_arguments *);
    void (*reduce_rows)(martlet_pool *, const martlet_reduce_arguments *);
    void (*row_sweep)(martlet_pool *, const martlet_row_sweep *);
    void (*argmax)(martlet_pool *, const float *values, long row_stride, long rows, long columns, int32_t *out);
    void (*softmax_cross_entropy)(
        martlet_pool *, const float *logits, const int32_t *labels, long rows, long columns, float *loss,
        float *probabilities);
    void (*softmax_cross_entropy_gradient)(
        martlet_pool *, const float *probabilities, const int32_t *labels, const float *loss_gradient, long rows,
        long columns, float *out);
    void (*gather)(martlet_pool *, const martlet_gather_arguments *);
    void (*gather_gradient)(
        martlet_pool *, const float *gradient, const int32_t *indices, long count, long table_rows, long width,
        float *out);
    void (*image_batch)(martlet_pool *, const martlet_image_batch_arguments *);
    bool (*update)(martlet_pool *, const martlet_update_arguments *);
    long (*first_non_finite)(martlet_pool *, const float *values, long count);
};

extern const martlet_cpu_kernels martlet_cpu_avx512, martlet_cpu_avx2, martlet_cpu_neon, martlet_cpu_baseline;

#endif
