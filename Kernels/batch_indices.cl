// The rows of the data set that a step trains on: places batch_start ... of the epoch's permutation, or of the stored
// order; -1 beyond its end. Layout: int per row of the batch. One work-item to a row. No local memory.

#include "Shared/permutation.h"
#include "Shared/step.h"

__kernel void batch_indices(__global int *result, uint result_offset, uint count, const __global martlet_step *step) {
    uint row = get_global_id(0);
    if (row >= count) return;
    uint position = step->batch_start + row;
    int index = -1;
    if (position < step->sample_count) {
        index = (int)(
            step->shuffled != 0u
                ? martlet_permute(position, step->sample_count, step->shuffle_low, step->shuffle_high) : position);
    }
    (result + result_offset)[row] = index;
}
