// Kernels for x86-64 with AVX-512 (F, VL, DQ, BW): 32 registers of 16 floats.

#if defined(__x86_64__)

#include "scratch.h"

#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma,bmi2"))), apply_to = function)

#define VARIANT "avx512"
#define VARIANT_AVX512
#define KERNELS martlet_cpu_avx512
#define VECTOR_WIDTH 16

#define TILE_LIMIT_1_0 16
#define TILE_LIMIT_1_1 16
#define TILE_LIMIT_2_0 14
#define TILE_LIMIT_2_1 12
#define TILE_LIMIT_4_0 6
#define TILE_LIMIT_4_1 6
#define TILE_LIMIT_8_0 2
#define TILE_LIMIT_8_1 2

#include "body.h"

#pragma clang attribute pop

#endif
