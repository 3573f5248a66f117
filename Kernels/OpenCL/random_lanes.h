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

// Whole quads that cover any 16 neighbouring elements.
#define MARTLET_QUADS 5u

MARTLET_FUNCTION void martlet_random_quads(uint *bits, uint index, const __global martlet_step *step, uint stream) {
    // The fifth is of no use where the first element begins a quad.
    uint quads = (index & 3u) == 0u ? 4u : MARTLET_QUADS;
    for (uint quad = 0u; quad < quads; ++quad) {
        martlet_words words =
            martlet_random_quad((index >> 2) + quad, step->step, stream, step->seed_low, step->seed_high);
        for (uint i = 0u; i < 4u; ++i) bits[4u * quad + i] = words.word[i];
    }
}

MARTLET_FUNCTION uint16 martlet_random_lanes(uint index, const __global martlet_step *step, uint stream) {
    uint bits[4u * MARTLET_QUADS];
    martlet_random_quads(bits, index, step, stream);
    return vload16(0, bits + (index & 3u));
}

// Even elements are cosines and odd ones sines; words 2i and 2i + 1 of a quad are the radius and the angle of both.
MARTLET_FUNCTION float16 martlet_normal_lanes(uint index, const __global martlet_step *step, uint stream) {
    uint bits[4u * MARTLET_QUADS];
    martlet_random_quads(bits, index, step, stream);
    uint radius_bits[16], angle_bits[16];
    for (uint lane = 0u; lane < 16u; ++lane) {
        uint place = (index & 3u) + lane;
        radius_bits[lane] = bits[place & ~1u];
        angle_bits[lane] = bits[place | 1u];
    }
    float16 first = convert_float16(vload16(0, radius_bits) >> 8) * 0x1p-24f;
    float16 turns = convert_float16(vload16(0, angle_bits) >> 8) * 0x1p-24f;
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
