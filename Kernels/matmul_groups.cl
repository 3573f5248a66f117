// The matrix product with an epilogue, for devices that run work-items in step and have local memory.
//
// See group_tile.h for the tile that a work-group of 16 x 16 computes. Global size (16 * tiles down, 16 * tiles across,
// products * segments, or products). Local memory: DEPTH * (TILE_ROWS + TILE_COLUMNS + 2) floats.
// For each product `factors` has the places of its factors behind the offsets; results are one after the other.
// Both factors lie as they are: A (i, k) at i * a_stride + k * a_inner_stride, B (k, j) at k * b_inner_stride +
// j * b_stride. Any number of rows and columns; what lies outside is read as zero and not stored.
//
// Order: k is cut into segments of segment_length; each is one chain of fused multiply-adds from zero in increasing k,
// and the segments' sums are added in order. Zeros beyond a segment's end change nothing.
// matmul: the whole product; with ADDS_SEGMENTS 0 it has one segment. matmul_segments: the sums of the segments, one matrix
// each, all at once; matmul_join: adds them. The host declares the sizes that there are in Variants/MatmulVariant.swift.

#include "OpenCL/expression.h"
#include "OpenCL/group_tile.h"

#ifndef ADDS_SEGMENTS
#define ADDS_SEGMENTS 1
#endif

// The sums of the segment [first_inner, end_inner).
#define MARTLET_SEGMENT(sum, first_inner, end_inner) \
    MARTLET_CLEAR_TILE(sum) \
    for (uint inner_place = first_inner; inner_place < end_inner; inner_place += DEPTH) { \
        martlet_load_tile(a_tile, TILE_ROWS, a, first_row, rows, a_stride, inner_place, end_inner, a_inner_stride); \
        martlet_load_tile(b_tile, TILE_COLUMNS, b, first_column, columns, b_stride, inner_place, end_inner, b_inner_stride); \
        MARTLET_ADD_PRODUCTS(sum, a_tile, b_tile, across, down) \
    }

// `size` places along a factor's outer axis by DEPTH along k. Neighbouring work-items read neighbouring elements, along
// whichever axis has them.
MARTLET_FUNCTION void martlet_load_tile(
    __local float *tile, uint size, const __global float *source, uint first, uint end, uint stride, uint first_inner,
    uint end_inner, uint inner_stride) {
    uint item = get_local_id(1) * GROUP + get_local_id(0);
    for (uint part = item; part < size * DEPTH; part += GROUP * GROUP) {
        uint outer = stride == 1u ? part % size : part / DEPTH;
        uint inner = stride == 1u ? part / size : part % DEPTH;
        bool inside = first + outer < end && first_inner + inner < end_inner;
        tile[inner * (size + 1u) + outer] =
            inside ? source[(size_t)(first + outer) * stride + (size_t)(first_inner + inner) * inner_stride] : 0.0f;
    }
}

__kernel __attribute__((reqd_work_group_size(16, 16, 1))) void matmul(
    const __global float *a, uint a_offset, uint a_stride, uint a_inner_stride,
    const __global float *b, uint b_offset, uint b_stride, uint b_inner_stride,
    uint inner, uint segment_length, const __global uint *factors,
    __global float *result, uint result_offset, uint rows, uint columns,
    const __global martlet_step *step MARTLET_EXPRESSION_PARAMETERS) {
    __local float a_tile[DEPTH * ROW_PITCH], b_tile[DEPTH * COLUMN_PITCH];
    uint across = get_local_id(0), down = get_local_id(1);
    uint first_column = get_group_id(1) * TILE_COLUMNS, first_row = get_group_id(0) * TILE_ROWS;
    uint product = get_group_id(2);
    a += a_offset + factors[2u * product];
    b += b_offset + factors[2u * product + 1u];
    result += result_offset;

    float total[ROWS_PER_ITEM][COLUMNS_PER_ITEM];
#if ADDS_SEGMENTS
    float sum[ROWS_PER_ITEM][COLUMNS_PER_ITEM];
    uint first_inner = 0u;
    do {
        uint end_inner = min(first_inner + segment_length, inner);
        MARTLET_SEGMENT(sum, first_inner, end_inner)
        for (uint i = 0u; i < ROWS_PER_ITEM; ++i) {
            for (uint j = 0u; j < COLUMNS_PER_ITEM; ++j) {
                total[i][j] = first_inner == 0u ? sum[i][j] : total[i][j] + sum[i][j];
            }
        }
        first_inner += segment_length;
    } while (first_inner < inner);
#else
    MARTLET_SEGMENT(total, 0u, inner)
#endif

    for (uint i = 0u; i < ROWS_PER_ITEM; ++i) {
        for (uint j = 0u; j < COLUMNS_PER_ITEM; ++j) {
            uint row = first_row + down + GROUP * i, column = first_column + across + GROUP * j;
            if (row >= rows || column >= columns) continue;
            martlet_place place = martlet_place_of(product * rows + row, column, columns, 1u);
            result[place.index] = martlet_expression(total[i][j], place, step MARTLET_EXPRESSION_ARGUMENTS);
        }
    }
}

__kernel __attribute__((reqd_work_group_size(16, 16, 1))) void matmul_segments(
    const __global float *a, uint a_offset, uint a_stride, uint a_inner_stride,
    const __global float *b, uint b_offset, uint b_stride, uint b_inner_stride,
    uint inner, uint segment_length, const __global uint *factors,
    __global float *sums, uint sums_offset, uint rows, uint columns, uint segments) {
    __local float a_tile[DEPTH * ROW_PITCH], b_tile[DEPTH * COLUMN_PITCH];
    uint across = get_local_id(0), down = get_local_id(1);
    uint first_column = get_group_id(1) * TILE_COLUMNS, first_row = get_group_id(0) * TILE_ROWS;
    uint product = get_group_id(2) / segments, segment = get_group_id(2) - product * segments;
    a += a_offset + factors[2u * product];
    b += b_offset + factors[2u * product + 1u];
    sums += sums_offset + (size_t)get_group_id(2) * rows * columns;

    float sum[ROWS_PER_ITEM][COLUMNS_PER_ITEM];
    uint first_inner = segment * segment_length;
    uint end_inner = min(first_inner + segment_length, inner);
    MARTLET_SEGMENT(sum, first_inner, end_inner)
    for (uint i = 0u; i < ROWS_PER_ITEM; ++i) {
        for (uint j = 0u; j < COLUMNS_PER_ITEM; ++j) {
            uint row = first_row + down + GROUP * i, column = first_column + across + GROUP * j;
            if (row < rows && column < columns) sums[row * columns + column] = sum[i][j];
        }
    }
}

// One work-item to an output.
__kernel void matmul_join(
    const __global float *sums, uint sums_offset, uint products, uint segments,
    __global float *result, uint result_offset, uint rows, uint columns,
    const __global martlet_step *step MARTLET_EXPRESSION_PARAMETERS) {
    uint index = get_global_id(0), count = rows * columns;
    if (index >= products * count) return;
    uint product = index / count;
    sums += sums_offset + (size_t)product * segments * count + (index - product * count);
    float total = sums[0];
    for (uint segment = 1u; segment < segments; ++segment) total += sums[(size_t)segment * count];
    uint row = index / columns;
    martlet_place place = {row, index - row * columns, index, 1u};
    (result + result_offset)[index] = martlet_expression(total, place, step MARTLET_EXPRESSION_ARGUMENTS);
}
