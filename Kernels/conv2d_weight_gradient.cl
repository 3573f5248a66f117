// The gradient of a convolution with respect to its weights.
//
// Layouts are those of conv2d.cl; dy is as y, sums and the result as weights, one after the other for the segments.
// conv2d_weight_gradient: one work-item to MARTLET_WIDTH output channels of a group, all of one tap and channel: first
// dimension taps x channels of a group, second vectors of all groups, third segments. No local memory. DEPTHWISE 1: every channel has
// one filter; groups is 1 then, and group_channels too.
// conv2d_join_segments: one work-item to MARTLET_WIDTH elements.
//
// Order: a segment is `segment_images` images and one chain of fused multiply-adds from zero, by image, output row and
// output column; segment sums are added in order.

#include "OpenCL/lanes.h"
#include "OpenCL/window.h"

#ifndef DEPTHWISE
#define DEPTHWISE 0
#endif

__kernel void conv2d_weight_gradient(
    const __global float *x, uint x_offset, const __global float *dy, uint dy_offset,
    __global float *sums, uint sums_offset, MARTLET_WINDOW_PARAMETERS, uint images, uint segment_images, uint channels,
    uint group_channels, uint output_channels, uint group_outputs) {
    uint tap = get_global_id(0) / group_channels, channel = get_global_id(0) % group_channels;
    uint i = tap / kernel_width, j = tap % kernel_width;
    uint vectors = (group_outputs + MARTLET_WIDTH - 1u) / MARTLET_WIDTH;
    uint group = get_global_id(1) / vectors;
    uint in_group = (get_global_id(1) - group * vectors) * MARTLET_WIDTH;
    if (get_global_id(0) >= kernel_height * kernel_width * group_channels || group * group_channels >= channels) return;
    uint output = group * group_outputs + in_group;
    uint lanes = martlet_lanes(in_group, group_outputs);
    x += x_offset + (DEPTHWISE ? output : group * group_channels + channel);
    dy += dy_offset + output;

    martlet_real sum = (martlet_real)(0.0f);
    uint first = get_global_id(2) * segment_images, end = min(first + segment_images, images);
    for (uint n = first; n < end; ++n) {
        for (uint row = 0u; row < places_down; ++row) {
            uint h = martlet_element(row, i, stride_down, dilation_down, before_down);
            if (h >= height) continue;
            const __global float *source = x + (size_t)(n * height + h) * width * channels;
            const __global float *upstream = dy + (size_t)(n * places_down + row) * places_across * output_channels;
            for (uint column = 0u; column < places_across; ++column, upstream += output_channels) {
                uint w = martlet_element(column, j, stride_across, dilation_across, before_across);
                if (w >= width) continue;
#if DEPTHWISE
                martlet_real value = martlet_load(source + (size_t)w * channels, lanes);
#else
                martlet_real value = (martlet_real)(source[(size_t)w * channels]);
#endif
                sum = fma(value, martlet_load(upstream, lanes), sum);
            }
        }
    }
    uint count = kernel_height * kernel_width * group_channels * output_channels;
    martlet_store(
        sum, sums + sums_offset + (size_t)get_global_id(2) * count + get_global_id(0) * output_channels + output, lanes);
}

__kernel void conv2d_join_segments(
    const __global float *sums, uint sums_offset, uint segments, __global float *result, uint result_offset, uint count) {
    uint first = get_global_id(0) * MARTLET_WIDTH;
    if (first >= count) return;
    uint lanes = martlet_lanes(first, count);
    sums += sums_offset + first;
    martlet_real total = martlet_load(sums, lanes);
    for (uint segment = 1u; segment < segments; ++segment) total += martlet_load(sums + (size_t)segment * count, lanes);
    martlet_store(total, result + result_offset + first, lanes);
}
