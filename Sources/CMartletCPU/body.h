// All kernels, compiled once per variant inside its target pragma; KERNELS is the name of the variant's table.

#include "vector.h"

#include "transpose.h"

#include "gemm.h"

static float multiply_then_add(float a, float b, float c) { return a * b + c; }

const martlet_cpu_kernels KERNELS = {
    .name = VARIANT,
    .multiply_then_add = multiply_then_add,
    .gemm = gemm_run,
    .gemm_scratch_bytes = gemm_scratch_bytes,
};
