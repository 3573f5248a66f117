// Images changed at random on their way into a training step: one view of an image is a function of its row in the
// batch, the step and the seed. All randomness is drawn before any pixel is looked at, except for noise.
//
// An output pixel is found in the stored image backwards: flipped, moved by the crop, then through the inverse of
// rotation, scale and shift about the image's centre. Crop and flip alone copy bytes exactly; otherwise the four
// neighbours are interpolated, across the row and then down. Outside the image all is 0, black. Brightness, contrast
// and noise follow, each cut off at 0 and 255, then (value - mean) / deviation, and last the square of the cutout,
// which is 0 after that: the mean.
//
// Scalars only: MARTLET_WIDTH is 1.

#ifndef MARTLET_AUGMENTATION_H
#define MARTLET_AUGMENTATION_H

#include "Shared/augmentation_settings.h"
#include "Shared/comparison.h"
#include "Shared/random.h"
#include "Shared/step.h"

#ifdef MARTLET_OPENCL
typedef uchar martlet_byte;
#else
typedef uint8_t martlet_byte;
#endif

// What was drawn for one image.
typedef struct {
    int move_x, move_y;
    martlet_word flipped;
    int cut_x, cut_y;          // the cutout's first column and row
    float cosine, sine;        // of the rotation, divided by the scale
    float shift_x, shift_y;
    float brightness, contrast;
} martlet_view;

// The place of an output pixel in the stored image, and the share of the neighbours to the right and below.
typedef struct {
    martlet_word inside;
    int x, y;
    float right, below;
} martlet_place_in_image;

MARTLET_FUNCTION martlet_words martlet_view_bits(
    martlet_word quad, martlet_word change, const MARTLET_GLOBAL martlet_augmentation *p,
    const MARTLET_GLOBAL martlet_step *step) {
    return martlet_random_quad(quad, step->step, p->stream + change, step->seed_low, step->seed_high);
}

// Uniform on 0 ..< count.
MARTLET_FUNCTION int martlet_random_below(martlet_word bits, martlet_word count) {
    return (int)MARTLET_MULHI(bits, count);
}

// Uniform on [-bound, bound).
MARTLET_FUNCTION float martlet_random_within(martlet_word bits, float bound) {
    return bound * MARTLET_FMA(martlet_uniform(bits), 2.0f, -1.0f);
}

MARTLET_FUNCTION martlet_view martlet_draw_view(
    martlet_word row, const MARTLET_GLOBAL martlet_augmentation *p, const MARTLET_GLOBAL martlet_step *step) {
    martlet_view view = {0, 0, 0u, 0, 0, 1.0f, 0.0f, 0.0f, 0.0f, 1.0f, 1.0f};
    if (p->crop != 0u) {
        martlet_words bits = martlet_view_bits(row, MARTLET_CROP, p, step);
        view.move_y = martlet_random_below(bits.word[0], 2u * p->crop + 1u) - (int)p->crop;
        view.move_x = martlet_random_below(bits.word[1], 2u * p->crop + 1u) - (int)p->crop;
    }
    if (p->flip != 0u) view.flipped = martlet_view_bits(row, MARTLET_FLIP, p, step).word[0] >> 31;
    if (p->warp != 0u) {
        float turns = martlet_random_within(martlet_view_bits(row, MARTLET_ROTATION, p, step).word[0], p->rotation);
        float scale = 1.0f + martlet_random_within(martlet_view_bits(row, MARTLET_SCALE, p, step).word[0], p->scale);
        martlet_words bits = martlet_view_bits(row, MARTLET_SHIFT, p, step);
        view.cosine = martlet_cos_turns(turns) / scale;
        view.sine = martlet_sin_turns(turns) / scale;
        view.shift_y = martlet_random_within(bits.word[0], p->shift);
        view.shift_x = martlet_random_within(bits.word[1], p->shift);
    }
    if (p->brightness != 0.0f) {
        martlet_word bits = martlet_view_bits(row, MARTLET_BRIGHTNESS, p, step).word[0];
        view.brightness = 1.0f + martlet_random_within(bits, p->brightness);
    }
    if (p->contrast != 0.0f) {
        martlet_word bits = martlet_view_bits(row, MARTLET_CONTRAST, p, step).word[0];
        view.contrast = 1.0f + martlet_random_within(bits, p->contrast);
    }
    if (p->cutout != 0u) {
        martlet_words bits = martlet_view_bits(row, MARTLET_CUTOUT, p, step);
        view.cut_y = martlet_random_below(bits.word[0], p->height) - (int)(p->cutout / 2u);
        view.cut_x = martlet_random_below(bits.word[1], p->width) - (int)(p->cutout / 2u);
    }
    return view;
}

