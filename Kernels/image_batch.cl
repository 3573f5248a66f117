// Rows of a table of images by index, augmented and normalised (Shared/augmentation.h).
//
// Layout: images bytes and result float, both rows x height x width x channels or rows x channels x height x width;
// indices int; statistics per channel, mean and deviation. An index outside the table reads nothing and gives NaN.
// One work-item to `span` neighbouring pixels of one row of an image. No local memory.

#include "Shared/augmentation.h"

__kernel void image_batch(
    const __global uchar *images, uint images_offset, uint rows, const __global int *indices, uint indices_offset,
    uint count, const __global martlet_augmentation *p, const __global float *statistics, __global float *result,
    uint result_offset, uint span, const __global martlet_step *step) {
    uint pixels = p->height * p->width, channels = p->channels;
    uint first = (uint)get_global_id(0) * span;
    if (first >= count * pixels) return;
    uint row = first / pixels, pixel = first - row * pixels;
    int y = (int)(pixel / p->width), x = (int)(pixel - (uint)y * p->width);
    int index = (indices + indices_offset)[row];
    bool known = index >= 0 && (uint)index < rows;
    const __global uchar *image = images + images_offset + (known ? (size_t)index : 0) * pixels * channels;
    result += result_offset + (size_t)row * pixels * channels;
    martlet_view view = martlet_draw_view(row, p, step);
    martlet_noise noise = martlet_no_noise();
    for (uint end = pixel + span; pixel < end; ++pixel, ++x) {
        martlet_place_in_image place = martlet_find_pixel(x, y, p, view);
        bool cut = martlet_is_cut_out(x, y, p, view) != 0u;
        for (uint channel = 0u; channel < channels; ++channel) {
            float value = 0.0f;
            if (!known) {
                value = NAN;
            } else if (!cut) {
                uint element = (row * pixels + pixel) * channels + channel;
                value = martlet_view_value(image, place, channel, element, p, view, &noise, step);
                value = (value - statistics[2u * channel]) / statistics[2u * channel + 1u];
            }
            result[p->channels_last != 0u ? pixel * channels + channel : channel * pixels + pixel] = value;
        }
    }
}
