// The convolution and the gradient of its images with an epilogue, as an implicit matrix product, for devices that run
// work-items in step and have local memory.
//
// Rows are the pixels of a class (see pixels.h), columns the channels of a group that are written, and k counts taps and, within
// a tap, the channels of a group that are read: `depth` of them. See group_tile.h for the tile that a work-group of 16 x 16
// computes, its parameters and its local memory. Global size (16 * tiles of the pixels of class 0, 16 * tiles of columns,
// groups * classes).
// GRADIENT 0: source is x, target y, as in conv2d.cl. GRADIENT 1: source is dy, target dx, as in conv2d_input_gradient.cl.
// LEFT_READ 4 and RIGHT_READ 4 take a multiple of 4 channels, read or (RIGHT_READ without GRADIENT) written.
//
// Order: one chain of fused multiply-adds from zero. Forward by kernel row, kernel column, channel within the group; the
// gradient by output row and output column, both increasing (so the kernel's decrease), output channel within the group. A
// tap outside the image adds the product with a zero.

#ifndef GRADIENT
#define GRADIENT 0
#endif
// Pixels have their channels side by side; weights their output channels, which are read by the gradient.
#define LEFT_ALONG_INNER 1
#define RIGHT_ALONG_INNER GRADIENT

#include "OpenCL/expression.h"
#include "OpenCL/group_tile.h"
#include "OpenCL/pixels.h"
#include "OpenCL/window.h"

// Of the loads of a factor along k, so many differ along the outer axis; then come the same at further places of k.
#define MARTLET_OUTERS(size, read) (8u / (read) * (size) > ITEMS ? 8u / (read) * (size) / ITEMS : 1u)
#define MARTLET_INNERS(size, read) (MARTLET_LOADS(size, read) / MARTLET_OUTERS(size, read))
#define LEFT_OUTERS MARTLET_OUTERS(TILE_ROWS, LEFT_READ)
#define LEFT_INNERS MARTLET_INNERS(TILE_ROWS, LEFT_READ)

// A place of k.
typedef struct {
    uint tap, channel;
} martlet_inner;

// What it reads of the source, apart from where a pixel's own begins. Where it reads nothing, `down` leads out of any image.
typedef struct {
    int down, across;
} martlet_offset;

// `steps` further on. A division is dear, and is not needed as long as the tap stays the same.
MARTLET_INLINE bool martlet_advance(martlet_inner *inner, uint steps, uint depth) {
    inner->channel += steps;
    if (inner->channel < depth) return false;
    uint taps = inner->channel / depth;
    inner->tap += taps;
    inner->channel -= taps * depth;
    return true;
}

#define MARTLET_FIND_OFFSET(offset, k) { \
    uint i = k.tap / kernel_width, j = k.tap - i * kernel_width; \
    offset.down = offset.across = 0; \
    bool reads = k.tap < taps \
        && martlet_tap_reads(i, row_class, kernel_height, stride_down, dilation_down, before_down, &offset.down) \
        && martlet_tap_reads(j, column_class, kernel_width, stride_across, dilation_across, before_across, &offset.across); \
    if (!reads) offset.down = 1 << 30; \
}

// Pixels, channel by channel.
#define MARTLET_FETCH_PIXELS \
    _Pragma("unroll") \
    for (uint n = 0u; n < LEFT_INNERS; ++n) { \
        _Pragma("unroll") \
        for (uint t = 0u; t < LEFT_OUTERS; ++t) { \
            int h = lines[t] + offsets[n].down, w = places[t] + offsets[n].across; \
            bool inside = (uint)h < source_height && (uint)w < source_width; \
            martlet_read( \
                left_values + (n * LEFT_OUTERS + t) * LEFT_READ, \
                source + (((begins[t] + h) * source_width + w) * channels + pixel_inners[n].channel), inside, LEFT_READ); \
        } \
        if (martlet_advance(&pixel_inners[n], DEPTH, depth)) MARTLET_FIND_OFFSET(offsets[n], pixel_inners[n]) \
    }

#if GRADIENT

#define WEIGHT_OUTERS MARTLET_OUTERS(TILE_COLUMNS, RIGHT_READ)
#define WEIGHT_INNERS MARTLET_INNERS(TILE_COLUMNS, RIGHT_READ)

// The rows of weights run along k, and their taps the other way round.
#define MARTLET_FETCH_WEIGHTS(place) \
    _Pragma("unroll") \
    for (uint n = 0u; n < WEIGHT_INNERS; ++n) { \
        _Pragma("unroll") \
        for (uint t = 0u; t < WEIGHT_OUTERS; ++t) { \
            uint column = first_column + martlet_right_spot(t, item.number).outer; \
            martlet_read( \
                right_values + (n * WEIGHT_OUTERS + t) * RIGHT_READ, \
                weights + (((taps - 1u - weight_inners[n].tap) * columns + column) * outputs + weight_inners[n].channel), \
                weight_inners[n].tap < taps && column < columns, RIGHT_READ); \
        } \
        martlet_advance(&weight_inners[n], DEPTH, depth); \
    }

