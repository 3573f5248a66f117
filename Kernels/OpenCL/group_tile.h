// A tile of a product of two factors, computed by a work-group of 16 x 16 work-items. OpenCL C alone.
//
// The tile has TILE_ROWS x TILE_COLUMNS outputs, ROWS_PER_ITEM x COLUMNS_PER_ITEM (1, 2, 4 or 8 each) to a work-item, in blocks
// of VECTOR x VECTOR (VECTOR 1, or 4 where it divides both): those of 8 x 8 lie in the four quadrants of the tile.
//
// The factors pass through local memory DEPTH (8, 16 or 32) places of k at a time, k by k, however they lie in global memory: a
// left factor whose rows run along k is transposed on the way. With BUFFERS 1 there is one tile of each factor and two barriers to a
// step. With BUFFERS 2 there are two: the next tile is on its way from global memory while the products of this one are added, and
// is put into the other, with one barrier to a step. Local memory: BUFFERS * DEPTH * (TILE_ROWS + TILE_COLUMNS + 8) floats.
//
// Banks: rows of a tile lie 4 floats further apart than they are long. So 8 places of k by 4 of the outer axis fall into 32
// banks, which is how one element at a time is transposed, and 2 by 16 do in steps of 4 places of k, which is how four are.
// Of 32 work-items in step, 4 x 8 read one place of k: 4 vectors on the left and 8 on the right, which are no more than 32 banks.
//
// Order: every output is one chain of fused multiply-adds in increasing k. Places of k beyond the end are zeros in both factors.

#ifndef MARTLET_GROUP_TILE_H
#define MARTLET_GROUP_TILE_H

#include "Shared/prelude.h"

// A call would have the sums in memory, for a pointer to them to be passed. (Functions that return a structure do without: inlining
// them writes an intrinsic that Oclgrind 21 does not know.)
#define MARTLET_INLINE MARTLET_FUNCTION __attribute__((always_inline))

#ifndef ROWS_PER_ITEM
#define ROWS_PER_ITEM 4
#endif
#ifndef COLUMNS_PER_ITEM
#define COLUMNS_PER_ITEM 4
#endif
#ifndef DEPTH
#define DEPTH 16
#endif
#ifndef VECTOR
#define VECTOR 1
#endif
#ifndef BUFFERS
#define BUFFERS 1
#endif
// How many floats of a factor a work-item reads from global memory at a time, 1 or 4. With 4 all of them lie side by side and
// begin at a multiple of 16 bytes, and the factor ends with the last of four, as does every segment of k.
#ifndef LEFT_READ
#define LEFT_READ 1
#endif
#ifndef RIGHT_READ
#define RIGHT_READ 1
#endif
// Whether neighbours in global memory are neighbours along k (1), or along rows or columns (0).
#ifndef LEFT_ALONG_INNER
#define LEFT_ALONG_INNER 1
#endif
#ifndef RIGHT_ALONG_INNER
#define RIGHT_ALONG_INNER 0
#endif

#define GROUP 16u
#define ITEMS (GROUP * GROUP)
#define TILE_ROWS (GROUP * ROWS_PER_ITEM)
#define TILE_COLUMNS (GROUP * COLUMNS_PER_ITEM)
#define MARTLET_PITCH(size) ((size) + 4u)
#define LEFT_FLOATS (DEPTH * MARTLET_PITCH(TILE_ROWS))
#define RIGHT_FLOATS (DEPTH * MARTLET_PITCH(TILE_COLUMNS))

// To be declared in the kernel.
#define MARTLET_TILES \
    __local float left_tiles[BUFFERS * LEFT_FLOATS] __attribute__((aligned(16))); \
    __local float right_tiles[BUFFERS * RIGHT_FLOATS] __attribute__((aligned(16)));

// A work-item in its group: its number, and where its outputs lie.
typedef struct {
    uint number, down, across;
} martlet_item;

