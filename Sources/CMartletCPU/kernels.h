// The table of one variant's kernels, and what every variant includes before its target pragma.

#ifndef MARTLET_KERNELS_TABLE_H
#define MARTLET_KERNELS_TABLE_H

#include "martlet_cpu.h"

#include <math.h>
#include <string.h>

struct martlet_cpu_kernels {
    const char *name;
    float (*multiply_then_add)(float a, float b, float c);
    void (*gemm)(martlet_pool *pool, const martlet_gemm_arguments *arguments);
    size_t (*gemm_scratch_bytes)(const martlet_gemm_arguments *arguments, int threads);
};

extern const martlet_cpu_kernels martlet_cpu_avx512, martlet_cpu_avx2, martlet_cpu_neon, martlet_cpu_baseline;

#endif
