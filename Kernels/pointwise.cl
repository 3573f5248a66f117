// An expression over operands that broadcast to a common shape.
//
// Layout: the result as a dense matrix of rows x columns (one row where nothing is broadcast); operands as the
// expression reads them. The result may be one of the operands.
// Width 16: one work-item to a tile of tile_rows x tile_columns, global size (tiles across, tiles down), work-groups
// of one. tile_columns is a multiple of 16.
// Width 1: one work-item to an element; tile sizes are not used.
// No local memory. Order: every element by itself.

#include "OpenCL/expression.h"

__kernel void pointwise(
    __global float *result, uint result_offset, uint rows, uint columns, uint tile_rows, uint tile_columns,
    const __global martlet_step *step MARTLET_EXPRESSION_PARAMETERS) {
    result += result_offset;
#if MARTLET_WIDTH == 1
    uint index = get_global_id(0);
    if (index >= rows * columns) return;
    uint row = index / columns;
    martlet_place place = {row, index - row * columns, index, 1u};
    result[index] = martlet_expression(0.0f, place, step MARTLET_EXPRESSION_ARGUMENTS);
#else
    uint first_column = get_global_id(0) * tile_columns, first_row = get_global_id(1) * tile_rows;
    uint end_column = first_column + min(tile_columns, columns - first_column);
    uint end_row = first_row + min(tile_rows, rows - first_row);
    for (uint row = first_row; row < end_row; ++row) {
        for (uint column = first_column; column < end_column; column += 16u) {
            martlet_place place = martlet_place_of(row, column, columns, martlet_lanes(column, end_column));
            float16 value = martlet_expression((float16)(0.0f), place, step MARTLET_EXPRESSION_ARGUMENTS);
            martlet_store(value, result + place.index, place.lanes);
        }
    }
#endif
}
