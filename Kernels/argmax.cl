// The place of each row's first maximum, or of its first NaN.
//
// Layout: values rows x columns, result int per row; at least one column.
// Width 16: one work-item to a row. No local memory.
// Width 1: a work-group to a row, of which work-item i looks at the columns i, i + items, ...; then what halves of them found is
// compared. Their number is a power of 2, at most 256. Local memory: 256 floats and 256 words.

#include "OpenCL/lanes.h"

#if MARTLET_WIDTH == 1

#define LARGEST_GROUP 256

// A NaN comes before all numbers, a greater one before a smaller one, and what is alike in the order of places.
MARTLET_FUNCTION bool martlet_comes_before(float value, uint place, float other, uint other_place) {
    bool is_number = value == value, is_other_number = other == other;
    if (is_number != is_other_number) return !is_number;
    if (is_number && value != other) return value > other;
    return place < other_place;
}

__kernel void argmax(
    const __global float *values, uint values_offset, __global int *result, uint result_offset, uint rows, uint columns) {
    __local float found_values[LARGEST_GROUP];
    __local uint found_places[LARGEST_GROUP];
    uint row = get_group_id(0), item = get_local_id(0), items = get_local_size(0);
    values += values_offset + (size_t)row * columns;
    // Nothing comes after this, not even the same number.
    float best = -MARTLET_INFINITY;
    uint place = 0xFFFFFFFFu;
    for (uint i = item; i < columns; i += items) {
        float value = values[i];
        if (martlet_comes_before(value, i, best, place)) {
            best = value;
            place = i;
        }
    }
    found_values[item] = best;
    found_places[item] = place;
    for (uint distance = items / 2u; distance > 0u; distance >>= 1) {
        barrier(CLK_LOCAL_MEM_FENCE);
        if (item < distance) {
            float value = found_values[item + distance];
            uint other = found_places[item + distance];
            if (martlet_comes_before(value, other, found_values[item], found_places[item])) {
                found_values[item] = value;
                found_places[item] = other;
            }
        }
    }
    if (item == 0u) (result + result_offset)[row] = (int)found_places[0];
}

#else

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

#endif