MARTLET_FUNCTION martlet_item martlet_item_of_group(void) {
    uint number = get_local_id(1) * GROUP + get_local_id(0), part = number / 32u, lane = number % 32u;
    martlet_item item = {number, part / 2u * 4u + lane / 8u, part % 2u * 8u + lane % 8u};
    return item;
}

// The row or column of the tile that a work-item's number i is, by its place down or across.
#define MARTLET_OF_ITEM(place, i) (VECTOR * (place) + (i) % VECTOR + GROUP * VECTOR * ((i) / VECTOR))

// Every loop over sums is unrolled: an array that is indexed by a variable would lie in memory and not in registers.
MARTLET_INLINE void martlet_clear_tile(float (*sum)[COLUMNS_PER_ITEM]) {
#pragma unroll
    for (uint i = 0u; i < ROWS_PER_ITEM; ++i) {
#pragma unroll
        for (uint j = 0u; j < COLUMNS_PER_ITEM; ++j) sum[i][j] = 0.0f;
    }
}

// What a work-item brings of a factor's tile: so many loads of `read` neighbours.
#define MARTLET_LOADS(size, read) ((size * DEPTH + ITEMS * read - 1u) / (ITEMS * read))
#define LEFT_LOADS MARTLET_LOADS(TILE_ROWS, LEFT_READ)
#define RIGHT_LOADS MARTLET_LOADS(TILE_COLUMNS, RIGHT_READ)

// Where a load begins in the tile, along rows or columns and along k.
typedef struct {
    uint outer, inner;
} martlet_spot;

// Zeros where there is nothing.
MARTLET_INLINE void martlet_read(float *values, const __global float *source, bool inside, uint read) {
    if (read == 4u) {
        float4 four = inside ? *(const __global float4 *)source : (float4)(0.0f);
        values[0] = four.x;
        values[1] = four.y;
        values[2] = four.z;
        values[3] = four.w;
    } else {
        values[0] = inside ? source[0] : 0.0f;
    }
}

// Of either factor (functions of their own, since only constants make sure that loops are unrolled):
// martlet_left_spot: along k, neighbouring work-items read 32 bytes, a sector of the caches; along the other axis as much as there is.
// martlet_put_left: into local memory, what this work-item has read. Small tiles have less to bring than there are work-items.
#define MARTLET_FACTOR(side, size, loads, along_inner, read) \
    MARTLET_FUNCTION martlet_spot martlet_##side##_spot(uint load, uint item) { \
        uint part = item + ITEMS * load, sector = 8u / read, span = size / read; \
        martlet_spot spot; \
        spot.outer = along_inner ? part / sector % size : read * (part % span); \
        spot.inner = along_inner ? read * (part % sector) + 8u * (part / (sector * size)) : part / span; \
        return spot; \
    } \
    MARTLET_INLINE void martlet_put_##side(__local float *tile, const float *values, uint item) { \
        _Pragma("unroll") \
        for (uint load = 0u; load < loads; ++load) { \
            martlet_spot spot = martlet_##side##_spot(load, item); \
            if (size * DEPTH % (ITEMS * read) == 0u || spot.inner < DEPTH) { \
                __local float *place = tile + spot.inner * MARTLET_PITCH(size) + spot.outer; \
                const float *from = values + load * read; \
                if (read == 1u) { \
                    place[0] = from[0]; \
                } else if (along_inner) { \
                    place[0] = from[0]; \
                    place[MARTLET_PITCH(size)] = from[1]; \
                    place[2u * MARTLET_PITCH(size)] = from[2]; \
                    place[3u * MARTLET_PITCH(size)] = from[3]; \
                } else { \
                    *(__local float4 *)place = (float4)(from[0], from[1], from[2], from[3]); \
                } \
            } \
        } \
    }

MARTLET_FACTOR(left, TILE_ROWS, LEFT_LOADS, LEFT_ALONG_INNER, LEFT_READ)
MARTLET_FACTOR(right, TILE_COLUMNS, RIGHT_LOADS, RIGHT_ALONG_INNER, RIGHT_READ)

