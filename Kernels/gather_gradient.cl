// Adds rows to the rows of a table of zeros.
//
// Layout: upstream positions x width, indices int, result rows x width. An index outside the table adds nothing.
// fill_zero: one work-item to 16 elements at width 16, to one at width 1.
// gather_gradient: one work-item to a column (to 16 at width 16). No local memory.
// Order: in increasing position.

#include "OpenCL/lanes.h"

__kernel void fill_zero(__global float *result, uint result_offset, uint count) {
    uint first = get_global_id(0) * MARTLET_WIDTH;
    if (first >= count) return;
    martlet_store((martlet_real)(0.0f), result + result_offset + first, martlet_lanes(first, count));
}

__kernel void gather_gradient(
    const __global float *upstream, uint upstream_offset, const __global int *indices, uint indices_offset,
    __global float *result, uint result_offset, uint positions, uint rows, uint width) {
    uint column = get_global_id(0) * MARTLET_WIDTH;
    if (column >= width) return;
    uint lanes = martlet_lanes(column, width);
    upstream += upstream_offset + column;
    indices += indices_offset;
    result += result_offset + column;
    for (uint position = 0u; position < positions; ++position) {
        int index = indices[position];
        if (index < 0 || (uint)index >= rows) continue;
        __global float *target = result + (size_t)index * width;
        martlet_real sum = martlet_load(target, lanes) + martlet_load(upstream + (size_t)position * width, lanes);
        martlet_store(sum, target, lanes);
    }
}
