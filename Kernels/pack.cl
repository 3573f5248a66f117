// Brings a factor of a product into the form that matmul.cl reads in vectors: rows along k, padded with zeros to
// `padded` columns, a multiple of 16.
//
// One work-item to a row (pack) or to 16 rows of the result (pack_turned); global size in the first dimension,
// work-groups of one. No local memory. No arithmetic.

#define MARTLET_WIDTH 16
#include "OpenCL/lanes.h"
#include "OpenCL/turn.h"

// result[k][j] = source[k][j] for a source of rows x columns.
__kernel void pack(
    const __global float *source, uint source_offset, uint columns,
    __global float *result, uint result_offset, uint padded) {
    uint row = get_global_id(0);
    source += source_offset + (size_t)row * columns;
    result += result_offset + (size_t)row * padded;
    for (uint column = 0u; column < padded; column += 16u) {
        uint lanes = column < columns ? martlet_lanes(column, columns) : 0u;
        vstore16(martlet_load(source + column, lanes), 0, result + column);
    }
}

// result[k][j] = source[j][k] for a source of rows x columns, by blocks of 16 x 16.
__kernel void pack_turned(
    const __global float *source, uint source_offset, uint rows, uint columns,
    __global float *result, uint result_offset, uint padded) {
    uint first_column = get_global_id(0) * 16u;
    uint lanes = martlet_lanes(first_column, columns);
    source += source_offset;
    result += result_offset + (size_t)first_column * padded;
    for (uint first_row = 0u; first_row < padded; first_row += 16u) {
        float16 block[16];
        for (uint i = 0u; i < 16u; ++i) {
            uint row = first_row + i;
            block[i] = row < rows ? martlet_load(source + (size_t)row * columns + first_column, lanes) : (float16)(0.0f);
        }
        martlet_turn(block);
        for (uint i = 0u; i < 16u; ++i) {
            if (i < lanes) vstore16(block[i], 0, result + (size_t)i * padded + first_row);
        }
    }
}
