// The gradient of a convolution with respect to its images, with an epilogue.
//
// Layouts are those of conv2d.cl; dy is as y, dx as x.
// conv2d_turn_weights: weights as kernel height x kernel width x output channels x channels of a group, so that
// vectors run along channels; one work-item to an element.
// conv2d_input_gradient: one work-item to MARTLET_WIDTH channels of a group, all of one pixel: first dimension pixels,
// second vectors of all groups. No local memory. DEPTHWISE 1: every channel has one filter; groups is 1 then, and
// group_outputs too, and the weights need no turning.
//
// Order: one chain of fused multiply-adds from zero, by output row and output column, both increasing, output channel
// within the group.

#include "OpenCL/expression.h"
#include "OpenCL/window.h"

#ifndef DEPTHWISE
#define DEPTHWISE 0
#endif

__kernel void conv2d_turn_weights(
    const __global float *weights, uint weights_offset, __global float *turned, uint turned_offset, uint taps,
    uint group_channels, uint output_channels) {
    uint index = get_global_id(0);
    if (index >= taps * group_channels * output_channels) return;
    uint channel = index % group_channels, output = index / group_channels % output_channels;
    uint tap = index / group_channels / output_channels;
    turned[turned_offset + index] = weights[weights_offset + (tap * group_channels + channel) * output_channels + output];
}

__kernel void conv2d_input_gradient(
    const __global float *dy, uint dy_offset, const __global float *turned, uint turned_offset,
    __global float *dx, uint dx_offset, MARTLET_WINDOW_PARAMETERS, uint pixels, uint channels, uint group_channels,
    uint output_channels, uint group_outputs, const __global martlet_step *step MARTLET_EXPRESSION_PARAMETERS) {
    uint pixel = get_global_id(0);
    if (pixel >= pixels) return;
    uint vectors = (group_channels + MARTLET_WIDTH - 1u) / MARTLET_WIDTH;
    uint group = get_global_id(1) / vectors;
    uint in_group = (get_global_id(1) - group * vectors) * MARTLET_WIDTH;
    uint channel = group * group_channels + in_group;
    uint lanes = martlet_lanes(in_group, group_channels);
    uint h = pixel / width % height, w = pixel % width;
    dy += dy_offset + (size_t)(pixel / width / height) * places_down * places_across * output_channels
        + (DEPTHWISE ? channel : group * group_outputs);
    turned += turned_offset + (DEPTHWISE ? channel : (size_t)group * group_outputs * group_channels + in_group);
    // From one tap to the next, and from one output channel to the next.
    uint tap_size = DEPTHWISE ? output_channels : output_channels * group_channels;

    martlet_real sum = (martlet_real)(0.0f);
    // From the last tap to the first: places increase.
    for (uint i = kernel_height; i-- > 0u;) {
        uint row = martlet_place_of_tap(h, i, stride_down, dilation_down, before_down, places_down);
        if (row >= places_down) continue;
        for (uint j = kernel_width; j-- > 0u;) {
            uint column = martlet_place_of_tap(w, j, stride_across, dilation_across, before_across, places_across);
            if (column >= places_across) continue;
            const __global float *source = dy + (size_t)(row * places_across + column) * output_channels;
            const __global float *taps = turned + (size_t)(i * kernel_width + j) * tap_size;
            for (uint o = 0u; o < group_outputs; ++o, taps += group_channels) {
#if DEPTHWISE
                martlet_real value = martlet_load(source, lanes);
#else
                martlet_real value = (martlet_real)(source[o]);
#endif
                sum = fma(value, martlet_load(taps, lanes), sum);
            }
        }
    }
    martlet_place place = martlet_place_of(pixel, channel, channels, lanes);
    martlet_store(martlet_expression(sum, place, step MARTLET_EXPRESSION_ARGUMENTS), dx + dx_offset + place.index, lanes);
}
