// Kernels for x86-64 with AVX2 and FMA: 16 registers of 8 floats.

#if defined(__x86_64__)

#include "scratch.h"

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi2"))), apply_to = function)

#define VARIANT "avx2"
#define VARIANT_AVX2
#define KERNELS martlet_cpu_avx2
#define VECTOR_WIDTH 8

#define TILE_LIMIT_1_0 12
#define TILE_LIMIT_1_1 12
#define TILE_LIMIT_2_0 6
#define TILE_LIMIT_2_1 6
#define TILE_LIMIT_4_0 2
#define TILE_LIMIT_4_1 2
#define TILE_LIMIT_8_0 1
#define TILE_LIMIT_8_1 1

#include "body.h"

#pragma clang attribute pop

#endif
