// exp, expm1, log, log1p, after their definitions in every textbook of elementary functions.
//
// Largest error over all floats, in units in the last place: exp 0.99, expm1 1.44, log 0.88, log1p 1.48.
//
// Method. exp: Cody-Waite reduction x = k ln 2 + r, |r| <= ln 2 / 2, a minimax polynomial in r, and scaling by
// 2^k. log: x = 2^k m with m in [sqrt 1/2, sqrt 2), a minimax polynomial in f = m - 1, and k ln 2 added in two
// parts. The coefficients are Martlet's own (Tests/Accuracy/fit.py).

#ifndef MARTLET_EXPONENTIAL_H
#define MARTLET_EXPONENTIAL_H

#include "Shared/prelude.h"

// ln 2 in two parts; the first has so few bits that its product with an exponent is exact.
#define MARTLET_LN2_HIGH 0x1.62e4p-1f
#define MARTLET_LN2_LOW 0x1.7f7d1cp-20f
#define MARTLET_LOG2_E 0x1.715476p+0f

// Added to a float below 2^22 in magnitude, it leaves the nearest integer in the low bits of the sum:
// rounding and conversion in one, and defined for NaN too.
#define MARTLET_ROUNDER 0x1.8p+23f
#define MARTLET_ROUNDER_BITS 0x4b400000u

// 2^k for k in -126 ... 127, given in two's complement.
MARTLET_FUNCTION martlet_real martlet_power_of_two(martlet_uint k) {
    return MARTLET_AS_REAL((k + 127u) << 23);
}

// Splits x into *k * ln 2 + r and returns e^r - 1; |x| at most 2^20.
MARTLET_FUNCTION martlet_real martlet_expm1_reduced(martlet_real x, martlet_uint *k) {
    martlet_real shifted = MARTLET_FMA(x, MARTLET_LOG2_E, MARTLET_ROUNDER);
    martlet_real multiple = shifted - MARTLET_ROUNDER;
    martlet_real r = MARTLET_FMA(-multiple, MARTLET_LN2_HIGH, x);
    r = MARTLET_FMA(-multiple, MARTLET_LN2_LOW, r);
    // (e^r - 1 - r) / r^2
    martlet_real q = MARTLET_FMA(r, 0x1.9e73a8p-13f, 0x1.6d3a4ap-10f);
    q = MARTLET_FMA(q, r, 0x1.1112d8p-7f);
    q = MARTLET_FMA(q, r, 0x1.5554f8p-5f);
    q = MARTLET_FMA(q, r, 0x1.555554p-3f);
    q = MARTLET_FMA(q, r, 0.5f);
    *k = MARTLET_AS_UINT(shifted) - MARTLET_ROUNDER_BITS;
    return MARTLET_FMA(q, r * r, r);
}

// e^x
MARTLET_FUNCTION martlet_real martlet_exp(martlet_real x) {
    x = MARTLET_SELECT(x > 89.0f, 89.0f, x);
    x = MARTLET_SELECT(x < -105.0f, -105.0f, x);
    martlet_uint k;
    martlet_real p = 1.0f + martlet_expm1_reduced(x, &k);
    // 2^k need not be a float: two factors, of which only the second, a constant of each sign of x, can round.
    martlet_real second = MARTLET_SELECT(x < 0.0f, 0x1p-64f, 4.0f);
    return p * MARTLET_AS_REAL(((k + 254u) << 23) - MARTLET_AS_UINT(second)) * second;
}

// (factor + factor_low) e^(x + low) for x in [-130, 0], a low that is small beside 1 and an ordinary factor whose second
// part is what rounding the first has lost. The exponential is kept in two parts too, and the product is formed before
// the scaling, so that a subnormal result is rounded to one only once.
MARTLET_FUNCTION martlet_real martlet_exp_product_pair(
    martlet_real x, martlet_real low, martlet_real factor, martlet_real factor_low) {
    martlet_uint k;
    martlet_real rest = martlet_expm1_reduced(x, &k);
    martlet_real p = 1.0f + rest;
    martlet_real p_low = MARTLET_FMA(p, low, rest - (p - 1.0f));
    p = MARTLET_FMA(p, factor, MARTLET_FMA(p, factor_low, p_low * factor));
    // As in martlet_exp. Where the first factor rounds too, nothing is left behind the second.
    return p * martlet_power_of_two(k + 64u) * 0x1p-64f;
}

MARTLET_FUNCTION martlet_real martlet_exp_product(martlet_real x, martlet_real low, martlet_real factor) {
    return martlet_exp_product_pair(x, low, factor, 0.0f);
}