#else

#define MARTLET_FETCH_WEIGHTS(place) \
    _Pragma("unroll") \
    for (uint t = 0u; t < RIGHT_LOADS; ++t) { \
        martlet_spot spot = martlet_right_spot(t, item.number); \
        uint k = (place) + spot.inner, column = first_column + spot.outer; \
        martlet_read( \
            right_values + t * RIGHT_READ, weights + (k * outputs + column), k < inner && column < columns, RIGHT_READ); \
    }

#endif

#define MARTLET_FETCH(place) MARTLET_FETCH_PIXELS MARTLET_FETCH_WEIGHTS(place)

__kernel __attribute__((reqd_work_group_size(16, 16, 1))) void conv2d_groups(
    const __global float *source, uint source_offset, const __global float *weights, uint weights_offset,
    __global float *target, uint target_offset, MARTLET_WINDOW_PARAMETERS, uint images, uint depth, uint columns, uint groups,
    const __global martlet_step *step MARTLET_EXPRESSION_PARAMETERS) {
    MARTLET_TILES
    martlet_item item = martlet_item_of_group();
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
    source += (size_t)source_offset + group * depth;
    weights += (size_t)weights_offset + group * (GRADIENT ? depth : columns);
    target += target_offset;

    // Where the pixels begin that this work-item reads, and the places of k.
    int lines[LEFT_OUTERS], places[LEFT_OUTERS];
    uint begins[LEFT_OUTERS];
#pragma unroll
    for (uint t = 0u; t < LEFT_OUTERS; ++t) {
        uint outer = martlet_left_spot(t, item.number).outer;
        uint pixel = min(first_pixel + outer, pixels - 1u), line = pixel / class_width, image = line / class_height;
        places[t] = (pixel - line * class_width) * MARTLET_SOURCE_STEP(stride_across);
        lines[t] = (line - image * class_height) * MARTLET_SOURCE_STEP(stride_down);
        begins[t] = image * source_height;
    }
    martlet_inner pixel_inners[LEFT_INNERS];
    martlet_offset offsets[LEFT_INNERS];
#pragma unroll
    for (uint n = 0u; n < LEFT_INNERS; ++n) {
        pixel_inners[n].tap = pixel_inners[n].channel = 0u;
        martlet_advance(&pixel_inners[n], martlet_left_spot(n * LEFT_OUTERS, item.number).inner, depth);
        MARTLET_FIND_OFFSET(offsets[n], pixel_inners[n])
    }
#if GRADIENT
    martlet_inner weight_inners[WEIGHT_INNERS];
#pragma unroll
    for (uint n = 0u; n < WEIGHT_INNERS; ++n) {
        weight_inners[n].tap = weight_inners[n].channel = 0u;
        martlet_advance(&weight_inners[n], martlet_right_spot(n * WEIGHT_OUTERS, item.number).inner, depth);
    }
#endif

    float sum[ROWS_PER_ITEM][COLUMNS_PER_ITEM];
    martlet_clear_tile(sum);
    MARTLET_ADD_PRODUCTS(sum, item, 0u, inner, MARTLET_FETCH)

#pragma unroll
    for (uint a = 0u; a < ROWS_PER_ITEM; ++a) {
        uint pixel = first_pixel + MARTLET_OF_ITEM(item.down, a), line = pixel / class_width, image = line / class_height;
        uint row = row_class + (line - image * class_height) * MARTLET_CLASS_STEP(stride_down);
        uint place_across = column_class + (pixel - line * class_width) * MARTLET_CLASS_STEP(stride_across);
        uint target_pixel = (image * target_height + row) * target_width + place_across;
#pragma unroll
        for (uint b = 0u; b < COLUMNS_PER_ITEM; b += VECTOR) {
            uint column = first_column + MARTLET_OF_ITEM(item.across, b);
            if (pixel >= pixels || column >= columns) continue;
            uint count = columns - column, channel = group * columns + column;
            uint index = target_pixel * groups * columns + channel;
            float values[VECTOR];
#pragma unroll
            for (uint v = 0u; v < VECTOR; ++v) {
                martlet_place place = {target_pixel, channel + v, index + v, 1u};
                values[v] = v < count ? martlet_expression(sum[a][b + v], place, step MARTLET_EXPRESSION_ARGUMENTS) : 0.0f;
            }
            martlet_write(target + index, target_offset + index, values, count);
        }
    }
}
