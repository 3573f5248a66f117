// The greatest element under windows over images.
//
// Layout: x images x height x width x channels; y and places (row * width + column of the greatest element) images x places
// down x places across x channels. Width 16: one work-item to `tasks` neighbouring rows of the result, all channels. Width 1: one
// work-item to an element. No local memory.
//
// Of equal elements the first in row-major order is taken, and the first NaN before all. Every window holds an element.

#include "OpenCL/lanes.h"
#include "OpenCL/window.h"

// The taps of a window, along one axis, that are inside the image: the first one, and the one behind the last.
MARTLET_FUNCTION uint2 martlet_taps_inside(
    uint place, uint size, uint stride, uint dilation, uint before, uint extent) {
    uint first = 0u, end = size;
    while (first < end && martlet_element(place, first, stride, dilation, before) >= extent) ++first;
    while (end > first && martlet_element(place, end - 1u, stride, dilation, before) >= extent) --end;
    return (uint2)(first, end);
}

__kernel void max_pool2d(
    const __global float *x, uint x_offset, __global float *y, uint y_offset, __global int *places, uint places_offset,
    MARTLET_WINDOW_PARAMETERS, uint rows, uint channels, uint tasks) {
#if MARTLET_WIDTH == 1
    uint pixel = get_global_id(0) / channels, first_column = pixel % places_across, end_column = first_column + 1u;
    uint first_channel = get_global_id(0) - pixel * channels, end_channel = first_channel + 1u;
    uint row = pixel / places_across, end = min(row + 1u, rows);
#else
    uint first_column = 0u, end_column = places_across, first_channel = 0u, end_channel = channels;
    uint row = get_global_id(0) * tasks, end = min(row + tasks, rows);
#endif
    // Elements of x, and those that this work-item writes, one after the other.
    size_t elements = (size_t)(rows / places_down) * height * width * channels, end_target = (size_t)end * places_across * channels;
    x += x_offset;
    y += y_offset;
    places += places_offset;
    for (; row < end; ++row) {
        uint place_down = row % places_down;
        uint2 down = martlet_taps_inside(place_down, kernel_height, stride_down, dilation_down, before_down, height);
        size_t image = (size_t)(row / places_down) * height * width * channels;
        for (uint column = first_column; column < end_column; ++column) {
            uint2 across = martlet_taps_inside(column, kernel_width, stride_across, dilation_across, before_across, width);
            size_t target = ((size_t)row * places_across + column) * channels;
            uint first = martlet_element(place_down, down.x, stride_down, dilation_down, before_down) * width
                + martlet_element(column, across.x, stride_across, dilation_across, before_across);
            uint line_step = dilation_down * width, lines = down.y - down.x, elements_across = across.y - across.x;
            uint last = first + (lines - 1u) * line_step + (elements_across - 1u) * dilation_across;
            for (uint channel = first_channel; channel < end_channel; channel += MARTLET_WIDTH) {
                uint lanes = martlet_lanes(channel, channels);
                const __global float *source = x + image + channel;
                uint reach = martlet_reach(lanes, image + (size_t)last * channels + channel, elements);
                martlet_real best = martlet_load(source + (size_t)first * channels, reach);
                martlet_int where = (martlet_int)((int)first);
                for (uint i = 0u; i < lines; ++i) {
                    uint element = first + i * line_step;
                    for (uint j = 0u; j < elements_across; ++j, element += dilation_across) {
                        martlet_real value = martlet_load(source + (size_t)element * channels, reach);
                        // Nothing takes the place of a NaN, nor the first element its own.
                        martlet_int take = (best == best) & ((value > best) | (value != value));
                        best = MARTLET_SELECT(take, value, best);
                        where = MARTLET_SELECT_INT(take, (int)element, where);
                    }
                }
                // What is written beyond the lanes is written over next.
                uint written = martlet_reach(lanes, target + channel, end_target);
                martlet_store(best, y + target + channel, written);
                martlet_store_int(where, places + target + channel, written);
            }
        }
    }
}
