// 1 where a row's first maximum stands at its label, else 0; a row with a NaN matches nothing.
//
// Layout: scores rows x classes, labels int and result float per row. One work-item to a row. No local memory.

#include "OpenCL/lanes.h"

__kernel void top_class_match(
    const __global float *scores, uint scores_offset, const __global int *labels, uint labels_offset,
    __global float *result, uint result_offset, uint rows, uint classes) {
    uint row = get_global_id(0);
    if (row >= rows) return;
    scores += scores_offset + (size_t)row * classes;
    float best = scores[0];
    uint place = 0u;
    bool sound = best == best;
    for (uint i = 1u; i < classes; ++i) {
        float score = scores[i];
        sound = sound && score == score;
        if (score > best) {
            best = score;
            place = i;
        }
    }
    (result + result_offset)[row] = sound && place == (uint)(labels + labels_offset)[row] ? 1.0f : 0.0f;
}
