// The sums of each row up to each element, or from each element on.
//
// Layout: values and result rows x columns. One work-item to a row. No local memory. Order: from zero, column after
// column.

#include "Shared/prelude.h"

__kernel void cumulative_sum(
    const __global float *values, uint values_offset, __global float *result, uint result_offset, uint rows, uint columns,
    uint reversed) {
    uint row = get_global_id(0);
    if (row >= rows) return;
    values += values_offset + row * columns;
    result += result_offset + row * columns;
    float sum = 0.0f;
    for (uint i = 0u; i < columns; ++i) {
        uint column = reversed ? columns - 1u - i : i;
        sum += values[column];
        result[column] = sum;
    }
}