// Of one place of k, the number i of what belongs to a work-item, and VECTOR - 1 more.
MARTLET_INLINE void martlet_fragment(float *values, const __local float *source, uint place, uint i) {
#if VECTOR == 4
    float4 four = *(const __local float4 *)(source + MARTLET_OF_ITEM(place, i));
    values[i] = four.x;
    values[i + 1u] = four.y;
    values[i + 2u] = four.z;
    values[i + 3u] = four.w;
#else
    values[i] = source[MARTLET_OF_ITEM(place, i)];
#endif
}

MARTLET_INLINE void martlet_add_tile(
    float (*sum)[COLUMNS_PER_ITEM], const __local float *left, const __local float *right, martlet_item item) {
#pragma unroll 8
    for (uint k = 0u; k < DEPTH; ++k) {
        float l[ROWS_PER_ITEM], r[COLUMNS_PER_ITEM];
#pragma unroll
        for (uint i = 0u; i < ROWS_PER_ITEM; i += VECTOR) {
            martlet_fragment(l, left + k * MARTLET_PITCH(TILE_ROWS), item.down, i);
        }
#pragma unroll
        for (uint j = 0u; j < COLUMNS_PER_ITEM; j += VECTOR) {
            martlet_fragment(r, right + k * MARTLET_PITCH(TILE_COLUMNS), item.across, j);
        }
#pragma unroll
        for (uint i = 0u; i < ROWS_PER_ITEM; ++i) {
#pragma unroll
            for (uint j = 0u; j < COLUMNS_PER_ITEM; ++j) sum[i][j] = fma(l[i], r[j], sum[i][j]);
        }
    }
}

// Adds the products of the places [first, end) of k. All work-items of the group come by.
// FETCH(place), a macro of the kernel's, reads what this work-item brings of the tiles from `place` on into left_values and
// right_values; it is called for every DEPTHth place, in order.
#define MARTLET_ADD_PRODUCTS(sum, item, first, end, FETCH) \
    if ((first) < (end)) { \
        float left_values[LEFT_LOADS * LEFT_READ], right_values[RIGHT_LOADS * RIGHT_READ]; \
        uint buffer = 0u; \
        FETCH(first) \
        martlet_put_left(left_tiles, left_values, item.number); \
        martlet_put_right(right_tiles, right_values, item.number); \
        barrier(CLK_LOCAL_MEM_FENCE); \
        for (uint place = (first); place < (end); place += DEPTH) { \
            bool more = place + DEPTH < (end); \
            if (BUFFERS == 2 && more) { FETCH(place + DEPTH) } \
            martlet_add_tile(sum, left_tiles + buffer * LEFT_FLOATS, right_tiles + buffer * RIGHT_FLOATS, item); \
            if (BUFFERS == 1) { \
                barrier(CLK_LOCAL_MEM_FENCE); \
                if (more) { FETCH(place + DEPTH) } \
            } \
            buffer ^= BUFFERS - 1u; \
            if (more) { \
                martlet_put_left(left_tiles + buffer * LEFT_FLOATS, left_values, item.number); \
                martlet_put_right(right_tiles + buffer * RIGHT_FLOATS, right_values, item.number); \
            } \
            barrier(CLK_LOCAL_MEM_FENCE); \
        } \
    }

// Up to VECTOR neighbouring results, at once where there are as many and their place in the buffer is a multiple of that.
MARTLET_INLINE void martlet_write(__global float *target, uint place, const float *values, uint count) {
#if VECTOR == 4
    if (count >= 4u && place % 4u == 0u) {
        *(__global float4 *)target = (float4)(values[0], values[1], values[2], values[3]);
        return;
    }
#endif
#pragma unroll
    for (uint i = 0u; i < VECTOR; ++i) {
        if (i < count) target[i] = values[i];
    }
}

#endif
