// The mean under windows over images, and its gradient.
//
// Layout: input images x height x width x channels, result images x result height x result width x channels.
// `spans` has (begin, end, count) for every row of the result, then for every column; `holders` the same of the places that
// hold every row of the input, then every column. A divisor is `divisor`, or where that is 0 the product of the counts.
// One work-item to MARTLET_WIDTH channels of `tasks` neighbouring vectors of what is written. No local memory.
//
// Order: a mean adds its elements from zero in row-major order, and is divided once; the gradient adds upstream / divisor
// from zero by output row and output column, increasing.

#include "OpenCL/lanes.h"

MARTLET_FUNCTION float martlet_divisor(
    const __global uint *spans, uint row, uint column, uint result_height, uint divisor) {
    return (float)(divisor != 0u ? divisor : spans[3u * row + 2u] * spans[3u * (result_height + column) + 2u]);
}

__kernel void average_pool2d(
    const __global float *x, uint x_offset, __global float *y, uint y_offset, const __global uint *spans, uint height,
    uint width, uint result_height, uint result_width, uint divisor, uint pixels, uint channels, uint tasks) {
    uint vectors = (channels + MARTLET_WIDTH - 1u) / MARTLET_WIDTH;
    uint end_task = min((uint)(get_global_id(0) + 1u) * tasks, pixels * vectors);
    for (uint task = get_global_id(0) * tasks; task < end_task; ++task) {
        uint pixel = task / vectors, channel = (task - pixel * vectors) * MARTLET_WIDTH;
        uint lanes = martlet_lanes(channel, channels);
        uint row = pixel / result_width % result_height, column = pixel % result_width;
        const __global float *image =
            x + x_offset + (size_t)(pixel / result_width / result_height) * height * width * channels + channel;
        const __global uint *down = spans + 3u * row, *across = spans + 3u * (result_height + column);
        martlet_real sum = (martlet_real)(0.0f);
        for (uint h = down[0]; h < down[1]; ++h) {
            for (uint w = across[0]; w < across[1]; ++w) {
                sum += martlet_load(image + (size_t)(h * width + w) * channels, lanes);
            }
        }
        martlet_store(
            sum / martlet_divisor(spans, row, column, result_height, divisor),
            y + y_offset + (size_t)pixel * channels + channel, lanes);
    }
}

__kernel void average_pool2d_gradient(
    const __global float *dy, uint dy_offset, __global float *dx, uint dx_offset, const __global uint *spans,
    const __global uint *holders, uint height, uint width, uint result_height, uint result_width, uint divisor,
    uint pixels, uint channels, uint tasks) {
    uint vectors = (channels + MARTLET_WIDTH - 1u) / MARTLET_WIDTH;
    uint end_task = min((uint)(get_global_id(0) + 1u) * tasks, pixels * vectors);
    for (uint task = get_global_id(0) * tasks; task < end_task; ++task) {
        uint pixel = task / vectors, channel = (task - pixel * vectors) * MARTLET_WIDTH;
        uint lanes = martlet_lanes(channel, channels);
        uint h = pixel / width % height, w = pixel % width;
        const __global float *image =
            dy + dy_offset + (size_t)(pixel / width / height) * result_height * result_width * channels + channel;
        const __global uint *down = holders + 3u * h, *across = holders + 3u * (height + w);
        martlet_real sum = (martlet_real)(0.0f);
        for (uint row = down[0]; row < down[1]; ++row) {
            for (uint column = across[0]; column < across[1]; ++column) {
                sum += martlet_load(image + (size_t)(row * result_width + column) * channels, lanes)
                    / martlet_divisor(spans, row, column, result_height, divisor);
            }
        }
        martlet_store(sum, dx + dx_offset + (size_t)pixel * channels + channel, lanes);
    }
}
