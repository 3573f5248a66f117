// The gradient of a convolution with respect to its weights, for processors with vector registers and caches.
//
// Layouts and order are those of conv2d_weight_gradient.cl, which adds the segments' sums. One work-item computes, for one row of
// the kernel and one segment, a tile of TILE_ROWS x 16 * TILE_VECTORS sums in registers: rows are taps and, within a tap,
// channels of a group; columns are its output channels. Global size (kernel height * tiles of rows, groups * tiles of columns,
// segments), work-groups of one. No local memory.
// The last tile of columns begins early enough to end with them, and stores only what is new. NARROW 1: a group has fewer than
// the 16 columns of a tile; what is read beyond them is not stored. Rows beyond the last are computed as copies of it, and not
// stored.

#define MARTLET_WIDTH 16
#include "OpenCL/lanes.h"
#include "OpenCL/window.h"

#ifndef TILE_ROWS
#define TILE_ROWS 8
#endif
#ifndef TILE_VECTORS
#define TILE_VECTORS 2
#endif
#ifndef NARROW
#define NARROW 0
#endif
#define TILE_COLUMNS (16 * TILE_VECTORS)

__kernel void conv2d_weight_tiles(
    const __global float *x, uint x_offset, const __global float *dy, uint dy_offset,
    __global float *sums, uint sums_offset, MARTLET_WINDOW_PARAMETERS, uint images, uint segment_images, uint channels,
    uint group_channels, uint output_channels, uint group_outputs) {
    uint rows_of_kernel = kernel_width * group_channels, row_tiles = (rows_of_kernel + TILE_ROWS - 1u) / TILE_ROWS;
    uint i = get_global_id(0) / row_tiles, first_row = (get_global_id(0) - i * row_tiles) * TILE_ROWS;
    uint column_tiles = (group_outputs + TILE_COLUMNS - 1u) / TILE_COLUMNS;
    uint group = get_global_id(1) / column_tiles, place = (get_global_id(1) - group * column_tiles) * TILE_COLUMNS;
    uint first_column = min(place, max(group_outputs, (uint)TILE_COLUMNS) - TILE_COLUMNS), shift = place - first_column;
    uint end_column = min(first_column + TILE_COLUMNS, group_outputs) - first_column;
    x += x_offset + group * group_channels;
    dy += dy_offset;
#if NARROW
    size_t end_of_gradient = (size_t)images * places_down * places_across * output_channels;
#endif

    // For each row: its element from the window's first on, and the place of its tap.
    int elements[TILE_ROWS], taps[TILE_ROWS];
    float16 sum[TILE_ROWS][TILE_VECTORS];
#pragma unroll
    for (uint t = 0u; t < TILE_ROWS; ++t) {
        uint row = min(first_row + t, rows_of_kernel - 1u), tap = row / group_channels;
        taps[t] = tap * dilation_across;
        elements[t] = tap * dilation_across * channels + row - tap * group_channels;
#pragma unroll
        for (uint v = 0u; v < TILE_VECTORS; ++v) sum[t][v] = (float16)(0.0f);
    }

    // The columns of places for which all taps are inside the image.
    uint begin = 0u, end = places_across;
    while (begin < end && (int)(begin * stride_across - before_across) + taps[0] < 0) ++begin;
    while (end > begin && (int)((end - 1u) * stride_across - before_across) + taps[TILE_ROWS - 1] >= (int)width) --end;
    // For the others some are, unless the tile has one tap.
    bool has_one_tap = taps[0] == taps[TILE_ROWS - 1];
    uint first_place = has_one_tap ? begin : 0u, end_place = has_one_tap ? end : places_across;

    uint last = min((uint)(get_global_id(2) + 1u) * segment_images, images);
#pragma unroll 1
    for (uint n = get_global_id(2) * segment_images; n < last; ++n) {
#pragma unroll 1
        for (uint row = 0u; row < places_down; ++row) {
            uint h = martlet_element(row, i, stride_down, dilation_down, before_down);
            if (h >= height) continue;
            const __global float *line = x + (size_t)(n * height + h) * width * channels;
            uint column = first_place;
            size_t from = ((size_t)(n * places_down + row) * places_across + column) * output_channels
                + group * group_outputs + first_column;
#pragma unroll 1
            while (column < end_place) {
                bool inside = column >= begin && column < end;
                uint until = inside ? end : column + 1u;
                int first = (int)(column * stride_across - before_across);
                const __global float *pixel = line + (long)first * channels;
#pragma unroll 1
                for (; column < until; ++column) {
                    float16 r[TILE_VECTORS];
#pragma unroll
                    for (uint v = 0u; v < TILE_VECTORS; ++v) {
#if NARROW
                        r[v] = from + TILE_COLUMNS <= end_of_gradient
                            ? vload16(v, dy + from) : martlet_load(dy + from, end_column);
#else
                        r[v] = vload16(v, dy + from);
#endif
                    }
                    if (inside) {
#pragma unroll
                        for (uint t = 0u; t < TILE_ROWS; ++t) {
                            float16 l = (float16)(pixel[elements[t]]);
#pragma unroll
                            for (uint v = 0u; v < TILE_VECTORS; ++v) sum[t][v] = fma(l, r[v], sum[t][v]);
                        }
                    } else {
#pragma unroll
                        for (uint t = 0u; t < TILE_ROWS; ++t) {
                            float16 l = (float16)((uint)(first + taps[t]) < width ? pixel[elements[t]] : 0.0f);
#pragma unroll
                            for (uint v = 0u; v < TILE_VECTORS; ++v) sum[t][v] = fma(l, r[v], sum[t][v]);
                        }
                    }
                    pixel += stride_across * channels;
                    from += output_channels;
                }
            }
        }
    }

    float tile[TILE_ROWS * TILE_COLUMNS];
#pragma unroll
    for (uint t = 0u; t < TILE_ROWS; ++t) {
#pragma unroll
        for (uint v = 0u; v < TILE_VECTORS; ++v) vstore16(sum[t][v], t * TILE_VECTORS + v, tile);
    }
    sums += sums_offset
        + ((size_t)(get_global_id(2) * kernel_height + i) * rows_of_kernel + first_row) * output_channels
        + group * group_outputs + first_column;
    uint end_row = min((uint)TILE_ROWS, rows_of_kernel - first_row);
#pragma unroll 1
    for (uint t = 0u; t < end_row; ++t, sums += output_channels) {
        if (shift == 0u && end_column == TILE_COLUMNS) {
            for (uint v = 0u; v < TILE_VECTORS; ++v) vstore16(vload16(t * TILE_VECTORS + v, tile), v, sums);
        } else {
            for (uint column = shift; column < end_column; ++column) sums[column] = tile[t * TILE_COLUMNS + column];
        }
    }
}