// e^x - 1
MARTLET_FUNCTION martlet_real martlet_expm1(martlet_real x) {
    x = MARTLET_SELECT(x > 89.0f, 89.0f, x);
    x = MARTLET_SELECT(x < -32.0f, -32.0f, x);
    martlet_uint k;
    martlet_real p = martlet_expm1_reduced(x, &k);
    // 2^128 is not a float: there half of everything is computed, and doubled.
    martlet_real unit = MARTLET_SELECT(x > 88.0f, 0.5f, 1.0f);
    martlet_real scale = martlet_power_of_two(k - 1u) * (2.0f * unit);
    return MARTLET_FMA(p, scale, scale - unit) * MARTLET_SELECT(x > 88.0f, 2.0f, 1.0f);
}

// k ln 2 + log(1 + f) for an integer k and 1 + f in [sqrt 1/2, sqrt 2].
MARTLET_FUNCTION martlet_real martlet_log_reduced(martlet_real k, martlet_real f) {
    // (log(1 + f) - f + f^2 / 2) / f^3
    martlet_real p = MARTLET_FMA(f, -0x1.38c434p-4f, 0x1.055d82p-3f);
    p = MARTLET_FMA(p, f, -0x1.0d82b0p-3f);
    p = MARTLET_FMA(p, f, 0x1.22d962p-3f);
    p = MARTLET_FMA(p, f, -0x1.547286p-3f);
    p = MARTLET_FMA(p, f, 0x1.99a01ap-3f);
    p = MARTLET_FMA(p, f, -0x1.000226p-2f);
    p = MARTLET_FMA(p, f, 0x1.555554p-2f);
    // The sum k ln 2 + f, and what its rounding lost.
    martlet_real sum = MARTLET_FMA(k, MARTLET_LN2_HIGH, f);
    martlet_real lost = MARTLET_FMA(k, MARTLET_LN2_HIGH, -sum) + f;
    lost = MARTLET_FMA(k, MARTLET_LN2_LOW, lost);
    return sum + MARTLET_FMA(f * f, MARTLET_FMA(f, p, -0.5f), lost);
}

// The exponent k of a positive normal x = 2^k m with m in [sqrt 1/2, sqrt 2), plus 127.
MARTLET_FUNCTION martlet_uint martlet_biased_exponent(martlet_real x) {
    return (MARTLET_AS_UINT(x) + (0x3f800000u - 0x3f3504f3u)) >> 23;
}

// The limits of a logarithm whose argument x was not positive and finite.
MARTLET_FUNCTION martlet_real martlet_log_limits(martlet_real x, martlet_real result) {
    result = MARTLET_SELECT(x == MARTLET_INFINITY, MARTLET_INFINITY, result);
    result = MARTLET_SELECT(x == 0.0f, -MARTLET_INFINITY, result);
    return MARTLET_SELECT(x >= 0.0f, result, MARTLET_NAN);
}

// log x; -infinity at zero, NaN below.
MARTLET_FUNCTION martlet_real martlet_log(martlet_real x) {
    martlet_real scaled = MARTLET_SELECT(x < 0x1p-126f, x * 0x1p+24f, x);
    martlet_real bias = MARTLET_SELECT(x < 0x1p-126f, 127.0f + 24.0f, 127.0f);
    martlet_uint exponent = martlet_biased_exponent(scaled);
    martlet_real m = MARTLET_AS_REAL(MARTLET_AS_UINT(scaled) - ((exponent - 127u) << 23));
    return martlet_log_limits(x, martlet_log_reduced(MARTLET_TO_REAL(exponent) - bias, m - 1.0f));
}

// log(1 + x); -infinity at -1, NaN below.
MARTLET_FUNCTION martlet_real martlet_log1p(martlet_real x) {
    // So large an x is scaled down, so that 2^-k is a float; the 1 is then nothing beside it.
    martlet_real scaled = MARTLET_SELECT(x > 0x1p+64f, x * 0x1p-64f, x);
    martlet_real unit = MARTLET_SELECT(x > 0x1p+64f, 0.0f, 1.0f);
    martlet_real bias = MARTLET_SELECT(x > 0x1p+64f, 127.0f - 64.0f, 127.0f);
    martlet_uint exponent = martlet_biased_exponent(unit + scaled);
    // f = (1 + x) / 2^k - 1 with a single rounding, so that small x keep all their bits.
    martlet_real scale = martlet_power_of_two(127u - exponent);
    martlet_real f = MARTLET_FMA(scaled, scale, MARTLET_FMA(unit, scale, -1.0f));
    return martlet_log_limits(1.0f + x, martlet_log_reduced(MARTLET_TO_REAL(exponent) - bias, f));
}

#endif
