// The matrix product with an epilogue, for devices that run work-items in step and have local memory.
//
// See group_tile.h for the tile that a work-group of 16 x 16 computes, its parameters and its local memory. Global size (16 * tiles
// down, 16 * tiles across, products * segments, or products).
// For each product `factors` has the places of its factors behind the offsets; results are one after the other.
// Both factors lie as they are. LEFT_ALONG_INNER 1: A (i, k) at i * a_stride + k; 0: at k * a_stride + i. RIGHT_ALONG_INNER 1: B (k, j)
// at j * b_stride + k; 0: at k * b_stride + j. Any number of rows and columns; what lies outside is read as zero and not stored.
//
// Order: k is cut into segments of segment_length; each is one chain of fused multiply-adds from zero in increasing k,
// and the segments' sums are added in order. Zeros beyond a segment's end change nothing.
// matmul: the whole product; with ADDS_SEGMENTS 0 it has one segment. matmul_segments: the sums of the segments, one matrix
// each, all at once; matmul_join: adds them. The host declares the tiles that there are in Variants/GroupTile.swift.

#include "OpenCL/expression.h"
#include "OpenCL/group_tile.h"

#ifndef ADDS_SEGMENTS
#define ADDS_SEGMENTS 1
#endif

// What a work-item brings of a factor's tile from `place` along k on. `first` and `end` are of rows or columns.
#define MARTLET_FETCH_FACTOR(side, source, stride, first, end, place, loads, along_inner, read) \
    _Pragma("unroll") \
    for (uint load = 0u; load < loads; ++load) { \
        martlet_spot spot = martlet_##side##_spot(load, item.number); \
        uint outer = first + spot.outer, k = (place) + spot.inner; \
        martlet_read( \
            side##_values + load * read, source + (along_inner ? outer * stride + k : k * stride + outer), \
            outer < end && k < end_inner, read); \
    }

#define MARTLET_FETCH(place) \
    MARTLET_FETCH_FACTOR(left, a, a_stride, first_row, rows, place, LEFT_LOADS, LEFT_ALONG_INNER, LEFT_READ) \
    MARTLET_FETCH_FACTOR(right, b, b_stride, first_column, columns, place, RIGHT_LOADS, RIGHT_ALONG_INNER, RIGHT_READ)

__kernel __attribute__((reqd_work_group_size(16, 16, 1))) void matmul(
    const __global float *a, uint a_offset, uint a_stride, const __global float *b, uint b_offset, uint b_stride,
    uint inner, uint segment_length, const __global uint *factors,
    __global float *result, uint result_offset, uint rows, uint columns,
    const __global martlet_step *step MARTLET_EXPRESSION_PARAMETERS) {
    MARTLET_TILES
    martlet_item item = martlet_item_of_group();
    uint first_column = get_group_id(1) * TILE_COLUMNS, first_row = get_group_id(0) * TILE_ROWS;
    uint product = get_group_id(2);
    a += (size_t)a_offset + factors[2u * product];
    b += (size_t)b_offset + factors[2u * product + 1u];
    result += result_offset;

    float total[ROWS_PER_ITEM][COLUMNS_PER_ITEM];
#if ADDS_SEGMENTS
    float sum[ROWS_PER_ITEM][COLUMNS_PER_ITEM];
    uint first_inner = 0u;
    do {
        uint end_inner = min(first_inner + segment_length, inner);
        martlet_clear_tile(sum);
        MARTLET_ADD_PRODUCTS(sum, item, first_inner, end_inner, MARTLET_FETCH)
#pragma unroll
        for (uint i = 0u; i < ROWS_PER_ITEM; ++i) {
#pragma unroll
            for (uint j = 0u; j < COLUMNS_PER_ITEM; ++j) {
                total[i][j] = first_inner == 0u ? sum[i][j] : total[i][j] + sum[i][j];
            }
        }
        first_inner += segment_length;
    } while (first_inner < inner);
#else
    uint end_inner = inner;
    martlet_clear_tile(total);
    MARTLET_ADD_PRODUCTS(total, item, 0u, end_inner, MARTLET_FETCH)
#endif

#pragma unroll
    for (uint i = 0u; i < ROWS_PER_ITEM; ++i) {
        uint row = first_row + MARTLET_OF_ITEM(item.down, i);
#pragma unroll
        for (uint j = 0u; j < COLUMNS_PER_ITEM; j += VECTOR) {
            uint column = first_column + MARTLET_OF_ITEM(item.across, j);
            if (row >= rows || column >= columns) continue;
            uint count = columns - column, index = (product * rows + row) * columns + column;
            float values[VECTOR];
#pragma unroll
            for (uint v = 0u; v < VECTOR; ++v) {
                martlet_place place = {product * rows + row, column + v, index + v, 1u};
                values[v] = v < count ? martlet_expression(total[i][j + v], place, step MARTLET_EXPRESSION_ARGUMENTS) : 0.0f;
            }
            martlet_write(result + index, result_offset + index, values, count);
        }
    }
}

__kernel __attribute__((reqd_work_group_size(16, 16, 1))) void matmul_segments(
    const __global float *a, uint a_offset, uint a_stride, const __global float *b, uint b_offset, uint b_stride,
    uint inner, uint segment_length, const __global uint *factors,
    __global float *sums, uint sums_offset, uint rows, uint columns, uint segments) {
    MARTLET_TILES
    martlet_item item = martlet_item_of_group();
    uint first_column = get_group_id(1) * TILE_COLUMNS, first_row = get_group_id(0) * TILE_ROWS;
    uint product = get_group_id(2) / segments, segment = get_group_id(2) - product * segments;
    a += (size_t)a_offset + factors[2u * product];
    b += (size_t)b_offset + factors[2u * product + 1u];

    float sum[ROWS_PER_ITEM][COLUMNS_PER_ITEM];
    uint first_inner = segment * segment_length;
    uint end_inner = min(first_inner + segment_length, inner);
    martlet_clear_tile(sum);
    MARTLET_ADD_PRODUCTS(sum, item, first_inner, end_inner, MARTLET_FETCH)
    size_t before = sums_offset + (size_t)get_group_id(2) * rows * columns;
#pragma unroll
    for (uint i = 0u; i < ROWS_PER_ITEM; ++i) {
        uint row = first_row + MARTLET_OF_ITEM(item.down, i);
#pragma unroll
        for (uint j = 0u; j < COLUMNS_PER_ITEM; j += VECTOR) {
            uint column = first_column + MARTLET_OF_ITEM(item.across, j);
            size_t place = before + row * columns + column;
            if (row < rows && column < columns) martlet_write(sums + place, (uint)place, sum[i] + j, columns - column);
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
