// Loads and stores of up to MARTLET_WIDTH neighbouring floats. OpenCL C alone; MARTLET_WIDTH is 1 or 16.
//
// At width 16 the last vector of a row has fewer lanes: they are moved one by one, and nothing beyond is touched.

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

// The lanes beyond `lanes` are zero.
MARTLET_FUNCTION martlet_real martlet_load(const __global float *source, uint lanes) {
    if (lanes == 16u) return vload16(0, source);
    float values[16];
    for (uint lane = 0u; lane < 16u; ++lane) values[lane] = lane < lanes ? source[lane] : 0.0f;
    return vload16(0, values);
}

MARTLET_FUNCTION void martlet_store(martlet_real value, __global float *target, uint lanes) {
    if (lanes == 16u) {
        vstore16(value, 0, target);
        return;
    }
    float values[16];
    vstore16(value, 0, values);
    for (uint lane = 0u; lane < lanes; ++lane) target[lane] = values[lane];
}

MARTLET_FUNCTION martlet_int martlet_load_int(const __global int *source, uint lanes) {
    if (lanes == 16u) return vload16(0, source);
    int values[16];
    for (uint lane = 0u; lane < 16u; ++lane) values[lane] = lane < lanes ? source[lane] : 0;
    return vload16(0, values);
}

MARTLET_FUNCTION void martlet_store_int(martlet_int value, __global int *target, uint lanes) {
    if (lanes == 16u) {
        vstore16(value, 0, target);
        return;
    }
    int values[16];
    vstore16(value, 0, values);
    for (uint lane = 0u; lane < lanes; ++lane) target[lane] = values[lane];
}

#else
#error "MARTLET_WIDTH is 1 or 16"
#endif

// How many of the next MARTLET_WIDTH elements there are.
MARTLET_FUNCTION uint martlet_lanes(uint first, uint end) {
    return min(end - first, (uint)MARTLET_WIDTH);
}

#endif
