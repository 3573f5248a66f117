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

void martlet_gemm(const martlet_cpu_kernels *kernels, martlet_pool *pool, const martlet_gemm_arguments *arguments) {
    kernels->gemm(pool, arguments);
}

size_t martlet_gemm_scratch_bytes(
    const martlet_cpu_kernels *kernels, const martlet_gemm_arguments *arguments, int threads
) {
    return kernels->gemm_scratch_bytes(arguments, threads);
}
