// Moves a box of words, and fills with one word.
//
// copy: `layout` has extent, step in the source and step in the target of each axis, outermost first, in elements;
// some go backwards. count is that of the rows, which run along the last axis; without axes there is one element.
// Width 16: one work-item to `tasks` rows, work-groups of one. Width 1: one work-item to an element.
// fill: one work-item to 16 neighbouring words (to one at width 1). No local memory.

#include "OpenCL/lanes.h"

// Steps from the first element of the box, which may go backwards.
typedef struct {
    int source, target;
} martlet_move;

// Where row `index` begins.
MARTLET_FUNCTION martlet_move martlet_row(const __global int *layout, uint axes, uint index) {
    martlet_move move = {0, 0};
    for (uint axis = axes; axis-- > 0u;) {
        uint extent = (uint)layout[3u * axis];
        int place = (int)(index % extent);
        index /= extent;
        move.source += place * layout[3u * axis + 1u];
        move.target += place * layout[3u * axis + 2u];
    }
    return move;
}

__kernel void copy(
    const __global uint *source, uint source_offset, __global uint *target, uint target_offset,
    const __global int *layout, uint axes, uint count, uint columns, int source_step, int target_step, uint tasks) {
    source += source_offset;
    target += target_offset;
#if MARTLET_WIDTH == 1
    uint index = get_global_id(0);
    if (index >= count * columns) return;
    uint row = index / columns, column = index - row * columns;
    martlet_move move = martlet_row(layout, axes, row);
    target[move.target + (int)column * target_step] = source[move.source + (int)column * source_step];
#else
    uint first_row = get_global_id(0) * tasks;
    uint end_row = first_row + min(tasks, count - first_row);
    for (uint row = first_row; row < end_row; ++row) {
        martlet_move move = martlet_row(layout, axes, row);
        int column = 0, end = (int)columns;
        if (source_step == 1 && target_step == 1) {
            for (; column <= end - 16; column += 16) {
                vstore16(vload16(0, source + move.source + column), 0, target + move.target + column);
            }
        }
        for (; column < end; ++column) {
            target[move.target + column * target_step] = source[move.source + column * source_step];
        }
    }
#endif
}

__kernel void fill(__global uint *target, uint target_offset, uint count, uint word) {
    target += target_offset;
    uint first = get_global_id(0) * MARTLET_WIDTH;
    if (first >= count) return;
    uint end = first + martlet_lanes(first, count);
    for (uint index = first; index < end; ++index) target[index] = word;
}
