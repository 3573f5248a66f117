// The convolution and the gradient of its images with an epilogue, for processors with vector registers and caches.
//
// One work-item computes a tile of TILE_ROWS x 16 * TILE_VECTORS outputs in registers: neighbouring pixels of a class (see
// pixels.h), one panel of a group's columns (the channels that are written). Global size (tiles of the pixels of class 0,
// groups * panels, classes), work-groups of one. No local memory.
// GRADIENT 0: source is x, target y, as in conv2d.cl. GRADIENT 1: source is dy, target dx, as in conv2d_input_gradient.cl.
//
// conv2d_pack: weights as panels: groups x taps x depth (the channels of a group that are read) x columns padded to whole
// tiles with zeros, taps in the order of the sum; one work-item to a row of columns. `zeros` has `depth` of them: what a tap
// outside the image reads.
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
#define TILE_COLUMNS (16 * TILE_VECTORS)

__kernel void conv2d_pack(
    const __global float *weights, uint weights_offset, __global float *packed, uint packed_offset, uint taps, uint depth,
    uint columns, uint groups, uint padded) {
    uint row = get_global_id(0);
    uint k = row % depth, tap = row / depth % taps, group = row / depth / taps;
    weights += weights_offset;
    packed += packed_offset + (size_t)row * padded;
    for (uint column = 0u; column < padded; ++column) {
#if GRADIENT
        size_t place = ((size_t)(taps - 1u - tap) * columns + column) * groups * depth + group * depth + k;
#else
        size_t place = ((size_t)tap * depth + k) * groups * columns + group * columns + column;
#endif
        packed[column] = column < columns ? weights[place] : 0.0f;
    }
}

__kernel void conv2d_tiles(
    const __global float *source, uint source_offset, const __global float *packed, uint packed_offset,
    __global float *target, uint target_offset, const __global float *zeros, MARTLET_WINDOW_PARAMETERS, uint images,
    uint depth, uint columns, uint groups, uint padded, const __global martlet_step *step MARTLET_EXPRESSION_PARAMETERS) {
#if GRADIENT
    uint source_height = places_down, source_width = places_across, target_height = height, target_width = width;
    uint row_class = get_global_id(2) / stride_across, column_class = get_global_id(2) - row_class * stride_across;
#else
    uint source_height = height, source_width = width, target_height = places_down, target_width = places_across;
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

    // For each pixel: where the source's image begins, and what a tap without an offset reads.
    const __global float *begins[TILE_ROWS];
    int lines[TILE_ROWS], places[TILE_ROWS];
    int least = INT_MAX, most = 0;
#pragma unroll
    for (uint t = 0u; t < TILE_ROWS; ++t) {
        uint pixel = min(first_pixel + t, pixels - 1u), line = pixel / class_width, image = line / class_height;
        places[t] = (pixel - line * class_width) * MARTLET_SOURCE_STEP(stride_across);
        lines[t] = (line - image * class_height) * MARTLET_SOURCE_STEP(stride_down);
        begins[t] = source + (size_t)image * source_height * source_width * channels;
        least = min(least, places[t]);
        most = max(most, places[t]);
    }
    // Whether every tap that reads at all reads inside the source's rows.
    bool interior = true;
    int offset_across;
#pragma unroll 1
    for (uint across = 0u; across < kernel_width; ++across) {
        if (martlet_tap_reads(
                across, column_class, kernel_width, stride_across, dilation_across, before_across, &offset_across)) {
            interior &= least + offset_across >= 0 && most + offset_across < (int)source_width;
        }
    }
    // Then, where neighbouring taps read neighbouring pixels of all channels, a row of the kernel is one run of k.
    uint step_across = MARTLET_CLASS_STEP(stride_across);
    bool joined = groups == 1u && dilation_across == 1u && step_across == 1u;

    float16 sum[TILE_ROWS][TILE_VECTORS];
#pragma unroll
    for (uint t = 0u; t < TILE_ROWS; ++t) {
#pragma unroll
        for (uint v = 0u; v < TILE_VECTORS; ++v) sum[t][v] = (float16)(0.0f);
    }
#pragma unroll 1
    for (uint down = 0u; down < kernel_height; ++down) {
        int offset_down;
        if (!martlet_tap_reads(down, row_class, kernel_height, stride_down, dilation_down, before_down, &offset_down)) continue;
        const __global float *row_of_weights = packed + (size_t)down * kernel_width * depth * padded;
        const __global float *starts[TILE_ROWS];
        uint found = 0u;
#pragma unroll
        for (uint t = 0u; t < TILE_ROWS; ++t) {
            int h = lines[t] + offset_down;
            uint inside = (uint)h < source_height;
            starts[t] = inside ? begins[t] + ((size_t)h * source_width + places[t]) * channels : 0;
            found += inside;
        }
        if (found == 0u) continue;
        bool whole = found == TILE_ROWS && interior && joined;
        uint taps = whole ? kernel_width : 1u;
#pragma unroll 1
        for (uint across = 0u; across < kernel_width; across += taps) {
            bool reads_anything = martlet_tap_reads(
                across, column_class, kernel_width, stride_across, dilation_across, before_across, &offset_across);
            if (!reads_anything) {
                row_of_weights += (size_t)depth * padded;
                continue;
            }
            const __global float *reads[TILE_ROWS];
#pragma unroll
            for (uint t = 0u; t < TILE_ROWS; ++t) {
                bool inside = starts[t] != 0 && (uint)(places[t] + offset_across) < source_width;
                reads[t] = inside ? starts[t] + (long)offset_across * channels : zeros;
            }
#pragma unroll 1
            for (uint k = 0u; k < taps * depth; ++k) {
                float16 r[TILE_VECTORS];
#pragma unroll
                for (uint v = 0u; v < TILE_VECTORS; ++v) r[v] = vload16(v, row_of_weights);
#pragma unroll
                for (uint t = 0u; t < TILE_ROWS; ++t) {
                    float16 l = (float16)(reads[t][k]);
#pragma unroll
                    for (uint v = 0u; v < TILE_VECTORS; ++v) sum[t][v] = fma(l, r[v], sum[t][v]);
                }
                row_of_weights += padded;
            }
        }
    }

    float16 tile[TILE_ROWS * TILE_VECTORS];
#pragma unroll
    for (uint t = 0u; t < TILE_ROWS; ++t) {
#pragma unroll
        for (uint v = 0u; v < TILE_VECTORS; ++v) tile[t * TILE_VECTORS + v] = sum[t][v];
    }
    uint end = min((uint)TILE_ROWS, pixels - first_pixel), end_column = min(first_column + TILE_COLUMNS, columns);
#pragma unroll 1
    for (uint t = 0u; t < end; ++t) {
        uint pixel = first_pixel + t, line = pixel / class_width, image = line / class_height;
        uint row = row_class + (line - image * class_height) * MARTLET_CLASS_STEP(stride_down);
        uint place_across = column_class + (pixel - line * class_width) * MARTLET_CLASS_STEP(stride_across);
        pixel = (image * target_height + row) * target_width + place_across;
#pragma unroll 1
        for (uint column = first_column; column < end_column; column += 16u) {
            martlet_place place = martlet_place_of(
                pixel, group * columns + column, groups * columns, martlet_lanes(column, end_column));
            float16 value = tile[t * TILE_VECTORS + (column - first_column) / 16u];
            martlet_store(
                martlet_expression(value, place, step MARTLET_EXPRESSION_ARGUMENTS), target + target_offset + place.index,
                place.lanes);
        }
    }
}
