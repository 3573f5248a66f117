// (probability - 1 at the label) times the row's upstream gradient.
//
// Layout: probabilities and result rows x classes (may be the same memory), labels int and upstream float per row.
// Width 16: one work-item to `tasks` rows, work-groups of one. Width 1: one work-item to an element.
// No local memory. Order: every element by itself.

#include "OpenCL/lanes.h"

__kernel void softmax_cross_entropy_gradient(
    const __global float *probabilities, uint probabilities_offset, const __global int *labels, uint labels_offset,
    const __global float *upstream, uint upstream_offset, __global float *result, uint result_offset,
    uint rows, uint classes, uint tasks) {
    probabilities += probabilities_offset;
    labels += labels_offset;
    upstream += upstream_offset;
    result += result_offset;
#if MARTLET_WIDTH == 1
    uint index = get_global_id(0);
    if (index >= rows * classes) return;
    uint row = index / classes;
    float target = (int)(index - row * classes) == labels[row] ? 1.0f : 0.0f;
    result[index] = (probabilities[index] - target) * upstream[row];
#else
    uint first_row = get_global_id(0) * tasks;
    uint end_row = first_row + min(tasks, rows - first_row);
    for (uint row = first_row; row < end_row; ++row) {
        for (uint column = 0u; column < classes; column += 16u) {
            uint lanes = martlet_lanes(column, classes), index = row * classes + column;
            float16 target = MARTLET_SELECT(column + MARTLET_LANE_NUMBERS == (uint)labels[row], 1.0f, 0.0f);
            float16 value = (martlet_load(probabilities + index, lanes) - target) * upstream[row];
            martlet_store(value, result + index, lanes);
        }
    }
#endif
}
