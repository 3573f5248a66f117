// The gradient of a convolution with respect to its weights, for processors with vector registers and caches.
//
// Layouts and order are those of conv2d_weight_gradient.cl, which adds the segments' sums. One work-item computes, for one
// segment, a tile of TILE_LINES x TILE_ROWS x 16 * TILE_VECTORS sums in registers: lines are rows of the kernel; rows are taps and,
// within a tap, channels of a group; columns are its output channels. Global size (tiles of lines * tiles of rows, groups * tiles of
// columns, segments), work-groups of one. No local memory. x has source_height x source_width pixels, with the border that taps
// read (conv2d_border.cl).
// The last tiles of rows and of columns begin early enough to end with them, and store only what is new. NARROW 1: a group has
// fewer than the 16 columns of a tile; what is read beyond them is not stored. Lines beyond the last are computed as copies of it,
// and not stored. JOINED 1: the rows of a line lie one after the other in x (one group, no dilation).

#define MARTLET_WIDTH 16
#include "OpenCL/lanes.h"
#include "OpenCL/window.h"

#ifndef TILE_LINES
#define TILE_LINES 1
#endif
#ifndef TILE_ROWS
#define TILE_ROWS 8
#endif
#ifndef TILE_VECTORS
#define TILE_VECTORS 2
#endif
#ifndef NARROW
#define NARROW 0
#endif
#ifndef JOINED
#define JOINED 0
#endif
#define TILE_COLUMNS (16 * TILE_VECTORS)

#if JOINED
#define ELEMENT(t) (t)
#else
#define ELEMENT(t) elements[t]
#endif

__kernel void conv2d_weight_tiles(
    const __global float *x, uint x_offset, uint source_height, uint source_width, const __global float *dy, uint dy_offset,
    __global float *sums, uint sums_offset, MARTLET_WINDOW_PARAMETERS, uint images, uint segment_images, uint channels,
    uint group_channels, uint output_channels, uint group_outputs) {
    uint rows_of_line = kernel_width * group_channels, row_tiles = (rows_of_line + TILE_ROWS - 1u) / TILE_ROWS;
    uint line_tile = get_global_id(0) / row_tiles, row_place = (get_global_id(0) - line_tile * row_tiles) * TILE_ROWS;
    uint first_line = line_tile * TILE_LINES, first_row = min(row_place, rows_of_line - TILE_ROWS);
    uint column_tiles = (group_outputs + TILE_COLUMNS - 1u) / TILE_COLUMNS;
    uint group = get_global_id(1) / column_tiles, place = (get_global_id(1) - group * column_tiles) * TILE_COLUMNS;
    uint first_column = min(place, max(group_outputs, (uint)TILE_COLUMNS) - TILE_COLUMNS), shift = place - first_column;
    uint end_column = min(first_column + TILE_COLUMNS, group_outputs) - first_column;
    x += x_offset + group * group_channels;
    dy += dy_offset;
#if NARROW
    size_t end_of_gradient = (size_t)images * places_down * places_across * output_channels;
#endif

    // Where rows and lines are read, from the window's first element on.
#if JOINED
    x += first_row;
#else
    uint elements[TILE_ROWS];
#pragma unroll
    for (uint t = 0u; t < TILE_ROWS; ++t) {
        uint tap = (first_row + t) / group_channels;
        elements[t] = tap * dilation_across * channels + first_row + t - tap * group_channels;
    }
#endif
    size_t lines[TILE_LINES];
    float16 sum[TILE_LINES][TILE_ROWS][TILE_VECTORS];
#pragma unroll
    for (uint l = 0u; l < TILE_LINES; ++l) {
        lines[l] = (size_t)(min(first_line + l, kernel_height - 1u) * dilation_down) * source_width * channels;
#pragma unroll
        for (uint t = 0u; t < TILE_ROWS; ++t) {
#pragma unroll
            for (uint v = 0u; v < TILE_VECTORS; ++v) sum[l][t][v] = (float16)(0.0f);
        }
    }

    uint last = min((uint)(get_global_id(2) + 1u) * segment_images, images);
#pragma unroll 1
    for (uint n = get_global_id(2) * segment_images; n < last; ++n) {
#pragma unroll 1
        for (uint row = 0u; row < places_down; ++row) {
            const __global float *pixel = x + (size_t)(n * source_height + row * stride_down) * source_width * channels;
            size_t from = (size_t)(n * places_down + row) * places_across * output_channels + group * group_outputs + first_column;
#pragma unroll 1
            for (uint column = 0u; column < places_across; ++column) {
                float16 r[TILE_VECTORS];
#pragma unroll
                for (uint v = 0u; v < TILE_VECTORS; ++v) {
#if NARROW
                    r[v] = from + TILE_COLUMNS <= end_of_gradient ? vload16(v, dy + from) : martlet_load(dy + from, end_column);
#else
                    r[v] = vload16(v, dy + from);
#endif
                }
#pragma unroll
                for (uint l = 0u; l < TILE_LINES; ++l) {
                    const __global float *line = pixel + lines[l];
#pragma unroll
                    for (uint t = 0u; t < TILE_ROWS; ++t) {
                        float16 value = (float16)(line[ELEMENT(t)]);
#pragma unroll
                        for (uint v = 0u; v < TILE_VECTORS; ++v) sum[l][t][v] = fma(value, r[v], sum[l][t][v]);
                    }
                }
                pixel += stride_across * channels;
                from += output_channels;
            }
        }
    }

    float tile[TILE_LINES * TILE_ROWS * TILE_COLUMNS];
#pragma unroll
    for (uint l = 0u; l < TILE_LINES; ++l) {
#pragma unroll
        for (uint t = 0u; t < TILE_ROWS; ++t) {
#pragma unroll
            for (uint v = 0u; v < TILE_VECTORS; ++v) vstore16(sum[l][t][v], (l * TILE_ROWS + t) * TILE_VECTORS + v, tile);
        }
    }
    sums += sums_offset + group * group_outputs + first_column;
    uint end_line = min((uint)TILE_LINES, kernel_height - first_line);
#pragma unroll 1
    for (uint l = 0u; l < end_line; ++l) {
        size_t line = (size_t)(get_global_id(2) * kernel_height + first_line + l) * rows_of_line;
#pragma unroll 1
        for (uint t = row_place - first_row; t < TILE_ROWS; ++t) {
            __global float *target = sums + (line + first_row + t) * output_channels;
            const float *source = tile + (l * TILE_ROWS + t) * TILE_COLUMNS;
            if (shift == 0u && end_column == TILE_COLUMNS) {
                for (uint v = 0u; v < TILE_VECTORS; ++v) vstore16(vload16(v, source), v, target);
            } else {
                for (uint column = shift; column < end_column; ++column) target[column] = source[column];
            }
        }
    }
}
