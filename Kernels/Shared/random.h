// Random tensors: every element is a function of its index, the step, the stream (which tensor or layer asks) and
// the seed. Nothing is stored: a mask is computed again where it is needed again, and a run resumed at any
// step continues exactly.
//
// Elements 4q ... 4q + 3 are the four words of Philox4x32-10 at counter (q, 0, step, stream) under the key
// (seed_low, seed_high). These functions take and return scalars at every MARTLET_WIDTH. Each has a form for a
// quad of elements, which costs no more than the form for one: prefer it where consecutive elements are made.

#ifndef MARTLET_RANDOM_H
#define MARTLET_RANDOM_H

#include "Shared/exponential.h"
#include "Shared/philox.h"
#include "Shared/trigonometry.h"

typedef struct {
    float value[4];
} martlet_quad;

// The bits of elements 4 * quad ... 4 * quad + 3.
MARTLET_FUNCTION martlet_words martlet_random_quad(
    martlet_word quad, martlet_word step, martlet_word stream, martlet_word seed_low, martlet_word seed_high) {
    martlet_words counter;
    counter.word[0] = quad;
    counter.word[1] = 0u;
    counter.word[2] = step;
    counter.word[3] = stream;
    return martlet_philox(counter, seed_low, seed_high);
}

// The bits of one element: 32 independent fair coins.
MARTLET_FUNCTION martlet_word martlet_random_bits(
    martlet_word index, martlet_word step, martlet_word stream, martlet_word seed_low, martlet_word seed_high) {
    martlet_words x = martlet_random_quad(index >> 2, step, stream, seed_low, seed_high);
    martlet_word even = (index & 2u) != 0u ? x.word[2] : x.word[0];
    martlet_word odd = (index & 2u) != 0u ? x.word[3] : x.word[1];
    return (index & 1u) != 0u ? odd : even;
}

// Uniform on [0, 1), a multiple of 2^-24.
MARTLET_FUNCTION float martlet_uniform(martlet_word bits) {
    return (float)(bits >> 8) * 0x1p-24f;
}

// Inverted dropout: 0 with probability threshold / 2^32, else scale, compared as integers.
MARTLET_FUNCTION float martlet_dropout_scale(martlet_word bits, martlet_word threshold, float scale) {
    return bits >= threshold ? scale : 0.0f;
}

// Box and Muller (1958): a radius from one word and an angle from another make two independent normal deviates.
// The logarithm is of 1 - u, which is exact and never zero.
MARTLET_FUNCTION float martlet_normal_radius(martlet_word bits) {
    return MARTLET_FIRST(MARTLET_SQRT(-2.0f * martlet_log((martlet_real)(1.0f - martlet_uniform(bits)))));
}

// Standard normal deviates from the four words of a quad.
MARTLET_FUNCTION martlet_quad martlet_normal_quad(martlet_words bits) {
    float radius0 = martlet_normal_radius(bits.word[0]);
    float radius1 = martlet_normal_radius(bits.word[2]);
    martlet_real turns0 = (martlet_real)(martlet_uniform(bits.word[1]));
    martlet_real turns1 = (martlet_real)(martlet_uniform(bits.word[3]));
    martlet_quad z;
    z.value[0] = radius0 * MARTLET_FIRST(martlet_cos_turns(turns0));
    z.value[1] = radius0 * MARTLET_FIRST(martlet_sin_turns(turns0));
    z.value[2] = radius1 * MARTLET_FIRST(martlet_cos_turns(turns1));
    z.value[3] = radius1 * MARTLET_FIRST(martlet_sin_turns(turns1));
    return z;
}

// A standard normal deviate: words (0, 1) of the quad serve its elements 0 and 1, with cosine and sine, words
// (2, 3) its elements 2 and 3.
MARTLET_FUNCTION float martlet_normal(
    martlet_word index, martlet_word step, martlet_word stream, martlet_word seed_low, martlet_word seed_high) {
    martlet_words x = martlet_random_quad(index >> 2, step, stream, seed_low, seed_high);
    martlet_word radius_bits = (index & 2u) != 0u ? x.word[2] : x.word[0];
    martlet_word angle_bits = (index & 2u) != 0u ? x.word[3] : x.word[1];
    martlet_real turns = (martlet_real)(martlet_uniform(angle_bits));
    // An even element is the cosine: a quarter of a turn further.
    martlet_uint quarters = (martlet_uint)((index & 1u) ^ 1u);
    return martlet_normal_radius(radius_bits) * MARTLET_FIRST(martlet_sin_quarters(turns, quarters));
}

#endif
