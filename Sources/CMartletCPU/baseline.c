// Kernels for any processor. Without fma in hardware each multiply-add is a call of the C library's exact fmaf: the same
// bits, slowly.

#include "scratch.h"

#pragma STDC FP_CONTRACT OFF

#define VARIANT "baseline"
#define KERNELS martlet_cpu_baseline
#define VECTOR_WIDTH 4

#define TILE_LIMIT_1_0 4
#define TILE_LIMIT_1_1 4
#define TILE_LIMIT_2_0 2
#define TILE_LIMIT_2_1 2
#define TILE_LIMIT_4_0 1
#define TILE_LIMIT_4_1 1
#define TILE_LIMIT_8_0 1
#define TILE_LIMIT_8_1 1

#include "body.h"
