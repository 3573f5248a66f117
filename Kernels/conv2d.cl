// The convolution of images with an epilogue.
//
// Layout: x images x height x width x channels, weights kernel height x kernel width x channels of a group x output
// channels, y images x places down x places across x output channels.
// One work-item to MARTLET_WIDTH output channels of a group, all of one pixel: first dimension pixels, second vectors of
// all groups. No local memory. DEPTHWISE 1: every channel has one filter; groups is 1 then, and group_channels too.
//
// Order: one chain of fused multiply-adds from zero, by kernel row, kernel column, channel within the group. Padding is
// left out.

#include "OpenCL/expression.h"
#include "OpenCL/window.h"

#ifndef DEPTHWISE
#define DEPTHWISE 0
#endif

__kernel void conv2d(
    const __global float *x, uint x_offset, const __global float *weights, uint weights_offset,
    __global float *y, uint y_offset, MARTLET_WINDOW_PARAMETERS, uint pixels, uint channels, uint group_channels,
    uint output_channels, uint group_outputs, const __global martlet_step *step MARTLET_EXPRESSION_PARAMETERS) {
    uint pixel = get_global_id(0);
    if (pixel >= pixels) return;
    uint vectors = (group_outputs + MARTLET_WIDTH - 1u) / MARTLET_WIDTH;
    uint group = get_global_id(1) / vectors;
    uint in_group = (get_global_id(1) - group * vectors) * MARTLET_WIDTH;
    uint output = group * group_outputs + in_group;
    uint lanes = martlet_lanes(in_group, group_outputs);
    uint row = pixel / places_across % places_down, column = pixel % places_across;
    x += x_offset + (size_t)(pixel / places_across / places_down) * height * width * channels + (DEPTHWISE ? output : group * group_channels);
    weights += weights_offset + output;

    martlet_real sum = (martlet_real)(0.0f);
    for (uint i = 0u; i < kernel_height; ++i) {
        uint h = martlet_element(row, i, stride_down, dilation_down, before_down);
        if (h >= height) continue;
        for (uint j = 0u; j < kernel_width; ++j) {
            uint w = martlet_element(column, j, stride_across, dilation_across, before_across);
            if (w >= width) continue;
            const __global float *source = x + (size_t)(h * width + w) * channels;
            const __global float *taps = weights + (size_t)(i * kernel_width + j) * group_channels * output_channels;
            for (uint c = 0u; c < group_channels; ++c, taps += output_channels) {
#if DEPTHWISE
                martlet_real value = martlet_load(source, lanes);
#else
                martlet_real value = (martlet_real)(source[c]);
#endif
                sum = fma(value, martlet_load(taps, lanes), sum);
            }
        }
    }
    martlet_place place = martlet_place_of(pixel, output, output_channels, lanes);
    martlet_store(martlet_expression(sum, place, step MARTLET_EXPRESSION_ARGUMENTS), y + y_offset + place.index, lanes);
}
