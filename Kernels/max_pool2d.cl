// The greatest element under windows over images, and its gradient.
//
// Layout: x and dx images x height x width x channels; y, dy and places (row * width + column of the greatest element) images x
// places down x places across x channels. One work-item to MARTLET_WIDTH channels of `tasks` neighbouring vectors of the
// result. No local memory.
//
// Of equal elements the first in row-major order is taken, and the first NaN before all. The gradient adds from zero by
// output row and output column, increasing.

#include "OpenCL/lanes.h"
#include "OpenCL/window.h"

__kernel void max_pool2d(
    const __global float *x, uint x_offset, __global float *y, uint y_offset, __global int *places, uint places_offset,
    MARTLET_WINDOW_PARAMETERS, uint pixels, uint channels, uint tasks) {
    uint vectors = (channels + MARTLET_WIDTH - 1u) / MARTLET_WIDTH;
    uint end = min((uint)(get_global_id(0) + 1u) * tasks, pixels * vectors);
    for (uint task = get_global_id(0) * tasks; task < end; ++task) {
        uint pixel = task / vectors, channel = (task - pixel * vectors) * MARTLET_WIDTH;
        uint lanes = martlet_lanes(channel, channels);
        uint row = pixel / places_across % places_down, column = pixel % places_across;
        const __global float *image =
            x + x_offset + (size_t)(pixel / places_across / places_down) * height * width * channels + channel;
        martlet_real best = (martlet_real)(0.0f);
        martlet_int where = (martlet_int)(-1);
        for (uint i = 0u; i < kernel_height; ++i) {
            uint h = martlet_element(row, i, stride_down, dilation_down, before_down);
            if (h >= height) continue;
            for (uint j = 0u; j < kernel_width; ++j) {
                uint w = martlet_element(column, j, stride_across, dilation_across, before_across);
                if (w >= width) continue;
                martlet_real value = martlet_load(image + (size_t)(h * width + w) * channels, lanes);
                // Nothing takes the place of a NaN.
                martlet_int take = (where < 0) | ((best == best) & ((value > best) | (value != value)));
                best = MARTLET_SELECT(take, value, best);
                where = MARTLET_SELECT_INT(take, (int)(h * width + w), where);
            }
        }
        size_t target = (size_t)pixel * channels + channel;
        martlet_store(best, y + y_offset + target, lanes);
        martlet_store_int(where, places + places_offset + target, lanes);
    }
}

__kernel void max_pool2d_gradient(
    const __global float *dy, uint dy_offset, const __global int *places, uint places_offset,
    __global float *dx, uint dx_offset, MARTLET_WINDOW_PARAMETERS, uint pixels, uint channels, uint tasks) {
    uint vectors = (channels + MARTLET_WIDTH - 1u) / MARTLET_WIDTH;
    uint end = min((uint)(get_global_id(0) + 1u) * tasks, pixels * vectors);
    for (uint task = get_global_id(0) * tasks; task < end; ++task) {
        uint pixel = task / vectors, channel = (task - pixel * vectors) * MARTLET_WIDTH;
        uint lanes = martlet_lanes(channel, channels);
        uint h = pixel / width % height, w = pixel % width;
        martlet_int here = (martlet_int)((int)(h * width + w));
        size_t image = (size_t)(pixel / width / height) * places_down * places_across * channels + channel;
        martlet_real sum = (martlet_real)(0.0f);
        // From the last tap to the first: places increase.
        for (uint i = kernel_height; i-- > 0u;) {
            uint row = martlet_place_of_tap(h, i, stride_down, dilation_down, before_down, places_down);
            if (row >= places_down) continue;
            for (uint j = kernel_width; j-- > 0u;) {
                uint column = martlet_place_of_tap(w, j, stride_across, dilation_across, before_across, places_across);
                if (column >= places_across) continue;
                size_t from = image + (size_t)(row * places_across + column) * channels;
                martlet_int winner = martlet_load_int(places + places_offset + from, lanes);
                sum += MARTLET_SELECT(winner == here, martlet_load(dy + dy_offset + from, lanes), 0.0f);
            }
        }
        martlet_store(sum, dx + dx_offset + (size_t)pixel * channels + channel, lanes);
    }
}
