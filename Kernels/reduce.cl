// One level of a sum, mean, maximum or minimum over the middle of an array of outer x extent x inner, after an expression.
//
// Blocks of the extent become one value each; the host launches level after level until one block is left.
// `divisor` divides the results (the count at the last level of a mean, else 1). An extent of nothing is one block.
//
// reduce_rows: inner is 1. Blocks of 1024; in a block 32 lanes, lane l taking elements l, l + 32, ... in order; lanes
// combined by halving. The expression's matrix is outer x extent; results are outer x blocks.
//     Width 16: one work-item to `tasks` blocks, counted along the results; work-groups of one. No local memory.
//     Width 1: a work-group of 32 to a block. Local memory: 32 floats.
// reduce_columns: blocks of 64 rows, added in order for each column. The expression's matrix is (outer * extent) x
// inner; results are outer x blocks x inner.
//     One work-item to a block of a column (of 16 columns at width 16), columns first; `tasks` is outer * blocks.
//
// KIND 0: sums from 0. KIND 1: maxima from -infinity; 2: minima from infinity; NaN if any is NaN.

#include "OpenCL/expression.h"

#ifndef KIND
#define KIND 0
#endif

#if KIND == 1
#define IDENTITY (-MARTLET_INFINITY)
#define COMBINE(a, b) martlet_maximum(a, b)
#define COMBINE_HALVES(a, b) MARTLET_MAXIMUM_OF(a, b)
#define MARTLET_MAXIMUM_OF(a, b) ((a) == (a) ? ((a) > (b) ? (a) : (b)) : (a))
#elif KIND == 2
#define IDENTITY MARTLET_INFINITY
#define COMBINE(a, b) martlet_minimum(a, b)
#define COMBINE_HALVES(a, b) MARTLET_MINIMUM_OF(a, b)
#define MARTLET_MINIMUM_OF(a, b) ((a) == (a) ? ((a) < (b) ? (a) : (b)) : (a))
#else
#define IDENTITY ((martlet_real)(0.0f))
#define COMBINE(a, b) ((a) + (b))
#define COMBINE_HALVES(a, b) ((a) + (b))
#endif

#define BLOCK 1024u
#define LANES 32u
#define COLUMN_BLOCK 64u

#if MARTLET_WIDTH == 1

__kernel __attribute__((reqd_work_group_size(32, 1, 1))) void reduce_rows(
    __global float *result, uint result_offset, uint extent, uint blocks, uint count, uint tasks, float divisor,
    const __global martlet_step *step MARTLET_EXPRESSION_PARAMETERS) {
    __local float lanes[LANES];
    uint task = get_group_id(0), lane = get_local_id(0);
    uint row = task / blocks;
    uint first = (task - row * blocks) * BLOCK;
    uint end = first + min(BLOCK, extent - first);
    float value = IDENTITY;
    for (uint column = first + lane; column < end; column += LANES) {
        martlet_place place = martlet_place_of(row, column, extent, 1u);
        value = COMBINE(value, martlet_expression(0.0f, place, step MARTLET_EXPRESSION_ARGUMENTS));
    }
    lanes[lane] = value;
    for (uint distance = LANES / 2u; distance > 0u; distance >>= 1) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (lane < distance) lanes[lane] = COMBINE(lanes[lane], lanes[lane + distance]);
    }
    if (lane == 0u) (result + result_offset)[task] = lanes[0] / divisor;
}

#else

// The expression's values from a column on, and nothing's identity in the lanes beyond the end.
#define VALUES(row, column, end) \
    martlet_values(row, column, end, extent, step MARTLET_EXPRESSION_ARGUMENTS)

MARTLET_FUNCTION float16 martlet_values(
    uint row, uint column, uint end, uint columns, const __global martlet_step *step MARTLET_EXPRESSION_PARAMETERS) {
    if (column >= end) return IDENTITY;
    martlet_place place = martlet_place_of(row, column, columns, martlet_lanes(column, end));
    float16 value = martlet_expression((float16)(0.0f), place, step MARTLET_EXPRESSION_ARGUMENTS);
    return place.lanes == 16u ? value : MARTLET_SELECT(MARTLET_LANE_NUMBERS < place.lanes, value, IDENTITY);
}

__kernel void reduce_rows(
    __global float *result, uint result_offset, uint extent, uint blocks, uint count, uint tasks, float divisor,
    const __global martlet_step *step MARTLET_EXPRESSION_PARAMETERS) {
    result += result_offset;
    uint first_task = get_global_id(0) * tasks;
    uint end_task = first_task + min(tasks, count - first_task);
    for (uint task = first_task; task < end_task; ++task) {
        uint row = task / blocks;
        uint first = (task - row * blocks) * BLOCK;
        uint end = first + min(BLOCK, extent - first);
        float16 low = IDENTITY, high = IDENTITY;
        for (uint column = first; column < end; column += LANES) {
            low = COMBINE(low, VALUES(row, column, end));
            high = COMBINE(high, VALUES(row, column + 16u, end));
        }
        float16 sixteen = COMBINE(low, high);
        float8 eight = COMBINE_HALVES(sixteen.lo, sixteen.hi);
        float4 four = COMBINE_HALVES(eight.lo, eight.hi);
        float2 two = COMBINE_HALVES(four.lo, four.hi);
        result[task] = COMBINE_HALVES(two.x, two.y) / divisor;
    }
}

#endif

__kernel void reduce_columns(
    __global float *result, uint result_offset, uint extent, uint blocks, uint inner, uint tasks, float divisor,
    const __global martlet_step *step MARTLET_EXPRESSION_PARAMETERS) {
    uint vectors = (inner + MARTLET_WIDTH - 1u) / MARTLET_WIDTH;
    uint task = get_global_id(0) / vectors;
    if (task >= tasks) return;
    uint column = (get_global_id(0) - task * vectors) * MARTLET_WIDTH;
    uint lanes = martlet_lanes(column, inner);
    uint outer = task / blocks;
    uint first = (task - outer * blocks) * COLUMN_BLOCK;
    uint end = first + min(COLUMN_BLOCK, extent - first);
    martlet_real value = IDENTITY;
    for (uint row = outer * extent + first; row < outer * extent + end; ++row) {
        martlet_place place = martlet_place_of(row, column, inner, lanes);
        value = COMBINE(value, martlet_expression((martlet_real)(0.0f), place, step MARTLET_EXPRESSION_ARGUMENTS));
    }
    martlet_store(value / divisor, result + result_offset + (size_t)task * inner + column, lanes);
}
