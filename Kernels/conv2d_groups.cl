// The convolution and the gradient of its images with an epilogue, as an implicit matrix product, for devices that run
// work-items in step and have local memory.
//
// Rows are the pixels of a class (see pixels.h), columns the channels of a group that are written, and k counts taps and, within
// a tap, the channels of a group that are read: `depth` of them. See group_tile.h for the tile that a work-group of 16 x 16
// computes. Global size (16 * tiles of the pixels of class 0, 16 * tiles of columns, groups * classes). Local memory: 16 *
// (TILE_ROWS + TILE_COLUMNS + 2) floats.
// GRADIENT 0: source is x, target y, as in conv2d.cl. GRADIENT 1: source is dy, target dx, as in conv2d_input_gradient.cl.
//
// Order: one chain of fused multiply-adds from zero. Forward by kernel row, kernel column, channel within the group; the
// gradient by output row and output column, both increasing (so the kernel's decrease), output channel within the group. A
// tap outside the image adds the product with a zero.

#include "OpenCL/expression.h"
#include "OpenCL/group_tile.h"
#include "OpenCL/pixels.h"
#include "OpenCL/window.h"

__kernel __attribute__((reqd_work_group_size(16, 16, 1))) void conv2d_groups(
    const __global float *source, uint source_offset, const __global float *weights, uint weights_offset,
    __global float *target, uint target_offset, MARTLET_WINDOW_PARAMETERS, uint images, uint depth, uint columns, uint groups,
    const __global martlet_step *step MARTLET_EXPRESSION_PARAMETERS) {
    __local float pixel_tile[DEPTH * ROW_PITCH], weight_tile[DEPTH * COLUMN_PITCH];
    uint across = get_local_id(0), down = get_local_id(1);
    uint pixel_class = get_group_id(2) / groups, group = get_group_id(2) - pixel_class * groups;
#if GRADIENT
    uint source_height = places_down, source_width = places_across, target_height = height, target_width = width;
    uint row_class = pixel_class / stride_across, column_class = pixel_class - row_class * stride_across;
#else
    uint source_height = height, source_width = width, target_height = places_down, target_width = places_across;
    uint row_class = 0u, column_class = 0u;
#endif
    uint class_height = martlet_class_size(target_height, row_class, stride_down);
    uint class_width = martlet_class_size(target_width, column_class, stride_across);
    uint pixels = images * class_height * class_width;
    uint first_pixel = get_group_id(0) * TILE_ROWS, first_column = get_group_id(1) * TILE_COLUMNS;
    if (first_pixel >= pixels) return;
    uint taps = kernel_height * kernel_width, inner = taps * depth;
    // Channels of the source, and output channels.
    uint channels = groups * depth, outputs = groups * (GRADIENT ? depth : columns);
    source += source_offset + group * depth;
    weights += weights_offset;
    target += target_offset;

    // The pixels that this work-item loads are those that it computes.
    int lines[ROWS_PER_ITEM], places[ROWS_PER_ITEM];
    uint begins[ROWS_PER_ITEM];
    for (uint t = 0u; t < ROWS_PER_ITEM; ++t) {
        uint pixel = min(first_pixel + down + GROUP * t, pixels - 1u), line = pixel / class_width, image = line / class_height;
        places[t] = (pixel - line * class_width) * MARTLET_SOURCE_STEP(stride_across);
        lines[t] = (line - image * class_height) * MARTLET_SOURCE_STEP(stride_down);
        begins[t] = image * source_height;
    }

    float sum[ROWS_PER_ITEM][COLUMNS_PER_ITEM];
    MARTLET_CLEAR_TILE(sum)
    for (uint first = 0u; first < inner; first += DEPTH) {
        // Neighbouring work-items read neighbouring channels of a pixel.
        uint tap = (first + across) / depth, channel = first + across - tap * depth;
        uint i = tap / kernel_width, j = tap - i * kernel_width;
        int offset_down = 0, offset_across = 0;
        bool reads = tap < taps
            && martlet_tap_reads(i, row_class, kernel_height, stride_down, dilation_down, before_down, &offset_down)
            && martlet_tap_reads(j, column_class, kernel_width, stride_across, dilation_across, before_across, &offset_across);
        for (uint t = 0u; t < ROWS_PER_ITEM; ++t) {
            int h = lines[t] + offset_down, w = places[t] + offset_across;
            bool inside = reads && (uint)h < source_height && (uint)w < source_width;
            pixel_tile[across * ROW_PITCH + down + GROUP * t] =
                inside ? source[(size_t)((begins[t] + h) * source_width + w) * channels + channel] : 0.0f;
        }
        for (uint t = 0u; t < COLUMNS_PER_ITEM; ++t) {
#if GRADIENT
            // The weights' rows run along k, and their taps the other way round.
            uint column = down + GROUP * t, k = across;
            bool known = reads && first_column + column < columns;
            size_t place = ((size_t)(taps - 1u - tap) * columns + first_column + column) * outputs + group * depth + channel;
#else
            uint part = down * GROUP + across + GROUP * GROUP * t;
            uint column = part % TILE_COLUMNS, k = part / TILE_COLUMNS;
            bool known = first + k < inner && first_column + column < columns;
            size_t place = (size_t)(first + k) * outputs + group * columns + first_column + column;
#endif
            weight_tile[k * COLUMN_PITCH + column] = known ? weights[place] : 0.0f;
        }
        MARTLET_ADD_PRODUCTS(sum, pixel_tile, weight_tile, across, down)
    }

    for (uint a = 0u; a < ROWS_PER_ITEM; ++a) {
        uint pixel = first_pixel + down + GROUP * a, line = pixel / class_width, image = line / class_height;
        if (pixel >= pixels) continue;
        uint row = row_class + (line - image * class_height) * MARTLET_CLASS_STEP(stride_down);
        uint place_across = column_class + (pixel - line * class_width) * MARTLET_CLASS_STEP(stride_across);
        pixel = (image * target_height + row) * target_width + place_across;
        for (uint b = 0u; b < COLUMNS_PER_ITEM; ++b) {
            uint column = first_column + across + GROUP * b;
            if (column >= columns) continue;
            martlet_place place = martlet_place_of(pixel, group * columns + column, groups * columns, 1u);
            target[place.index] = martlet_expression(sum[a][b], place, step MARTLET_EXPRESSION_ARGUMENTS);
        }
    }
}
