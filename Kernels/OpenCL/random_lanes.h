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

// The five quads that cover any 16 neighbouring elements, and three in vain: Shared/philox.h with vectors for words.
MARTLET_FUNCTION void martlet_random_quads(uint *bits, uint index, const __global martlet_step *step, uint stream) {
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
    // Words of a quad next to each other.
    uint16 a = (uint16)(x0.s0, x1.s0, x2.s0, x3.s0, x0.s1, x1.s1, x2.s1, x3.s1,
                        x0.s2, x1.s2, x2.s2, x3.s2, x0.s3, x1.s3, x2.s3, x3.s3);
    vstore16(a, 0, bits);
    vstore4((uint4)(x0.s4, x1.s4, x2.s4, x3.s4), 4, bits);
}

MARTLET_FUNCTION uint16 martlet_random_lanes(uint index, const __global martlet_step *step, uint stream) {
    uint bits[20];
    martlet_random_quads(bits, index, step, stream);
    return vload16(0, bits + (index & 3u));
}

// Even elements are cosines and odd ones sines; words 2i and 2i + 1 of a quad are the radius and the angle of both.
MARTLET_FUNCTION float16 martlet_normal_lanes(uint index, const __global martlet_step *step, uint stream) {
    uint bits[20];
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
