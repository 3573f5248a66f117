// Moves a box of words, and fills with one word.
//
// copy: `layout` has extent, step in the source and step in the target of each axis, outermost first, in elements;
// some go backwards. count is that of the rows, which run along the last axis; without axes there is one element.
// Width 16: one work-item to `tasks` rows, work-groups of one. Width 1: one work-item to an element.
// copy_turned: the same where neighbours in the source and neighbours in the target lie along two axes, through tiles of 32 x 32,
// so that both are reached side by side. A work-group of 32 x 8 to a tile, all in the first dimension: tiles along the source's axis
// first, then along the target's, then the rows of the other axes, which are in `layout`. Local memory: 32 x 33 words, with a pitch that
// has the words of a column in 32 banks. Width 1 alone.
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

#if MARTLET_WIDTH == 1

#define TILE 32u
#define PITCH (TILE + 1u)

// Of the source's axis, and of the target's: how many places it has, and its steps in the source and in the target.
__kernel __attribute__((reqd_work_group_size(32, 8, 1))) void copy_turned(
    const __global uint *source, uint source_offset, __global uint *target, uint target_offset,
    const __global int *layout, uint axes, uint source_extent, int source_step, int source_target_step,
    uint target_extent, int target_source_step, int target_step) {
    __local uint tile[TILE * PITCH];
    uint across = get_local_id(0), down = get_local_id(1), rows_down = get_local_size(1);
    uint source_tiles = (source_extent + TILE - 1u) / TILE, target_tiles = (target_extent + TILE - 1u) / TILE;
    uint rest = get_group_id(0) / source_tiles, row = rest / target_tiles;
    uint first_source = (get_group_id(0) - rest * source_tiles) * TILE, first_target = (rest - row * target_tiles) * TILE;
    martlet_move move = martlet_row(layout, axes, row);
    source += source_offset;
    target += target_offset;
    for (uint i = down; i < TILE; i += rows_down) {
        uint u = first_source + across, v = first_target + i;
        if (u < source_extent && v < target_extent) {
            tile[i * PITCH + across] = source[move.source + (int)u * source_step + (int)v * target_source_step];
        }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint i = down; i < TILE; i += rows_down) {
        uint u = first_source + i, v = first_target + across;
        if (u < source_extent && v < target_extent) {
            target[move.target + (int)u * source_target_step + (int)v * target_step] = tile[across * PITCH + i];
        }
    }
}

#endif

__kernel void fill(__global uint *target, uint target_offset, uint count, uint word) {
    target += target_offset;
    uint first = get_global_id(0) * MARTLET_WIDTH;
    if (first >= count) return;
    uint end = first + martlet_lanes(first, count);
    for (uint index = first; index < end; ++index) target[index] = word;
}
