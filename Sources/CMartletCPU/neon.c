// Kernels for 64-bit ARM, which always has NEON and fma: 32 registers of 4 floats.

#if defined(__aarch64__)

#include "scratch.h"

#pragma STDC FP_CONTRACT OFF

#define VARIANT "neon"
#define KERNELS martlet_cpu_neon
#define VECTOR_WIDTH 4

#define TILE_LIMIT_1_0 16
#define TILE_LIMIT_1_1 16
#define TILE_LIMIT_2_0 12
#define TILE_LIMIT_2_1 12
#define TILE_LIMIT_4_0 6
#define TILE_LIMIT_4_1 6
#define TILE_LIMIT_8_0 2
#define TILE_LIMIT_8_1 2

#include "body.h"

#endif
