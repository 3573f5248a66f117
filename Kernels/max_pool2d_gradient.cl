// What came from above, at the elements that were the greatest under windows over images.
//
// Layouts are those of max_pool2d.cl: dy as y, dx as x. One work-item to MARTLET_WIDTH channels of `tasks` neighbouring
// vectors of dx. No local memory.
//
// Order: from zero by output row and output column, increasing.

#include "OpenCL/lanes.h"
#include "OpenCL/window.h"

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
