// The gradient of a convolution with respect to its weights, for processors with vector registers and caches.
//
// Layouts and order are those of conv2d_weight_gradient.cl, which adds the segments' sums. One work-item computes, for one tap
// and segment, a tile of TILE_ROWS channels x 16 * TILE_VECTORS output channels in registers. Global size (taps * tiles of a group's channels,
// groups * tiles of a group's output channels, segments), work-groups of one. No local memory.
// A group has at least 16 * TILE_VECTORS output channels: the last tile begins early enough to end with them, and stores only
// what is new. Channels beyond the last are computed as copies of it, and not stored.

#define MARTLET_WIDTH 16
#include "OpenCL/lanes.h"
#include "OpenCL/window.h"

#ifndef TILE_VECTORS
#define TILE_VECTORS 2
#endif
#define TILE_ROWS 8
#define TILE_COLUMNS (16 * TILE_VECTORS)

__kernel void conv2d_weight_tiles(
    const __global float *x, uint x_offset, const __global float *dy, uint dy_offset,
    __global float *sums, uint sums_offset, MARTLET_WINDOW_PARAMETERS, uint images, uint segment_images, uint channels,
    uint group_channels, uint output_channels, uint group_outputs) {
    uint row_tiles = (group_channels + TILE_ROWS - 1u) / TILE_ROWS;
    uint tap = get_global_id(0) / row_tiles, first_row = (get_global_id(0) - tap * row_tiles) * TILE_ROWS;
    uint i = tap / kernel_width, j = tap % kernel_width;
    uint column_tiles = (group_outputs + TILE_COLUMNS - 1u) / TILE_COLUMNS;
    uint group = get_global_id(1) / column_tiles, place = (get_global_id(1) - group * column_tiles) * TILE_COLUMNS;
    uint first_column = min(place, group_outputs - TILE_COLUMNS), shift = place - first_column;
    x += x_offset + group * group_channels;
    dy += dy_offset + group * group_outputs + first_column;

    uint rows[TILE_ROWS];
    float16 sum[TILE_ROWS][TILE_VECTORS];
#pragma unroll
    for (uint t = 0u; t < TILE_ROWS; ++t) {
        rows[t] = min(first_row + t, group_channels - 1u);
#pragma unroll
        for (uint v = 0u; v < TILE_VECTORS; ++v) sum[t][v] = (float16)(0.0f);
    }
    // The columns of places whose tap is inside the image.
    uint begin = 0u, end = places_across;
    while (begin < end && martlet_element(begin, j, stride_across, dilation_across, before_across) >= width) ++begin;
    while (end > begin && martlet_element(end - 1u, j, stride_across, dilation_across, before_across) >= width) --end;

    uint last = min((uint)(get_global_id(2) + 1u) * segment_images, images);
#pragma unroll 1
    for (uint n = get_global_id(2) * segment_images; n < last; ++n) {
#pragma unroll 1
        for (uint row = 0u; row < places_down; ++row) {
            uint h = martlet_element(row, i, stride_down, dilation_down, before_down);
            if (h >= height || begin == end) continue;
            const __global float *pixel = x
                + ((size_t)(n * height + h) * width + martlet_element(begin, j, stride_across, dilation_across, before_across)) * channels;
            const __global float *upstream = dy + ((size_t)(n * places_down + row) * places_across + begin) * output_channels;
#pragma unroll 1
            for (uint column = begin; column < end; ++column) {
                float16 r[TILE_VECTORS];
#pragma unroll
                for (uint v = 0u; v < TILE_VECTORS; ++v) r[v] = vload16(v, upstream);
#pragma unroll
                for (uint t = 0u; t < TILE_ROWS; ++t) {
                    float16 l = (float16)(pixel[rows[t]]);
#pragma unroll
                    for (uint v = 0u; v < TILE_VECTORS; ++v) sum[t][v] = fma(l, r[v], sum[t][v]);
                }
                pixel += stride_across * channels;
                upstream += output_channels;
            }
        }
    }

    float tile[TILE_ROWS * TILE_COLUMNS];
#pragma unroll
    for (uint t = 0u; t < TILE_ROWS; ++t) {
#pragma unroll
        for (uint v = 0u; v < TILE_VECTORS; ++v) vstore16(sum[t][v], t * TILE_VECTORS + v, tile);
    }
    sums += sums_offset + (size_t)get_global_id(2) * kernel_height * kernel_width * group_channels * output_channels
        + ((size_t)tap * group_channels + first_row) * output_channels + group * group_outputs + first_column;
    uint end_row = min((uint)TILE_ROWS, group_channels - first_row);
#pragma unroll 1
    for (uint t = 0u; t < end_row; ++t, sums += output_channels) {
        if (shift == 0u) {
            for (uint v = 0u; v < TILE_VECTORS; ++v) vstore16(vload16(t * TILE_VECTORS + v, tile), v, sums);
        } else {
            for (uint column = shift; column < TILE_COLUMNS; ++column) sums[column] = tile[t * TILE_COLUMNS + column];
        }
    }
}
