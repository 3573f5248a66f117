// A tile of a product of two factors, computed by a work-group of 16 x 16 work-items. OpenCL C alone.
//
// The tile has TILE_ROWS x TILE_COLUMNS outputs, ROWS_PER_ITEM x COLUMNS_PER_ITEM (1, 2, 4 or 8 each) to a work-item: row
// down + 16 * i and column across + 16 * j, where across and down are its places in the group. The factors pass through
// local memory DEPTH (8, 16 or 32) places of k at a time: k by k, with a pitch that lets columns be written to all banks at
// once.
//
// Order: every output is one chain of fused multiply-adds in increasing k.

#ifndef MARTLET_GROUP_TILE_H
#define MARTLET_GROUP_TILE_H

#ifndef ROWS_PER_ITEM
#define ROWS_PER_ITEM 4
#endif
#ifndef COLUMNS_PER_ITEM
#define COLUMNS_PER_ITEM 4
#endif
#ifndef DEPTH
#define DEPTH 16
#endif
#define GROUP 16u
#define TILE_ROWS (GROUP * ROWS_PER_ITEM)
#define TILE_COLUMNS (GROUP * COLUMNS_PER_ITEM)
#define ROW_PITCH (TILE_ROWS + 1u)
#define COLUMN_PITCH (TILE_COLUMNS + 1u)

#define MARTLET_CLEAR_TILE(sum) \
    for (uint i = 0u; i < ROWS_PER_ITEM; ++i) { \
        for (uint j = 0u; j < COLUMNS_PER_ITEM; ++j) sum[i][j] = 0.0f; \
    }

// Adds the products of what lies in local memory, which is ready and may be written again afterwards.
#define MARTLET_ADD_PRODUCTS(sum, left, right, across, down) \
    barrier(CLK_LOCAL_MEM_FENCE); \
    for (uint k = 0u; k < DEPTH; ++k) { \
        float l[ROWS_PER_ITEM], r[COLUMNS_PER_ITEM]; \
        for (uint i = 0u; i < ROWS_PER_ITEM; ++i) l[i] = left[k * ROW_PITCH + down + GROUP * i]; \
        for (uint j = 0u; j < COLUMNS_PER_ITEM; ++j) r[j] = right[k * COLUMN_PITCH + across + GROUP * j]; \
        for (uint i = 0u; i < ROWS_PER_ITEM; ++i) { \
            for (uint j = 0u; j < COLUMNS_PER_ITEM; ++j) sum[i][j] = fma(l[i], r[j], sum[i][j]); \
        } \
    } \
    barrier(CLK_LOCAL_MEM_FENCE);

#endif
