// Brings a factor of a product into the form that matmul.cl reads in vectors: panels of `tile` columns, a multiple of
// 16, one after the other, the last padded with zeros; element (k, j) of panel t lies at (t * inner + k) * tile + j.
//
// Along the second dimension one matrix after the other, from a dense array of matrices to one of padded matrices.
// One work-item to one k (pack) or to 16 (pack_turned), work-groups of one. No local memory. No arithmetic.

#define MARTLET_WIDTH 16
#include "OpenCL/lanes.h"
#include "OpenCL/turn.h"

MARTLET_FUNCTION uint martlet_padded(uint columns, uint tile) {
    return (columns + tile - 1u) / tile * tile;
}

// From a source of inner x columns.
__kernel void pack(
    const __global float *source, uint source_offset, uint inner, uint columns,
    __global float *result, uint result_offset, uint tile) {
    uint k = get_global_id(0);
    size_t matrix = get_global_id(1);
    source += source_offset + (matrix * inner + k) * columns;
    result += result_offset + matrix * inner * martlet_padded(columns, tile) + (size_t)k * tile;
    for (uint first = 0u; first < columns; first += tile, result += (size_t)inner * tile) {
        for (uint j = 0u; j < tile; j += 16u) {
            uint lanes = first + j < columns ? martlet_lanes(first + j, columns) : 0u;
            vstore16(martlet_load(source + first + j, lanes), 0, result + j);
        }
    }
}

// From a source of columns x inner, by blocks of 16 x 16.
__kernel void pack_turned(
    const __global float *source, uint source_offset, uint inner, uint columns,
    __global float *result, uint result_offset, uint tile) {
    uint k = get_global_id(0) * 16u;
    uint lanes = martlet_lanes(k, inner);
    size_t matrix = get_global_id(1);
    source += source_offset + matrix * inner * columns + k;
    result += result_offset + matrix * inner * martlet_padded(columns, tile) + (size_t)k * tile;
    for (uint first = 0u; first < columns; first += tile, result += (size_t)inner * tile) {
        for (uint j = 0u; j < tile; j += 16u) {
            float16 block[16];
            for (uint i = 0u; i < 16u; ++i) {
                uint column = first + j + i;
                block[i] = column < columns ? martlet_load(source + (size_t)column * inner, lanes) : (float16)(0.0f);
            }
            martlet_turn(block);
            for (uint i = 0u; i < lanes; ++i) vstore16(block[i], 0, result + (size_t)i * tile + j);
        }
    }
}