MARTLET_FUNCTION martlet_word martlet_is_inside(int x, int y, const MARTLET_GLOBAL martlet_augmentation *p) {
    return x >= 0 && y >= 0 && x < (int)p->width && y < (int)p->height ? 1u : 0u;
}

MARTLET_FUNCTION martlet_place_in_image martlet_find_pixel(
    int x, int y, const MARTLET_GLOBAL martlet_augmentation *p, martlet_view view) {
    martlet_place_in_image place;
    place.x = (view.flipped != 0u ? (int)p->width - 1 - x : x) + view.move_x;
    place.y = y + view.move_y;
    place.right = 0.0f;
    place.below = 0.0f;
    // What the crop brings in from outside is black, whatever the warp would put there.
    place.inside = martlet_is_inside(place.x, place.y, p);
    if (p->warp != 0u && place.inside != 0u) {
        float centre_x = 0.5f * (float)((int)p->width - 1), centre_y = 0.5f * (float)((int)p->height - 1);
        float u = (float)place.x - centre_x - view.shift_x, v = (float)place.y - centre_y - view.shift_y;
        float source_x = MARTLET_FMA(view.cosine, u, MARTLET_FMA(view.sine, v, centre_x));
        float source_y = MARTLET_FMA(view.cosine, v, MARTLET_FMA(-view.sine, u, centre_y));
        float left = martlet_floor(source_x), top = martlet_floor(source_y);
        place.x = (int)left;
        place.y = (int)top;
        place.right = source_x - left;
        place.below = source_y - top;
    }
    return place;
}

// A stored value; black outside.
MARTLET_FUNCTION float martlet_stored_value(
    const MARTLET_GLOBAL martlet_byte *image, int x, int y, martlet_word channel,
    const MARTLET_GLOBAL martlet_augmentation *p) {
    if (martlet_is_inside(x, y, p) == 0u) return 0.0f;
    martlet_word pixel = (martlet_word)y * p->width + (martlet_word)x;
    return (float)image[p->channels_last != 0u ? pixel * p->channels + channel : channel * p->width * p->height + pixel];
}

MARTLET_FUNCTION float martlet_cut_off(float value) {
    return value > 255.0f ? 255.0f : value < 0.0f ? 0.0f : value;
}

// Four deviates are made at once, and neighbours ask one after the other.
typedef struct {
    martlet_word quad;  // which deviates these are
    martlet_quad deviates;
} martlet_noise;

MARTLET_FUNCTION martlet_noise martlet_no_noise(void) {
    martlet_noise noise;
    noise.quad = 0xffffffffu;
    return noise;
}

MARTLET_FUNCTION float martlet_deviate(
    martlet_noise *noise, martlet_word element, const MARTLET_GLOBAL martlet_augmentation *p,
    const MARTLET_GLOBAL martlet_step *step) {
    if (noise->quad != element >> 2) {
        noise->quad = element >> 2;
        noise->deviates = martlet_normal_quad(martlet_view_bits(noise->quad, MARTLET_NOISE, p, step));
    }
    return noise->deviates.value[element & 3u];
}

// The value of an output pixel before normalisation, 0 ... 255. `element` is its place in the batch, channels last.
MARTLET_FUNCTION float martlet_view_value(
    const MARTLET_GLOBAL martlet_byte *image, martlet_place_in_image place, martlet_word channel, martlet_word element,
    const MARTLET_GLOBAL martlet_augmentation *p, martlet_view view, martlet_noise *noise,
    const MARTLET_GLOBAL martlet_step *step) {
    float value = 0.0f;
    if (place.inside != 0u) {
        value = martlet_stored_value(image, place.x, place.y, channel, p);
        if (p->warp != 0u) {
            float right = martlet_stored_value(image, place.x + 1, place.y, channel, p);
            float below = martlet_stored_value(image, place.x, place.y + 1, channel, p);
            float opposite = martlet_stored_value(image, place.x + 1, place.y + 1, channel, p);
            float upper = MARTLET_FMA(place.right, right - value, value);
            float lower = MARTLET_FMA(place.right, opposite - below, below);
            value = MARTLET_FMA(place.below, lower - upper, upper);
        }
    }
    if (p->brightness != 0.0f) value = martlet_cut_off(value * view.brightness);
    if (p->contrast != 0.0f) value = martlet_cut_off(MARTLET_FMA(value - 127.5f, view.contrast, 127.5f));
    if (p->noise != 0.0f) {
        value = martlet_cut_off(MARTLET_FMA(martlet_deviate(noise, element, p, step), p->noise, value));
    }
    return value;
}

MARTLET_FUNCTION martlet_word martlet_is_cut_out(
    int x, int y, const MARTLET_GLOBAL martlet_augmentation *p, martlet_view view) {
    int side = (int)p->cutout;
    return x >= view.cut_x && y >= view.cut_y && x < view.cut_x + side && y < view.cut_y + side ? 1u : 0u;
}

#endif
