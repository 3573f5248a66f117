// Comparisons, choices and rounding as pointwise functions. A comparison gives 1 or 0.
//
// As IEEE 754 has it, NaN equals nothing and lies on neither side of anything: with it only not_equal holds.

#ifndef MARTLET_COMPARISON_H
#define MARTLET_COMPARISON_H

#include "Shared/prelude.h"

MARTLET_FUNCTION martlet_real martlet_equal(martlet_real a, martlet_real b) {
    return MARTLET_SELECT(a == b, 1.0f, 0.0f);
}

MARTLET_FUNCTION martlet_real martlet_not_equal(martlet_real a, martlet_real b) {
    return MARTLET_SELECT(a == b, 0.0f, 1.0f);
}

MARTLET_FUNCTION martlet_real martlet_less(martlet_real a, martlet_real b) {
    return MARTLET_SELECT(a < b, 1.0f, 0.0f);
}

MARTLET_FUNCTION martlet_real martlet_less_or_equal(martlet_real a, martlet_real b) {
    return MARTLET_SELECT(a <= b, 1.0f, 0.0f);
}

MARTLET_FUNCTION martlet_real martlet_greater(martlet_real a, martlet_real b) {
    return MARTLET_SELECT(a > b, 1.0f, 0.0f);
}

MARTLET_FUNCTION martlet_real martlet_greater_or_equal(martlet_real a, martlet_real b) {
    return MARTLET_SELECT(a >= b, 1.0f, 0.0f);
}

// c where a is zero, else b (also where a is NaN).
MARTLET_FUNCTION martlet_real martlet_select(martlet_real a, martlet_real b, martlet_real c) {
    return MARTLET_SELECT(a == 0.0f, c, b);
}

// x, not below low and then not above high; NaN stays NaN.
MARTLET_FUNCTION martlet_real martlet_clamp(martlet_real x, martlet_real low, martlet_real high) {
    martlet_real raised = MARTLET_SELECT(x < low, low, x);
    return MARTLET_SELECT(raised > high, high, raised);
}

// -1, 0 or 1; NaN stays NaN.
MARTLET_FUNCTION martlet_real martlet_sign(martlet_real x) {
    return MARTLET_SELECT(x > 0.0f, 1.0f, MARTLET_SELECT(x < 0.0f, -1.0f, x));
}

// To the nearest integer, halfway cases to the even one.
MARTLET_FUNCTION martlet_real martlet_round(martlet_real x) {
    return MARTLET_ROUND(x);
}

MARTLET_FUNCTION martlet_real martlet_floor(martlet_real x) {
    martlet_real nearest = MARTLET_ROUND(x);
    return MARTLET_SELECT(nearest > x, nearest - 1.0f, nearest);
}

MARTLET_FUNCTION martlet_real martlet_ceiling(martlet_real x) {
    martlet_real nearest = MARTLET_ROUND(x);
    return MARTLET_SELECT(nearest < x, nearest + 1.0f, nearest);
}

#define MARTLET_COMPARISON(UNARY, BINARY, TERNARY) \
    BINARY(equal) \
    BINARY(not_equal) \
    BINARY(less) \
    BINARY(less_or_equal) \
    BINARY(greater) \
    BINARY(greater_or_equal) \
    TERNARY(select) \
    TERNARY(clamp) \
    UNARY(sign) \
    UNARY(round) \
    UNARY(floor) \
    UNARY(ceiling)

#endif
