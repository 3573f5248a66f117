// The matrix product with an epilogue, for processors with vector registers and caches.
//
// One work-item computes a tile of TILE_ROWS x TILE_COLUMNS outputs, PASS_ROWS of it in registers at a time: all, or 8 of 16.
// Global size (tiles down, tiles across, products), or with sweeps_across (tiles across, tiles down, products); work-groups of
// one. No local memory. For each product `factors` has the places of its left and its right factor behind the offsets;
// results are one after the other, and the epilogue's matrix has the rows of all.
//
// Left: the factor whose elements are broadcast; element (i, k) lies at i * left_stride + k * left_inner_stride.
// left_rows is at least 1; rows beyond the last are computed as copies of it, and not stored.
// Right: the factor that is read in vectors; element (k, j) of tile t lies at t * right_tile + k * right_stride + j.
// Where it lies as it is, right_tile is TILE_COLUMNS and right_columns are the columns that there are, at least as
// many: the last tile begins early enough to end with them, and stores only what is new. See pack.cl for panels.
// NARROW 1: right lies as it is, its rows have right_stride elements, fewer than the tile's one vector, and right_columns is 16:
// what is read beyond a row is not stored, and beyond the last row nothing is read.
//
// TURNED 0: left is A and right is B.
// TURNED 1: left is B transposed and right is A transposed; a tile is turned when it is stored. TILE_ROWS is 16.
// The host declares the sizes that there are in Variants/MatmulVariant.swift; bits do not depend on them.
//
// Order: k is cut into segments of segment_length; each is one chain of fused multiply-adds from zero in increasing k,
// and the segments' sums are added in order.

#define MARTLET_WIDTH 16
#include "OpenCL/expression.h"
#include "OpenCL/turn.h"

#ifndef TILE_ROWS
#define TILE_ROWS 8
#endif
#ifndef TILE_VECTORS
#define TILE_VECTORS 2
#endif
#ifndef TURNED
#define TURNED 0
#endif

#ifndef NARROW
#define NARROW 0
#endif

#define TILE_COLUMNS (16 * TILE_VECTORS)
#define PASS_ROWS (TILE_ROWS == 16 ? 8 : TILE_ROWS)
// Vectors to a row of a tile in memory, with room for reading it from a shift on.
#define PITCH (2 * TILE_VECTORS)

