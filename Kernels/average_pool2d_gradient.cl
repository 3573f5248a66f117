// Every upstream element of a mean, shared among the elements under its window.
//
// Layouts and `spans` are those of average_pool2d.cl; `holders` has (begin, end, 0) of the places that hold every row of the
// images, then every column. One work-item to MARTLET_WIDTH channels of `tasks` neighbouring vectors of dx. No local memory.
//
// Order: upstream / divisor added from zero by output row and output column, increasing.

#include "OpenCL/average.h"
#include "OpenCL/lanes.h"

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
