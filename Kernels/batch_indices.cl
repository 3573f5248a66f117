// The rows of the data set that a step trains on: places batch_start ... of the epoch's permutation, or of the stored
// order. Layout: int per row of the batch. One work-item to a row. No local memory.

#include "Shared/permutation.h"
#include "Shared/step.h"

__kernel void batch_indices(__global int *result, uint result_offset, uint count, const __global martlet_step *step) {
    uint row = get_global_id(0);
    if (row >= count) return;
    uint position = step->batch_start + row;
    (result + result_offset)[row] = (int)(
        step->shuffled != 0u
            ? martlet_permute(position, step->sample_count, step->shuffle_low, step->shuffle_high) : position);
}