__kernel void matmul(
    const __global float *left, uint left_offset, uint left_rows, uint left_stride, uint left_inner_stride,
    const __global float *right, uint right_offset, uint right_columns, uint right_stride,
    uint right_tile, uint inner, uint segment_length, uint sweeps_across,
    __global float *result, uint result_offset, uint rows, uint columns, const __global uint *factors,
    const __global martlet_step *step MARTLET_EXPRESSION_PARAMETERS) {
    uint tile_down = sweeps_across ? get_global_id(1) : get_global_id(0);
    uint tile_across = sweeps_across ? get_global_id(0) : get_global_id(1);
    uint first_left = tile_down * TILE_ROWS;
    uint first_right = tile_across * TILE_COLUMNS;
    // How many columns before its place the last tile begins.
    uint shift = first_right - min(first_right, right_columns - TILE_COLUMNS);
    uint product = get_global_id(2);
    left += left_offset + factors[2u * product];
    right += right_offset + factors[2u * product + 1u] + (size_t)tile_across * right_tile - shift;
    result += result_offset;

    float16 tile[TILE_ROWS * PITCH];
#pragma unroll 1
    for (uint pass = 0u; pass < TILE_ROWS; pass += PASS_ROWS) {
        const __global float *rows_of_left[PASS_ROWS];
#pragma unroll
        for (uint i = 0u; i < PASS_ROWS; ++i) {
            rows_of_left[i] = left + (size_t)min(first_left + pass + i, left_rows - 1u) * left_stride;
        }
        float16 *sums = tile + pass * PITCH;
        uint first_inner = 0u;
        // Once at least: the sum over nothing is zero.
        do {
            float16 sum[PASS_ROWS][TILE_VECTORS];
#pragma unroll
            for (uint i = 0u; i < PASS_ROWS; ++i) {
#pragma unroll
                for (uint v = 0u; v < TILE_VECTORS; ++v) sum[i][v] = (float16)(0.0f);
            }
            const __global float *row_of_right = right + (size_t)first_inner * right_stride;
            size_t end = (size_t)min(first_inner + segment_length, inner) * left_inner_stride;
#pragma unroll 1
            for (size_t k = (size_t)first_inner * left_inner_stride; k < end; k += left_inner_stride) {
                float16 r[TILE_VECTORS];
#if NARROW
                bool is_inside = (size_t)(row_of_right - right) + 16u <= (size_t)inner * right_stride;
                r[0] = is_inside ? vload16(0, row_of_right) : martlet_load(row_of_right, right_stride);
#else
#pragma unroll
                for (uint v = 0u; v < TILE_VECTORS; ++v) r[v] = vload16(v, row_of_right);
#endif
#pragma unroll
                for (uint i = 0u; i < PASS_ROWS; ++i) {
                    float16 l = (float16)(rows_of_left[i][k]);
#pragma unroll
                    for (uint v = 0u; v < TILE_VECTORS; ++v) sum[i][v] = fma(l, r[v], sum[i][v]);
                }
                row_of_right += right_stride;
            }
#pragma unroll
            for (uint i = 0u; i < PASS_ROWS; ++i) {
#pragma unroll
                for (uint v = 0u; v < TILE_VECTORS; ++v) {
                    sums[i * PITCH + v] = first_inner == 0u ? sum[i][v] : sums[i * PITCH + v] + sum[i][v];
                }
            }
            first_inner += segment_length;
        } while (first_inner < inner);
    }

    const float *shifted = (const float *)tile + shift;
#if TURNED
    uint lanes = martlet_lanes(first_left, columns);
#pragma unroll 1
    for (uint v = 0u; v < TILE_VECTORS; ++v) {
        float16 block[16];
        for (uint i = 0u; i < 16u; ++i) block[i] = vload16(i * PITCH + v, shifted);
        martlet_turn(block);
        float turned[256];
        for (uint i = 0u; i < 16u; ++i) vstore16(block[i], i, turned);
        uint first_row = first_right + 16u * v;
        uint end_row = min(first_row + 16u, rows);
#pragma unroll 1
        for (uint row = first_row; row < end_row; ++row) {
            martlet_place place = martlet_place_of(product * rows + row, first_left, columns, lanes);
            float16 value = vload16(row - first_row, turned);
            martlet_store(
                martlet_expression(value, place, step MARTLET_EXPRESSION_ARGUMENTS), result + place.index, lanes);
        }
    }
#else
    uint end_row = min(first_left + TILE_ROWS, rows);
    uint end_column = min(first_right + TILE_COLUMNS, columns);
    if (end_row == first_left + TILE_ROWS && end_column == first_right + TILE_COLUMNS && shift == 0u) {
        // A whole tile, without a look at what is left of a row.
#pragma unroll 1
        for (uint i = 0u; i < TILE_ROWS; ++i) {
#pragma unroll
            for (uint v = 0u; v < TILE_VECTORS; ++v) {
                martlet_place place = martlet_place_of(product * rows + first_left + i, first_right + 16u * v, columns, 16u);
                martlet_store(
                    martlet_expression(tile[i * PITCH + v], place, step MARTLET_EXPRESSION_ARGUMENTS), result + place.index, 16u);
            }
        }
        return;
    }
#pragma unroll 1
    for (uint row = first_left; row < end_row; ++row, shifted += 16u * PITCH) {
#pragma unroll 1
        for (uint column = first_right; column < end_column; column += 16u) {
            martlet_place place = martlet_place_of(product * rows + row, column, columns, martlet_lanes(column, end_column));
            float16 value = vload16(0, shifted + (column - first_right));
            martlet_store(
                martlet_expression(value, place, step MARTLET_EXPRESSION_ARGUMENTS), result + place.index, place.lanes);
        }
    }
#endif
}
