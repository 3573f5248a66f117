// Arithmetic as pointwise functions. (There is no power: e^(b log a) would need a logarithm in two parts to be right.)
//
// A quotient takes both zeros for +0, since their sign is no value: 1 / -0 is +infinity.

#ifndef MARTLET_ARITHMETIC_H
#define MARTLET_ARITHMETIC_H

#include "Shared/error_function.h"

MARTLET_FUNCTION martlet_real martlet_negate(martlet_real a) {
    return -a;
}

MARTLET_FUNCTION martlet_real martlet_add(martlet_real a, martlet_real b) {
    return a + b;
}

MARTLET_FUNCTION martlet_real martlet_subtract(martlet_real a, martlet_real b) {
    return a - b;
}

MARTLET_FUNCTION martlet_real martlet_multiply(martlet_real a, martlet_real b) {
    return a * b;
}

MARTLET_FUNCTION martlet_real martlet_divide(martlet_real a, martlet_real b) {
    return a / martlet_unsigned_zero(b);
}

// a * b + c, rounded once.
MARTLET_FUNCTION martlet_real martlet_multiply_add(martlet_real a, martlet_real b, martlet_real c) {
    return MARTLET_FMA(a, b, c);
}

MARTLET_FUNCTION martlet_real martlet_square(martlet_real a) {
    return a * a;
}

MARTLET_FUNCTION martlet_real martlet_absolute(martlet_real a) {
    return MARTLET_ABSOLUTE(a);
}

MARTLET_FUNCTION martlet_real martlet_square_root(martlet_real a) {
    return MARTLET_SQRT(a);
}

// A division and a square root, since no device's own inverse square root is correctly rounded.
MARTLET_FUNCTION martlet_real martlet_inverse_square_root(martlet_real a) {
    return 1.0f / MARTLET_SQRT(martlet_unsigned_zero(a));
}

MARTLET_FUNCTION martlet_real martlet_reciprocal(martlet_real a) {
    return 1.0f / martlet_unsigned_zero(a);
}

// dy 2 / sqrt(pi) e^(-x^2), the gradient of erf. Beyond 11 nothing is left of it.
MARTLET_FUNCTION martlet_real martlet_erf_gradient(martlet_real x, martlet_real dy) {
    martlet_real a = MARTLET_ABSOLUTE(x);
    a = MARTLET_SELECT(a > 11.0f, 11.0f, a);
    martlet_real square = a * a;
    return dy * martlet_exp_product(-square, -MARTLET_FMA(a, a, -square), 0x1.20dd76p+0f);
}

// NaN if either is.
MARTLET_FUNCTION martlet_real martlet_minimum(martlet_real a, martlet_real b) {
    martlet_real least = MARTLET_SELECT(a < b, a, b);
    return MARTLET_SELECT(a == a, least, a);
}

// NaN if either is.
MARTLET_FUNCTION martlet_real martlet_maximum(martlet_real a, martlet_real b) {
    martlet_real greatest = MARTLET_SELECT(a > b, a, b);
    return MARTLET_SELECT(a == a, greatest, a);
}

// b where a > 0, else c.
MARTLET_FUNCTION martlet_real martlet_select_positive(martlet_real a, martlet_real b, martlet_real c) {
    return MARTLET_SELECT(a > 0.0f, b, c);
}

#define MARTLET_ARITHMETIC(UNARY, BINARY, TERNARY) \
    UNARY(negate) \
    BINARY(add) \
    BINARY(subtract) \
    BINARY(multiply) \
    BINARY(divide) \
    TERNARY(multiply_add) \
    UNARY(square) \
    UNARY(absolute) \
    UNARY(square_root) \
    UNARY(inverse_square_root) \
    UNARY(reciprocal) \
    UNARY(exp) \
    UNARY(log) \
    UNARY(expm1) \
    UNARY(log1p) \
    UNARY(erf) \
    BINARY(erf_gradient) \
    BINARY(minimum) \
    BINARY(maximum) \
    TERNARY(select_positive)

#endif
