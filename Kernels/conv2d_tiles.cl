// The convolution and the gradient of its images with an epilogue, for processors with vector registers and caches.
//
// One work-item computes a tile of TILE_PIXELS x 16 * TILE_VECTORS outputs in registers: any neighbouring pixels, one panel of a
// group's columns (the channels that are written). Global size (tiles of pixels, groups * panels), work-groups of one.
// No local memory.
// GRADIENT 0: source is x, target y, as in conv2d.cl. GRADIENT 1: source is dy, target dx, as in conv2d_input_gradient.cl.
//
// conv2d_pack: weights as panels: groups x taps x depth (the channels of a group that are read) x columns padded to whole
// tiles with zeros; one work-item to a row of columns. `zeros` has `depth` of them: what a tap outside the image reads.
//
// Order: one chain of fused multiply-adds from zero. Forward by kernel row, kernel column, channel within the group; the gradient
// by output row and output column, both increasing (so the kernel's decrease), output channel within the group.

#define MARTLET_WIDTH 16
#include "OpenCL/expression.h"
#include "OpenCL/window.h"

#ifndef GRADIENT
#define GRADIENT 0
#endif
#ifndef TILE_VECTORS
#define TILE_VECTORS 2
#endif
#define TILE_PIXELS 8
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
        size_t place = ((size_t)tap * columns + column) * groups * depth + group * depth + k;
#else
        size_t place = ((size_t)tap * depth + k) * groups * columns + group * columns + column;
#endif
        packed[column] = column < columns ? weights[place] : 0.0f;
    }
}

__kernel void conv2d_tiles(
    const __global float *source, uint source_offset, const __global float *packed, uint packed_offset,
    __global float *target, uint target_offset, const __global float *zeros, MARTLET_WINDOW_PARAMETERS, uint pixels,
    uint depth, uint columns, uint groups, uint padded, const __global martlet_step *step MARTLET_EXPRESSION_PARAMETERS) {
#if GRADIENT
    uint source_height = places_down, source_width = places_across, target_height = height, target_width = width;
#else
    uint source_height = height, source_width = width, target_height = places_down, target_width = places_across;
#endif
    uint panels = padded / TILE_COLUMNS;
    uint group = get_global_id(1) / panels, first_column = (get_global_id(1) - group * panels) * TILE_COLUMNS;
    uint first_pixel = get_global_id(0) * TILE_PIXELS;
    uint channels = groups * depth;
    source += source_offset + group * depth;
    packed += packed_offset + (size_t)group * kernel_height * kernel_width * depth * padded + first_column;

    const __global float *images[TILE_PIXELS];
    uint rows[TILE_PIXELS], places[TILE_PIXELS];
#pragma unroll
    for (uint t = 0u; t < TILE_PIXELS; ++t) {
        uint pixel = min(first_pixel + t, pixels - 1u);
        places[t] = pixel % target_width;
        rows[t] = pixel / target_width % target_height;
        images[t] = source + (size_t)(pixel / target_width / target_height) * source_height * source_width * channels;
    }

    float16 sum[TILE_PIXELS][TILE_VECTORS];
#pragma unroll
    for (uint t = 0u; t < TILE_PIXELS; ++t) {
#pragma unroll
        for (uint v = 0u; v < TILE_VECTORS; ++v) sum[t][v] = (float16)(0.0f);
    }
#pragma unroll 1
    for (uint down = 0u; down < kernel_height; ++down) {
#pragma unroll 1
        for (uint across = 0u; across < kernel_width; ++across) {
            // From the last tap to the first places increase.
            uint i = GRADIENT ? kernel_height - 1u - down : down, j = GRADIENT ? kernel_width - 1u - across : across;
            const __global float *reads[TILE_PIXELS];
            uint found = 0u;
#pragma unroll
            for (uint t = 0u; t < TILE_PIXELS; ++t) {
#if GRADIENT
                uint h = martlet_place_of_tap(rows[t], i, stride_down, dilation_down, before_down, places_down);
                uint w = martlet_place_of_tap(places[t], j, stride_across, dilation_across, before_across, places_across);
#else
                uint h = martlet_element(rows[t], i, stride_down, dilation_down, before_down);
                uint w = martlet_element(places[t], j, stride_across, dilation_across, before_across);
#endif
                uint inside = (h < source_height) & (w < source_width);
                reads[t] = inside ? images[t] + (size_t)(h * source_width + w) * channels : zeros;
                found |= inside;
            }
            if (found == 0u) continue;
            const __global float *weights = packed + (size_t)(i * kernel_width + j) * depth * padded;
#pragma unroll 1
            for (uint k = 0u; k < depth; ++k) {
                float16 r[TILE_VECTORS];
#pragma unroll
                for (uint v = 0u; v < TILE_VECTORS; ++v) r[v] = vload16(v, weights);
#pragma unroll
                for (uint t = 0u; t < TILE_PIXELS; ++t) {
                    float16 l = (float16)(reads[t][k]);
#pragma unroll
                    for (uint v = 0u; v < TILE_VECTORS; ++v) sum[t][v] = fma(l, r[v], sum[t][v]);
                }
                weights += padded;
            }
        }
    }

    float16 tile[TILE_PIXELS * TILE_VECTORS];
#pragma unroll
    for (uint t = 0u; t < TILE_PIXELS; ++t) {
#pragma unroll
        for (uint v = 0u; v < TILE_VECTORS; ++v) tile[t * TILE_VECTORS + v] = sum[t][v];
    }
    uint end = min((uint)TILE_PIXELS, pixels - first_pixel), end_column = min(first_column + TILE_COLUMNS, columns);
#pragma unroll 1
    for (uint t = 0u; t < end; ++t) {
#pragma unroll 1
        for (uint column = first_column; column < end_column; column += 16u) {
            martlet_place place = martlet_place_of(
                first_pixel + t, group * columns + column, groups * columns, martlet_lanes(column, end_column));
            float16 value = tile[t * TILE_VECTORS + (column - first_column) / 16u];
            martlet_store(
                martlet_expression(value, place, step MARTLET_EXPRESSION_ARGUMENTS), target + target_offset + place.index,
                place.lanes);
        }
    }
}
