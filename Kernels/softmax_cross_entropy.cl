// The softmax of each row and its cross-entropy against a class.
//
// Layout: logits and probabilities rows x classes, labels int per row, losses per row. Probabilities may be logits'
// memory. With m the row's maximum: e = exp(x - m), s = sum of e, probability e / s, loss log(s) - (x[label] - m).
// A label outside the classes makes the loss NaN; a NaN among the logits everything.
//
// softmax_cross_entropy: at most 1024 classes, so that the sum is one block of 32 lanes (the order of reduce.cl).
//     Width 16: one work-item to `tasks` rows, work-groups of one. No local memory.
//     Width 1: a work-group of 32 to a row. Local memory: 32 floats.
// softmax_cross_entropy_loss: more classes; maxima, sums and probabilities have been made by other launches, and
//     sums are s. One work-item to a row.

#include "OpenCL/lanes.h"
#include "Shared/arithmetic.h"

#define LANES 32u

MARTLET_FUNCTION float martlet_loss(float logit, float maximum, float sum) {
    return MARTLET_FIRST(martlet_log((martlet_real)(sum))) - (logit - maximum);
}

#if MARTLET_WIDTH == 1

MARTLET_FUNCTION float martlet_halved_sum(__local float *lanes, uint lane, float value) {
    barrier(CLK_LOCAL_MEM_FENCE);
    lanes[lane] = value;
    for (uint distance = LANES / 2u; distance > 0u; distance >>= 1) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (lane < distance) lanes[lane] += lanes[lane + distance];
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    return lanes[0];
}

MARTLET_FUNCTION float martlet_halved_maximum(__local float *lanes, uint lane, float value) {
    barrier(CLK_LOCAL_MEM_FENCE);
    lanes[lane] = value;
    for (uint distance = LANES / 2u; distance > 0u; distance >>= 1) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (lane < distance) lanes[lane] = martlet_maximum(lanes[lane], lanes[lane + distance]);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    return lanes[0];
}

__kernel __attribute__((reqd_work_group_size(32, 1, 1))) void softmax_cross_entropy(
    const __global float *logits, uint logits_offset, const __global int *labels, uint labels_offset,
    __global float *losses, uint losses_offset, __global float *probabilities, uint probabilities_offset,
    uint rows, uint classes, uint tasks) {
    __local float lanes[LANES];
    uint row = get_group_id(0), lane = get_local_id(0);
    logits += logits_offset + (size_t)row * classes;
    probabilities += probabilities_offset + (size_t)row * classes;
    int label = (labels + labels_offset)[row];
    bool known = label >= 0 && (uint)label < classes;
    // Read before it may be overwritten.
    float logit = known ? logits[label] : MARTLET_NAN;

    float maximum = -MARTLET_INFINITY;
    for (uint i = lane; i < classes; i += LANES) maximum = martlet_maximum(maximum, logits[i]);
    maximum = martlet_halved_maximum(lanes, lane, maximum);
    float sum = 0.0f;
    for (uint i = lane; i < classes; i += LANES) {
        float e = martlet_exp(logits[i] - maximum);
        probabilities[i] = e;
        sum += e;
    }
    sum = martlet_halved_sum(lanes, lane, sum);
    for (uint i = lane; i < classes; i += LANES) probabilities[i] = martlet_divide(probabilities[i], sum);
    if (lane == 0u) (losses + losses_offset)[row] = martlet_loss(logit, maximum, sum);
}

#else

MARTLET_FUNCTION float16 martlet_load_or(const __global float *row, uint first, uint classes, float16 other) {
    if (first >= classes) return other;
    uint lanes = martlet_lanes(first, classes);
    return MARTLET_SELECT(MARTLET_LANE_NUMBERS < lanes, martlet_load(row + first, lanes), other);
}

// e^(x - m), stored; zero beyond the last class.
MARTLET_FUNCTION float16 martlet_exponential(
    const __global float *row, __global float *target, uint first, uint classes, float maximum) {
    if (first >= classes) return (float16)(0.0f);
    uint lanes = martlet_lanes(first, classes);
    float16 e = martlet_exp(martlet_load(row + first, lanes) - maximum);
    martlet_store(e, target + first, lanes);
    return MARTLET_SELECT(MARTLET_LANE_NUMBERS < lanes, e, 0.0f);
}

__kernel void softmax_cross_entropy(
    const __global float *logits, uint logits_offset, const __global int *labels, uint labels_offset,
    __global float *losses, uint losses_offset, __global float *probabilities, uint probabilities_offset,
    uint rows, uint classes, uint tasks) {
    uint first_row = get_global_id(0) * tasks;
    uint end_row = first_row + min(tasks, rows - first_row);
    for (uint row = first_row; row < end_row; ++row) {
        const __global float *x = logits + logits_offset + (size_t)row * classes;
        __global float *p = probabilities + probabilities_offset + (size_t)row * classes;
        int label = (labels + labels_offset)[row];
        bool known = label >= 0 && (uint)label < classes;
        // Read before it may be overwritten.
        float logit = known ? x[label] : NAN;

        float16 most = -MARTLET_INFINITY;
        for (uint i = 0u; i < classes; i += 16u) {
            most = martlet_maximum(most, martlet_load_or(x, i, classes, -MARTLET_INFINITY));
        }
        float lanes[16];
        vstore16(most, 0, lanes);
        float maximum = lanes[0];
        for (uint lane = 1u; lane < 16u; ++lane) {
            maximum = maximum == maximum && !(maximum > lanes[lane]) ? lanes[lane] : maximum;
        }

        float16 low = 0.0f, high = 0.0f;
        for (uint i = 0u; i < classes; i += LANES) {
            low += martlet_exponential(x, p, i, classes, maximum);
            high += martlet_exponential(x, p, i + 16u, classes, maximum);
        }
        float16 sixteen = low + high;
        float8 eight = sixteen.lo + sixteen.hi;
        float4 four = eight.lo + eight.hi;
        float2 two = four.lo + four.hi;
        float sum = two.x + two.y;

        for (uint i = 0u; i < classes; i += 16u) {
            uint count = martlet_lanes(i, classes);
            martlet_store(martlet_divide(martlet_load(p + i, count), (float16)(sum)), p + i, count);
        }
        (losses + losses_offset)[row] = martlet_loss(logit, maximum, sum);
    }
}

#endif

__kernel void softmax_cross_entropy_loss(
    const __global float *logits, uint logits_offset, const __global int *labels, uint labels_offset,
    const __global float *maxima, uint maxima_offset, const __global float *sums, uint sums_offset,
    __global float *losses, uint losses_offset, uint rows, uint classes) {
    uint row = get_global_id(0);
    if (row >= rows) return;
    int label = (labels + labels_offset)[row];
    bool known = label >= 0 && (uint)label < classes;
    float logit = known ? (logits + logits_offset)[(size_t)row * classes + label] : NAN;
    (losses + losses_offset)[row] = martlet_loss(logit, (maxima + maxima_offset)[row], (sums + sums_offset)[row]);
}
