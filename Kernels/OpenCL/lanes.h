// Loads and stores of up to MARTLET_WIDTH neighbouring floats. OpenCL C alone; MARTLET_WIDTH is 1 or 16.
//
// At width 16 the last vector of a row has fewer lanes: nothing beyond them is touched.

#ifndef MARTLET_LANES_H
#define MARTLET_LANES_H

#include "Shared/prelude.h"

#if MARTLET_WIDTH == 1

// The indices of the lanes.
#define MARTLET_LANE_NUMBERS 0u

MARTLET_FUNCTION martlet_real martlet_gathered(const float *values) {
    return values[0];
}

MARTLET_FUNCTION martlet_real martlet_load(const __global float *source, uint lanes) {
    return source[0];
}

MARTLET_FUNCTION void martlet_store(martlet_real value, __global float *target, uint lanes) {
    target[0] = value;
}

MARTLET_FUNCTION martlet_int martlet_load_int(const __global int *source, uint lanes) {
    return source[0];
}

MARTLET_FUNCTION void martlet_store_int(martlet_int value, __global int *target, uint lanes) {
    target[0] = value;
}

#elif MARTLET_WIDTH == 16

#define MARTLET_LANE_NUMBERS ((uint16)(0u, 1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u, 9u, 10u, 11u, 12u, 13u, 14u, 15u))

// Lanes that were collected one by one.
MARTLET_FUNCTION martlet_real martlet_gathered(const float *values) {
    return vload16(0, values);
}

// One to fifteen lanes in parts of 8, 4, 2 and 1; the others are zero.
MARTLET_FUNCTION float16 martlet_load_part(const __global float *source, uint lanes) {
    const __global float *rest = source + (lanes & 8u);
    float4 four = 0.0f;
    float2 two = 0.0f;
    float one = 0.0f;
    if ((lanes & 4u) != 0u) four = vload4(0, rest);
    rest += lanes & 4u;
    if ((lanes & 2u) != 0u) two = vload2(0, rest);
    rest += lanes & 2u;
    if ((lanes & 1u) != 0u) one = rest[0];
    // Lane by lane, for the sake of Oclgrind, which does not follow a vector into a wider one.
    float4 last = (lanes & 2u) != 0u ? (float4)(two.x, two.y, one, 0.0f) : (float4)(one, 0.0f, 0.0f, 0.0f);
    float8 end = (lanes & 4u) != 0u ? (float8)(four.x, four.y, four.z, four.w, last.x, last.y, last.z, 0.0f)
                                    : (float8)(last.x, last.y, last.z, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f);
    float8 begin = end;
    if ((lanes & 8u) != 0u) {
        begin = vload8(0, source);
    } else {
        end = (float8)(0.0f);
    }
    return (float16)(
        begin.s0, begin.s1, begin.s2, begin.s3, begin.s4, begin.s5, begin.s6, begin.s7,
        end.s0, end.s1, end.s2, end.s3, end.s4, end.s5, end.s6, end.s7);
}

MARTLET_FUNCTION void martlet_store_part(float16 value, __global float *target, uint lanes) {
    float values[16];
    vstore16(value, 0, values);
    if ((lanes & 8u) != 0u) vstore8(vload8(0, values), 0, target);
    uint place = lanes & 8u;
    if ((lanes & 4u) != 0u) vstore4(vload4(0, values + place), 0, target + place);
    place = lanes & 12u;
    if ((lanes & 2u) != 0u) vstore2(vload2(0, values + place), 0, target + place);
    place = lanes & 14u;
    if ((lanes & 1u) != 0u) target[place] = values[place];
}

// The lanes beyond `lanes` are zero.
MARTLET_FUNCTION martlet_real martlet_load(const __global float *source, uint lanes) {
    return lanes == 16u ? vload16(0, source) : martlet_load_part(source, lanes);
}

MARTLET_FUNCTION void martlet_store(martlet_real value, __global float *target, uint lanes) {
    if (lanes == 16u) {
        vstore16(value, 0, target);
    } else {
        martlet_store_part(value, target, lanes);
    }
}

MARTLET_FUNCTION void martlet_clear(__global float *target, uint count) {
    for (uint i = 0u; i < count; i += 16u) martlet_store((float16)(0.0f), target + i, min(count - i, 16u));
}

MARTLET_FUNCTION martlet_int martlet_load_int(const __global int *source, uint lanes) {
    return as_int16(martlet_load((const __global float *)source, lanes));
}

MARTLET_FUNCTION void martlet_store_int(martlet_int value, __global int *target, uint lanes) {
    martlet_store(as_float16(value), (__global float *)target, lanes);
}

#else
#error "MARTLET_WIDTH is 1 or 16"
#endif

// A whole vector where one fits between an element and the end of memory that may be read, or will be written next, else its
// lanes: those beyond mean nothing.
MARTLET_FUNCTION uint martlet_reach(uint lanes, size_t index, size_t end) {
    return index + MARTLET_WIDTH <= end ? (uint)MARTLET_WIDTH : lanes;
}

// How many of the next MARTLET_WIDTH elements there are.
MARTLET_FUNCTION uint martlet_lanes(uint first, uint end) {
    return min(end - first, (uint)MARTLET_WIDTH);
}

#endif
