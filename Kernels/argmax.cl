// The place of each row's first maximum, or of its first NaN.
//
// Layout: values rows x columns, result int per row; at least one column. One work-item to a row. No local memory.

#include "OpenCL/lanes.h"

__kernel void argmax(
    const __global float *values, uint values_offset, __global int *result, uint result_offset, uint rows, uint columns) {
    uint row = get_global_id(0);
    if (row >= rows) return;
    values += values_offset + (size_t)row * columns;
    float best = values[0];
    uint place = 0u;
    for (uint i = 1u; i < columns; ++i) {
        float value = values[i];
        // Nothing takes the place of a NaN.
        if (best == best && (value > best || value != value)) {
            best = value;
            place = i;
        }
    }
    (result + result_offset)[row] = (int)place;
}
