// The gradient of a convolution with respect to its weights, as an implicit matrix product, for devices that run
// work-items in step and have local memory.
//
// Layouts and order are those of conv2d_weight_gradient.cl, which adds the segments' sums. Rows are taps and, within a tap,
// channels of a group; columns its output channels; k counts the places of a segment's images. See group_tile.h for the tile
// that a work-group of 16 x 16 computes, its parameters and its local memory. Global size (16 * tiles of rows, 16 * tiles of
// columns, groups * segments). LEFT_READ 4 takes a multiple of 4 channels in a group, RIGHT_READ 4 one of 4 output channels.
// A tap outside the image adds the product with a zero.

// Pixels have their channels side by side.
#define LEFT_ALONG_INNER 0
#define RIGHT_ALONG_INNER 0

#include "OpenCL/group_tile.h"
#include "OpenCL/window.h"

// A place of k.
typedef struct {
    uint image, row, column;
} martlet_output_place;

// `steps` further on. Divisions are dear, and few are needed where rows are long.
MARTLET_INLINE void martlet_advance(martlet_output_place *place, uint steps, uint places_down, uint places_across) {
    place->column += steps;
    if (place->column < places_across) return;
    uint rows = place->column / places_across;
    place->column -= rows * places_across;
    place->row += rows;
    if (place->row < places_down) return;
    uint images = place->row / places_down;
    place->row -= images * places_down;
    place->image += images;
}

#define MARTLET_FETCH(first) \
    _Pragma("unroll") \
    for (uint t = 0u; t < LEFT_LOADS; ++t) { \
        uint h = martlet_element(output_places[t].row, i, stride_down, dilation_down, before_down); \
        uint w = martlet_element(output_places[t].column, j, stride_across, dilation_across, before_across); \
        bool inside = output_places[t].image < end_image && row < rows && h < height && w < width; \
        martlet_read( \
            left_values + t * LEFT_READ, x + (((output_places[t].image * height + h) * width + w) * channels + channel), \
            inside, LEFT_READ); \
        martlet_advance(&output_places[t], DEPTH, places_down, places_across); \
    } \
    _Pragma("unroll") \
    for (uint t = 0u; t < RIGHT_LOADS; ++t) { \
        martlet_spot spot = martlet_right_spot(t, item.number); \
        uint place_of_k = (first) + spot.inner, column = first_column + spot.outer; \
        martlet_read( \
            right_values + t * RIGHT_READ, dy + (place_of_k * output_channels + column), \
            place_of_k < end && column < group_outputs, RIGHT_READ); \
    }

__kernel __attribute__((reqd_work_group_size(16, 16, 1))) void conv2d_weight_groups(
    const __global float *x, uint x_offset, const __global float *dy, uint dy_offset,
    __global float *sums, uint sums_offset, MARTLET_WINDOW_PARAMETERS, uint images, uint segment_images, uint channels,
    uint group_channels, uint output_channels, uint group_outputs) {
    MARTLET_TILES
    martlet_item item = martlet_item_of_group();
    uint groups = channels / group_channels;
    uint segment = get_group_id(2) / groups, group = get_group_id(2) - segment * groups;
    uint first_row = get_group_id(0) * TILE_ROWS, first_column = get_group_id(1) * TILE_COLUMNS;
    uint rows = kernel_height * kernel_width * group_channels;
    x += (size_t)x_offset + group * group_channels;
    dy += (size_t)dy_offset + group * group_outputs;
    size_t before = sums_offset + (size_t)segment * rows * output_channels + group * group_outputs;

    // All that this work-item reads of x is of one row, since rows of a tile divide the number of work-items.
    uint row = first_row + martlet_left_spot(0u, item.number).outer;
    uint tap = row / group_channels, channel = row - tap * group_channels;
    uint i = tap / kernel_width, j = tap - i * kernel_width;

    uint first_image = segment * segment_images, end_image = min(first_image + segment_images, images);
    uint first = first_image * places_down * places_across, end = end_image * places_down * places_across;
    martlet_output_place output_places[LEFT_LOADS];
#pragma unroll
    for (uint t = 0u; t < LEFT_LOADS; ++t) {
        martlet_output_place start = {first_image, 0u, 0u};
        output_places[t] = start;
        martlet_advance(&output_places[t], martlet_left_spot(t, item.number).inner, places_down, places_across);
    }

    float sum[ROWS_PER_ITEM][COLUMNS_PER_ITEM];
    martlet_clear_tile(sum);
    MARTLET_ADD_PRODUCTS(sum, item, first, end, MARTLET_FETCH)

#pragma unroll
    for (uint a = 0u; a < ROWS_PER_ITEM; ++a) {
        uint to_row = first_row + MARTLET_OF_ITEM(item.down, a);
#pragma unroll
        for (uint b = 0u; b < COLUMNS_PER_ITEM; b += VECTOR) {
            uint to_column = first_column + MARTLET_OF_ITEM(item.across, b);
            size_t to = before + (size_t)to_row * output_channels + to_column;
            if (to_row < rows && to_column < group_outputs) martlet_write(sums + to, (uint)to, sum[a] + b, group_outputs - to_column);
        }
    }
}
