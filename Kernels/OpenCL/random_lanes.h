// Random numbers for neighbouring elements, a function of the first one's index. OpenCL C alone; the bits are those of
// Shared/random.h, one by one.

#ifndef MARTLET_RANDOM_LANES_H
#define MARTLET_RANDOM_LANES_H

#include "OpenCL/lanes.h"
#include "Shared/random.h"
#include "Shared/step.h"

#if MARTLET_WIDTH == 1

MARTLET_FUNCTION uint martlet_random_lanes(uint index, const __global martlet_step *step, uint stream) {
    return martlet_random_bits(index, step->step, stream, step->seed_low, step->seed_high);
}

MARTLET_FUNCTION float martlet_normal_lanes(uint index, const __global martlet_step *step, uint stream) {
    return martlet_normal(index, step->step, stream, step->seed_low, step->seed_high);
}

#else

// The upper half of a product. PoCL makes sixteen-bit multiplications of mul_hi, and one instruction of this.
MARTLET_FUNCTION uint8 martlet_upper_product(uint a, uint8 b) {
    return convert_uint8(((ulong)a * convert_ulong8(b)) >> 32);
}

// The words of the five quads that cover any 16 neighbouring elements: Shared/philox.h with vectors for words.
typedef struct {
    uint16 first;
    uint4 last;
} martlet_quads;

MARTLET_FUNCTION martlet_quads martlet_random_quads(uint index, const __global martlet_step *step, uint stream) {
    // Vectors have eight places, three of them in vain.
    uint8 x0 = (index >> 2) + (uint8)(0u, 1u, 2u, 3u, 4u, 5u, 6u, 7u);
    uint8 x1 = (uint8)(0u), x2 = (uint8)(step->step), x3 = (uint8)(stream);
    uint key0 = step->seed_low, key1 = step->seed_high;
    for (uint round = 0u; round < 10u; ++round) {
        uint8 y0 = martlet_upper_product(0xcd9e8d57u, x2) ^ x1 ^ key0, y1 = 0xcd9e8d57u * x2;
        uint8 y2 = martlet_upper_product(0xd2511f53u, x0) ^ x3 ^ key1, y3 = 0xd2511f53u * x0;
        x0 = y0, x1 = y1, x2 = y2, x3 = y3;
        key0 += 0x9e3779b9u;
        key1 += 0xbb67ae85u;
    }
    martlet_quads quads;
    quads.first = (uint16)(
        x0.s0, x1.s0, x2.s0, x3.s0, x0.s1, x1.s1, x2.s1, x3.s1, x0.s2, x1.s2, x2.s2, x3.s2, x0.s3, x1.s3, x2.s3, x3.s3);
    quads.last = (uint4)(x0.s4, x1.s4, x2.s4, x3.s4);
    return quads;
}

// The 16 words from element `index` on.
MARTLET_FUNCTION uint16 martlet_words_from(uint index, martlet_quads quads) {
    uint16 a = quads.first;
    uint4 b = quads.last;
    if ((index & 1u) != 0u) {
        a = (uint16)(a.s123, a.s4567, a.s89ab, a.scdef, b.x);
        b = b.yzww;
    }
    if ((index & 2u) != 0u) a = (uint16)(a.s23, a.s4567, a.s89ab, a.scdef, b.xy);
    return a;
}

MARTLET_FUNCTION uint16 martlet_random_lanes(uint index, const __global martlet_step *step, uint stream) {
    return martlet_words_from(index, martlet_random_quads(index, step, stream));
}

// Even elements are cosines and odd ones sines; words 2i and 2i + 1 are the radius and the angle of both.
MARTLET_FUNCTION float16 martlet_normal_lanes(uint index, const __global martlet_step *step, uint stream) {
    martlet_quads quads = martlet_random_quads(index, step, stream), radii, angles;
    radii.first = quads.first.s0022446688aaccee;
    radii.last = quads.last.xxzz;
    angles.first = quads.first.s1133557799bbddff;
    angles.last = quads.last.yyww;
    float16 first = convert_float16(martlet_words_from(index, radii) >> 8) * 0x1p-24f;
    float16 turns = convert_float16(martlet_words_from(index, angles) >> 8) * 0x1p-24f;
    float16 radius = MARTLET_SQRT(-2.0f * martlet_log(1.0f - first));
    return radius * martlet_sin_quarters(turns, ((index + MARTLET_LANE_NUMBERS) & 1u) ^ 1u);
}

#endif

MARTLET_FUNCTION martlet_real martlet_uniform_lanes(uint index, const __global martlet_step *step, uint stream) {
    return MARTLET_TO_REAL(martlet_random_lanes(index, step, stream) >> 8) * 0x1p-24f;
}

MARTLET_FUNCTION martlet_real martlet_dropout_lanes(
    uint index, const __global martlet_step *step, uint stream, uint threshold, float scale) {
    return MARTLET_SELECT(martlet_random_lanes(index, step, stream) >= threshold, scale, 0.0f);
}

#endif
