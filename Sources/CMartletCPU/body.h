// All kernels, compiled once per variant inside its target pragma; KERNELS is the name of the variant's table.

// Instrumented loops are not vectorised, which then is no news.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(undefined_behavior_sanitizer)
#pragma clang diagnostic ignored "-Wpass-failed"
#endif

#include "vector.h"

#include "ranges.h"

#include "Shared/augmentation.h"
#include "Shared/optimizer.h"
#include "Shared/pointwise.h"
#include "Shared/random.h"

#include "transpose.h"

#include "gemm.h"

#include "conv2d.h"

#include "pooling.h"
#include "pooling_max.h"
#include "pooling_average.h"

#include "pointwise.h"

#include "random.h"

#include "program.h"

#include "reduce.h"

#include "row_sweep.h"

#include "softmax.h"

#include "rows.h"

#include "images.h"

#include "update.h"

#include "finite.h"

/// Contraction would round once.
static float multiply_then_add(float a, float b, float c) { return a * b + c; }

const martlet_cpu_kernels KERNELS = {
    .name = VARIANT,
    .multiply_then_add = multiply_then_add,
    .gemm_scratch_bytes = gemm_scratch_bytes,
    .gemm = gemm_run,
    .conv2d = conv2d,
    .conv2d_scratch_bytes = conv2d_scratch_bytes,
    .max_pool2d = max_pool2d,
    .max_pool2d_gradient = max_pool2d_gradient,
    .average_pool2d = average_pool2d,
    .average_pool2d_gradient = average_pool2d_gradient,
    .pointwise = pointwise_loop,
    .program_run = program_run_all,
    .program_run_block = program_run_block,
    .reduce_columns = reduce_columns,
    .reduce_rows = reduce_rows,
    .row_sweep = row_sweep,
    .argmax = argmax,
    .softmax_cross_entropy = softmax_cross_entropy,
    .softmax_cross_entropy_gradient = softmax_cross_entropy_gradient,
    .gather = gather,
    .gather_gradient = gather_gradient,
    .image_batch = image_batch,
    .update = update,
    .first_non_finite = first_non_finite,
};
