// A kernel of one operation in a file of its own, which no list mentions.
//
//     KERNEL(scale, MARTLET_MEMORY, MARTLET_MEMORY, MARTLET_VALUE) {
//         const float *from = arguments[0].memory;
//         float *to = arguments[1].memory;
//         for (long i = first; i < end; i++) to[i] = from[i] * arguments[2].value;
//     }
//
// As in OpenCL, arguments go by position, and a launch is a number of items that are computed in any order; a call
// computes the items first ..< end. The body is inlined into a function for each instruction set, in which its loops
// are vectorised. It may call functions that are INLINE, and the formulas of Shared/, no others.

#pragma once

#include "martlet_cpu.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline, unused))

enum { KERNEL_VARIANTS = 3 };

/// A kernel as it is known at run time; kernels make a list through `next`.
typedef struct martlet_kernel {
    const char *name;
    const martlet_argument_kind *parameters;
    int parameter_count;
    struct {
        const char *variant;
        martlet_kernel_function function;
    } variants[KERNEL_VARIANTS];
    struct martlet_kernel *next;
} martlet_kernel;

void martlet_kernel_register(martlet_kernel *kernel);

#define KERNEL_VARIANT(name, variant, ...) \
    __VA_ARGS__ static void name##_##variant(const martlet_argument *arguments, long first, long end) { \
        name(arguments, first, end); \
    }

// The instruction sets of avx512.c and its neighbours.
#if defined(__x86_64__)
#define KERNEL_FUNCTIONS(name) \
    KERNEL_VARIANT(name, avx512, __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma,bmi2")))) \
    KERNEL_VARIANT(name, avx2, __attribute__((target("avx2,fma,bmi2")))) \
    KERNEL_VARIANT(name, baseline)
#define KERNEL_TABLE(name) {"avx512", name##_avx512}, {"avx2", name##_avx2}, {"baseline", name##_baseline}
#else
// NEON is in the baseline.
#define KERNEL_FUNCTIONS(name) KERNEL_VARIANT(name, baseline)
#define KERNEL_TABLE(name) {"neon", name##_baseline}, {"baseline", name##_baseline}
#endif

#define KERNEL(name, ...) \
    INLINE void name(const martlet_argument *arguments, long first, long end); \
    KERNEL_FUNCTIONS(name) \
    __attribute__((constructor)) static void name##_register(void) { \
        static const martlet_argument_kind parameters[] = {__VA_ARGS__}; \
        static martlet_kernel kernel = { \
            #name, parameters, sizeof parameters / sizeof *parameters, {KERNEL_TABLE(name)}, NULL}; \
        martlet_kernel_register(&kernel); \
    } \
    INLINE void name(const martlet_argument *arguments, long first, long end)
