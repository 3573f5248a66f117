// The convolution and the gradient of its images with an epilogue, for processors with vector registers and caches.
//
// One work-item computes a tile of TILE_ROWS x 16 * TILE_VECTORS outputs in registers: neighbouring pixels of a class (see
// pixels.h), one panel of a group's columns (the channels that are written). Global size (tiles of the pixels of class 0,
// groups * panels, classes), work-groups of one. No local memory.
// GRADIENT 0: source is x, target y, as in conv2d.cl. GRADIENT 1: source is dy, target dx, as in conv2d_input_gradient.cl.
//
// The kernel of GRADIENT 0 is the gradient's too at a stride of 1: a convolution of dy with the kernel turned round.
//
// FOLDED 1: columns are so narrow that `fold` neighbouring pixels share a vector. They are computed as one whose kernel is that many
// strides wider, and every tap is added to the pixels whose own it is. Places, the kernel's width and the stride are those of
// the wider pixels; columns are those of one.
//
// The source has source_height x source_width pixels, the first of which is (top, left) before the image's: see conv2d_border.cl. Packed
// weights are those of conv2d_pack.cl.
//
// Order: one chain of fused multiply-adds from zero. Forward by kernel row, kernel column, channel within the group; the gradient
// by output row and output column, both increasing (so the kernel's decrease), output channel within the group.

#define MARTLET_WIDTH 16
#include "OpenCL/expression.h"
#include "OpenCL/pixels.h"
#include "OpenCL/window.h"

#ifndef TILE_ROWS
#define TILE_ROWS 8
#endif
#ifndef TILE_VECTORS
#define TILE_VECTORS 2
#endif
#ifndef FOLDED
#define FOLDED 0
#endif
#define TILE_COLUMNS (16 * TILE_VECTORS)

