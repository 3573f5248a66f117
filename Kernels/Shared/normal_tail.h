// The upper tail of the standard normal distribution, Q(a) = R(a) e^(-a^2 / 2) for a in [0, 15], as its two factors.
//
// Method: the ratio R(a) = e^(a^2 / 2) Q(a) falls smoothly from 1/2 like 1 / a, and (c + a) R(a) is close to a polynomial in
// w = a / (c + a). There is a minimax polynomial of w for a below 2.4, and one of w - 3/4 above: to select coefficients takes
// less time than the further multiply-adds of one that fits both. The coefficients are Martlet's own (Tests/Accuracy/fit.py).

#ifndef MARTLET_NORMAL_TAIL_H
#define MARTLET_NORMAL_TAIL_H

#include "Shared/exponential.h"

// c of above: half of it, the first coefficient, is a float, and both polynomials are of degree 6.
#define MARTLET_NORMAL_TAIL_OFFSET 3.125f

// Products with the tail are scaled by 2^64, so that what becomes subnormal is rounded only once, when it is scaled back.
#define MARTLET_NORMAL_TAIL_SCALE 0x1p+64f
#define MARTLET_NORMAL_TAIL_UNSCALE 0x1p-64f

// 2^64 (c + a) R(a), given w = a / (c + a) too.
MARTLET_FUNCTION martlet_real martlet_normal_tail_ratio(martlet_real a, martlet_real w) {
#define MARTLET_BY_SIDE(below, above) \
    MARTLET_SELECT(a < 2.4f, below * MARTLET_NORMAL_TAIL_SCALE, above * MARTLET_NORMAL_TAIL_SCALE)
    martlet_real z = w - MARTLET_SELECT(a < 2.4f, 0.0f, 0.75f);
    martlet_real p = MARTLET_BY_SIDE(0x1.2a5818p-3f, -0x1.f159bap-4f);
    p = MARTLET_FMA(p, z, MARTLET_BY_SIDE(-0x1.bc9476p-4f, 0x1.c34a2ap-4f));
    p = MARTLET_FMA(p, z, MARTLET_BY_SIDE(-0x1.5c530ep-2f, 0x1.4b6590p-3f));
    p = MARTLET_FMA(p, z, MARTLET_BY_SIDE(0x1.483966p-4f, -0x1.d27cb4p-2f));
    p = MARTLET_FMA(p, z, MARTLET_BY_SIDE(0x1.666ca0p+0f, 0x1.43eb58p-1f));
    p = MARTLET_FMA(p, z, MARTLET_BY_SIDE(-0x1.2aad8ep+1f, -0x1.482858p-1f));
    return MARTLET_FMA(p, z, MARTLET_BY_SIDE(0x1.900000p+0f, 0x1.0d589ap-1f));
#undef MARTLET_BY_SIDE
}

// e^(-a^2 / 2) = (1 + result) 2^k for a in [0, 15]; *power is what to add to the bits of an ordinary float for 2^k times it.
// As martlet_expm1_reduced, of twice the exponent, into which a^2 enters unrounded.
MARTLET_FUNCTION martlet_real martlet_gaussian_reduced(martlet_real a, martlet_uint *power) {
    martlet_real shifted = MARTLET_FMA(a * a, -0.5f * MARTLET_LOG2_E, MARTLET_ROUNDER);
    martlet_real multiple = shifted - MARTLET_ROUNDER;
    martlet_real r = MARTLET_FMA(-a, a, -(multiple * (2.0f * MARTLET_LN2_HIGH)));
    r = MARTLET_FMA(-multiple, 2.0f * MARTLET_LN2_LOW, r);
    // (e^(r / 2) - 1) / r
    martlet_real q = MARTLET_FMA(r, 0x1.6b7d46p-16f, 0x1.12304cp-12f);
    q = MARTLET_FMA(q, r, 0x1.55567ap-9f);
    q = MARTLET_FMA(q, r, 0x1.5554a2p-6f);
    q = MARTLET_FMA(q, r, 0.125f);
    q = MARTLET_FMA(q, r, 0.5f);
    *power = MARTLET_AS_UINT(shifted) << 23;
    return q * r;
}

// a Q(a) 2^64
MARTLET_FUNCTION martlet_real martlet_normal_tail_product(martlet_real a) {
    martlet_uint power;
    martlet_real rest = martlet_gaussian_reduced(a, &power);
    martlet_real w = a / (MARTLET_NORMAL_TAIL_OFFSET + a);
    martlet_real ratio = MARTLET_AS_REAL(MARTLET_AS_UINT(martlet_normal_tail_ratio(a, w)) + power);
    // The product, and what its rounding lost.
    martlet_real product = w * ratio, low = MARTLET_FMA(w, ratio, -product);
    return MARTLET_FMA(product, rest, low) + product;
}

// (Q(a) - a phi(a)) 2^64, where phi(a) = e^(-a^2 / 2) / sqrt(2 pi) is the density.
MARTLET_FUNCTION martlet_real martlet_normal_tail_slope(martlet_real a) {
    martlet_uint power;
    martlet_real rest = martlet_gaussian_reduced(a, &power);
    martlet_real inverse = 1.0f / (MARTLET_NORMAL_TAIL_OFFSET + a);
    martlet_real ratio = inverse * martlet_normal_tail_ratio(a, a * inverse);
    // It passes through zero at 0.75, where k is zero.
    martlet_real factor = MARTLET_FMA(a, -0x1.988454p-2f * MARTLET_NORMAL_TAIL_SCALE, ratio);
    factor = MARTLET_AS_REAL(MARTLET_AS_UINT(factor) + power);
    return MARTLET_FMA(factor, rest, factor);
}

#endif
