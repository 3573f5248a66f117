// The gradient of a convolution with respect to its weights, as an implicit matrix product, for devices that run
// work-items in step and have local memory.
//
// Layouts and order are those of conv2d_weight_gradient.cl, which adds the segments' sums. Rows are taps and, within a tap,
// channels of a group; columns its output channels; k counts the places of a segment's images. See group_tile.h for the tile
// that a work-group of 16 x 16 computes. Global size (16 * tiles of rows, 16 * tiles of columns, groups * segments). Local
// memory: 16 * (TILE_ROWS + TILE_COLUMNS + 2) floats. A tap outside the image adds the product with a zero.

#include "OpenCL/group_tile.h"
#include "OpenCL/window.h"

__kernel __attribute__((reqd_work_group_size(16, 16, 1))) void conv2d_weight_groups(
    const __global float *x, uint x_offset, const __global float *dy, uint dy_offset,
    __global float *sums, uint sums_offset, MARTLET_WINDOW_PARAMETERS, uint images, uint segment_images, uint channels,
    uint group_channels, uint output_channels, uint group_outputs) {
    __local float pixel_tile[DEPTH * ROW_PITCH], gradient_tile[DEPTH * COLUMN_PITCH];
    uint across = get_local_id(0), down = get_local_id(1), item = down * GROUP + across;
    uint groups = channels / group_channels;
    uint segment = get_group_id(2) / groups, group = get_group_id(2) - segment * groups;
    uint first_row = get_group_id(0) * TILE_ROWS, first_column = get_group_id(1) * TILE_COLUMNS;
    uint rows = kernel_height * kernel_width * group_channels;
    x += x_offset + group * group_channels;
    dy += dy_offset + group * group_outputs;
    sums += sums_offset + (size_t)segment * rows * output_channels + group * group_outputs;

    // The row and the column that this work-item loads; their numbers divide those of the work-items.
    uint row = first_row + item % TILE_ROWS, column = first_column + item % TILE_COLUMNS;
    uint tap = row / group_channels, channel = row - tap * group_channels;
    uint i = tap / kernel_width, j = tap - i * kernel_width;

    uint places = places_down * places_across;
    uint first = segment * segment_images * places, end = min((segment + 1u) * segment_images, images) * places;
    float sum[ROWS_PER_ITEM][COLUMNS_PER_ITEM];
    MARTLET_CLEAR_TILE(sum)
    for (; first < end; first += DEPTH) {
        for (uint k = item / TILE_ROWS; k < DEPTH; k += GROUP * GROUP / TILE_ROWS) {
            uint place = first + k, image = place / places, place_of_image = place - image * places;
            uint place_row = place_of_image / places_across;
            uint h = martlet_element(place_row, i, stride_down, dilation_down, before_down);
            uint w = martlet_element(
                place_of_image - place_row * places_across, j, stride_across, dilation_across, before_across);
            bool inside = place < end && row < rows && h < height && w < width;
            pixel_tile[k * ROW_PITCH + item % TILE_ROWS] =
                inside ? x[(size_t)((image * height + h) * width + w) * channels + channel] : 0.0f;
        }
        for (uint k = item / TILE_COLUMNS; k < DEPTH; k += GROUP * GROUP / TILE_COLUMNS) {
            bool inside = first + k < end && column < group_outputs;
            gradient_tile[k * COLUMN_PITCH + item % TILE_COLUMNS] =
                inside ? dy[(size_t)(first + k) * output_channels + column] : 0.0f;
        }
        MARTLET_ADD_PRODUCTS(sum, pixel_tile, gradient_tile, across, down)
    }

    for (uint a = 0u; a < ROWS_PER_ITEM; ++a) {
        for (uint b = 0u; b < COLUMNS_PER_ITEM; ++b) {
            uint to_row = first_row + down + GROUP * a, to_column = first_column + across + GROUP * b;
            if (to_row < rows && to_column < group_outputs) sums[(size_t)to_row * output_channels + to_column] = sum[a][b];
        }
    }
}
