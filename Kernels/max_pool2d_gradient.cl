// What came from above, at the elements that were the greatest under windows over images.
//
// Layouts are those of max_pool2d.cl: dy as y, dx as x. Width 16: one work-item to `tasks` neighbouring rows of dx, all channels;
// every place of the result sends what it has to the elements of these rows that are under its window. Width 1: one work-item
// to an element, which collects. No local memory.
//
// Order: from zero by output row and output column, increasing.

#include "OpenCL/lanes.h"
#include "OpenCL/window.h"

#if MARTLET_WIDTH == 1

__kernel void max_pool2d_gradient(
    const __global float *dy, uint dy_offset, const __global int *places, uint places_offset,
    __global float *dx, uint dx_offset, MARTLET_WINDOW_PARAMETERS, uint rows, uint channels, uint tasks) {
    uint pixel = get_global_id(0) / channels, channel = get_global_id(0) - pixel * channels;
    uint row_of_all = pixel / width, h = row_of_all % height, w = pixel - row_of_all * width;
    if (row_of_all >= rows) return;
    int here = (int)(h * width + w);
    size_t image = (size_t)(row_of_all / height) * places_down * places_across * channels + channel;
    float sum = 0.0f;
    // From the last tap to the first: places increase.
    for (uint i = kernel_height; i-- > 0u;) {
        uint row = martlet_place_of_tap(h, i, stride_down, dilation_down, before_down, places_down);
        if (row >= places_down) continue;
        for (uint j = kernel_width; j-- > 0u;) {
            uint column = martlet_place_of_tap(w, j, stride_across, dilation_across, before_across, places_across);
            if (column >= places_across) continue;
            size_t from = image + (size_t)(row * places_across + column) * channels;
            sum += (places + places_offset)[from] == here ? (dy + dy_offset)[from] : 0.0f;
        }
    }
    (dx + dx_offset)[(size_t)pixel * channels + channel] = sum;
}

#else

__kernel void max_pool2d_gradient(
    const __global float *dy, uint dy_offset, const __global int *places, uint places_offset,
    __global float *dx, uint dx_offset, MARTLET_WINDOW_PARAMETERS, uint rows, uint channels, uint tasks) {
    dx += dx_offset;
    dy += dy_offset;
    places += places_offset;
    // Whether the windows of a row of places lie side by side and leave nothing out: then what the first row of places sends need
    // not be added to zeros.
    bool covers = dilation_across == 1u && stride_across == kernel_width && places_across * stride_across >= width + before_across;
    size_t elements = (size_t)(rows / height) * places_down * places_across * channels;
    uint row = get_global_id(0) * tasks, end = min(row + tasks, rows), end_of_line = width * channels;
    for (; row < end; ++row) {
        uint h = row % height;
        __global float *line = dx + (size_t)row * width * channels;
        bool adds = !covers;
        if (adds) martlet_clear(line, width * channels);
        bool is_written = adds;
        // From the last tap to the first: places increase.
        for (uint i = kernel_height; i-- > 0u;) {
            uint place_row = martlet_place_of_tap(h, i, stride_down, dilation_down, before_down, places_down);
            if (place_row >= places_down) continue;
            size_t from = ((size_t)(row / height) * places_down + place_row) * places_across * channels;
            for (uint column = 0u; column < places_across; ++column, from += channels) {
                for (uint channel = 0u; channel < channels; channel += 16u) {
                    uint lanes = martlet_lanes(channel, channels);
                    uint reach = martlet_reach(lanes, from + channel, elements);
                    float16 upstream = martlet_load(dy + from + channel, reach);
                    int16 winner = martlet_load_int(places + from + channel, reach);
                    for (uint j = 0u; j < kernel_width; ++j) {
                        uint w = martlet_element(column, j, stride_across, dilation_across, before_across);
                        if (w >= width) continue;
                        uint target = w * channels + channel;
                        float16 sent = MARTLET_SELECT(winner == (int)(h * width + w), upstream, 0.0f);
                        if (adds) {
                            martlet_store(martlet_load(line + target, lanes) + sent, line + target, lanes);
                        } else {
                            // What is written beyond the only vector of a pixel is written over next.
                            martlet_store(sent, line + target, channels <= 16u ? martlet_reach(lanes, target, end_of_line) : lanes);
                        }
                    }
                }
            }
            adds = is_written = true;
        }
        if (!is_written) martlet_clear(line, width * channels);
    }
}

#endif