__kernel void conv2d_tiles(
    const __global float *source, uint source_offset, const __global float *packed, uint packed_offset,
    __global float *target, uint target_offset, uint source_height, uint source_width, uint top, uint left, MARTLET_WINDOW_PARAMETERS,
    uint images, uint depth, uint columns, uint groups, uint padded, uint fold,
    const __global martlet_step *step MARTLET_EXPRESSION_PARAMETERS) {
#if GRADIENT
    uint image_height = places_down, target_height = height, target_width = width;
    uint row_class = get_global_id(2) / stride_across, column_class = get_global_id(2) - row_class * stride_across;
#else
    uint image_height = height, target_height = places_down, target_width = places_across;
    uint row_class = 0u, column_class = 0u;
#endif
    uint class_height = martlet_class_size(target_height, row_class, stride_down);
    uint class_width = martlet_class_size(target_width, column_class, stride_across);
    uint pixels = images * class_height * class_width, first_pixel = get_global_id(0) * TILE_ROWS;
    if (first_pixel >= pixels) return;
    uint panels = padded / TILE_COLUMNS;
    uint group = get_global_id(1) / panels, first_column = (get_global_id(1) - group * panels) * TILE_COLUMNS;
    uint channels = groups * depth;
    source += source_offset + group * depth;
    packed += packed_offset + (size_t)group * kernel_height * kernel_width * depth * padded + first_column;

    // For each pixel: its line, and what a tap without an offset reads.
    const __global float *begins[TILE_ROWS];
    int lines[TILE_ROWS];
    uint first_line = first_pixel / class_width, place = first_pixel - first_line * class_width;
    uint image = first_line / class_height, line = first_line - image * class_height;
#pragma unroll
    for (uint t = 0u; t < TILE_ROWS; ++t) {
        lines[t] = line * MARTLET_SOURCE_STEP(stride_down);
        uint from = ((image * source_height + top + lines[t]) * source_width + left + place * MARTLET_SOURCE_STEP(stride_across));
        begins[t] = source + (size_t)from * channels;
        // Behind the last pixel come copies of it.
        place += first_pixel + t + 1u < pixels;
        bool is_next = place == class_width;
        place = is_next ? 0u : place;
        line += is_next;
        bool is_next_image = line == class_height;
        line = is_next_image ? 0u : line;
        image += is_next_image;
    }
    // Where neighbouring taps read neighbouring pixels of all channels, a row of the kernel is one run of k.
    uint step_across = MARTLET_CLASS_STEP(stride_across);
    uint taps = groups == 1u && dilation_across == 1u && step_across == 1u ? kernel_width : 1u;

#if FOLDED
    // Where the kernel of each lane's pixel begins in the wider one.
    uint stride = stride_across / fold, width_of_pixel = kernel_width - (fold - 1u) * stride;
    uint16 begin = 0u;
    for (uint part = 1u; part < fold; ++part) begin += MARTLET_LANE_NUMBERS >= part * columns ? (uint16)(stride) : (uint16)(0u);
    taps = 1u;
#endif

    float16 sum[TILE_ROWS][TILE_VECTORS];
#pragma unroll
    for (uint t = 0u; t < TILE_ROWS; ++t) {
#pragma unroll
        for (uint v = 0u; v < TILE_VECTORS; ++v) sum[t][v] = (float16)(0.0f);
    }
#pragma unroll 1
    for (uint down = 0u; down < kernel_height; ++down) {
        int offset_down, offset_across;
        if (!martlet_tap_reads(down, row_class, kernel_height, stride_down, dilation_down, before_down, &offset_down)) continue;
        const __global float *row_of_weights = packed + (size_t)down * kernel_width * depth * padded;
        // A row of the kernel that is outside the image for all pixels adds nothing.
        bool reads_image = false;
#pragma unroll
        for (uint t = 0u; t < TILE_ROWS; ++t) reads_image |= (uint)(lines[t] + offset_down) < image_height;
        if (!reads_image) continue;
#pragma unroll 1
        for (uint across = 0u; across < kernel_width; across += taps) {
            bool reads = martlet_tap_reads(
                across, column_class, kernel_width, stride_across, dilation_across, before_across, &offset_across);
            if (!reads) {
                row_of_weights += (size_t)depth * padded;
                continue;
            }
#if FOLDED
            int16 is_own = across - begin < width_of_pixel;
#endif
            long first = ((long)offset_down * (int)source_width + offset_across) * (int)channels, end = first + taps * depth;
#pragma unroll 1
            for (long k = first; k < end; ++k) {
                float16 r[TILE_VECTORS];
#pragma unroll
                for (uint v = 0u; v < TILE_VECTORS; ++v) r[v] = vload16(v, row_of_weights);
#pragma unroll
                for (uint t = 0u; t < TILE_ROWS; ++t) {
                    float16 l = (float16)(begins[t][k]);
#pragma unroll
                    for (uint v = 0u; v < TILE_VECTORS; ++v) {
#if FOLDED
                        sum[t][v] = is_own ? fma(l, r[v], sum[t][v]) : sum[t][v];
#else
                        sum[t][v] = fma(l, r[v], sum[t][v]);
#endif
                    }
                }
                row_of_weights += padded;
            }
        }
    }

    // With room for reading the last pixel from its place on.
    float tile[TILE_ROWS * TILE_COLUMNS + 16];
#pragma unroll
    for (uint t = 0u; t < TILE_ROWS; ++t) {
#pragma unroll
        for (uint v = 0u; v < TILE_VECTORS; ++v) vstore16(sum[t][v], t * TILE_VECTORS + v, tile);
    }
    vstore16((float16)(0.0f), TILE_ROWS * TILE_VECTORS, tile);
    uint end = min((uint)TILE_ROWS, pixels - first_pixel), end_column = min(first_column + TILE_COLUMNS, columns);
#if GRADIENT
    uint end_index = 0u;
#else
    // Where all columns are in this tile, what is written runs on: vectors may go beyond their lanes, as long as the next follow.
    uint end_index = groups == 1u && columns <= 16u ? (first_pixel + end) * fold * columns : 0u;
#endif
#pragma unroll 1
    for (uint t = 0u; t < end; ++t) {
        uint pixel = first_pixel + t;
#if GRADIENT
        if (stride_down != 1u || stride_across != 1u) {
            uint line_of_all = pixel / class_width, image_of_all = line_of_all / class_height;
            uint row = row_class + (line_of_all - image_of_all * class_height) * stride_down;
            pixel = (image_of_all * target_height + row) * target_width + column_class + (pixel - line_of_all * class_width) * stride_across;
        }
#endif
#pragma unroll 1
        for (uint part = 0u; part < fold; ++part) {
#pragma unroll 1
            for (uint column = first_column; column < end_column; column += 16u) {
                martlet_place place = martlet_place_of(
                    pixel * fold + part, group * columns + column, groups * columns, martlet_lanes(column, end_column));
                float16 value = vload16(0, tile + t * TILE_COLUMNS + part * columns + column - first_column);
                value = martlet_expression(value, place, step MARTLET_EXPRESSION_ARGUMENTS);
                martlet_store(
                    value, target + target_offset + place.index, place.index + 16u <= end_index ? 16u : place.lanes);
            }
        }
    }
}
