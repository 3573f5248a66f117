// Images with zeros around them, wherever taps of a convolution read, so that every tap reads memory.
//
// Layout: source images x height x width x channels, bordered images x bordered_height x bordered_width x channels, of which the
// source's first pixel is (top, left). One work-item to `tasks` rows of pixels, of `rows`, work-groups of one. No local memory. No arithmetic.

#define MARTLET_WIDTH 16
#include "OpenCL/lanes.h"

__kernel void conv2d_border(
    const __global float *source, uint source_offset, __global float *bordered, uint bordered_offset, uint height, uint width,
    uint channels, uint bordered_height, uint bordered_width, uint top, uint left, uint rows, uint tasks) {
    uint row = get_global_id(0) * tasks, end = min(row + tasks, rows), count = width * channels;
    for (; row < end; ++row) {
        __global float *target = bordered + bordered_offset + (size_t)row * bordered_width * channels;
        uint image = row / bordered_height, h = row - image * bordered_height - top;
        if (h >= height) {
            martlet_clear(target, bordered_width * channels);
            continue;
        }
        const __global float *line = source + source_offset + (size_t)(image * height + h) * count;
        martlet_clear(target, left * channels);
        target += left * channels;
        for (uint i = 0u; i < count; i += 16u) {
            uint lanes = martlet_lanes(i, count);
            martlet_store(martlet_load(line + i, lanes), target + i, lanes);
        }
        martlet_clear(target + count, (bordered_width - left - width) * channels);
    }
}
