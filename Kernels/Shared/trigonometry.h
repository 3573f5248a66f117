// Sine and cosine of an angle given in turns (1 = a full circle), where the reduction is exact.
//
// Largest error over all floats in [0, 1], in units in the last place: sin 0.97, cos 0.88.
// Defined for every finite argument, NaN for the others.
//
// Method: u minus its nearest quarter is r in [-1/8, 1/8] without rounding; minimax polynomials of sin(2 pi r)
// and cos(2 pi r); the quarter swaps them and chooses the sign. The coefficients are Martlet's own
// (Tests/Accuracy/fit.py).

#ifndef MARTLET_TRIGONOMETRY_H
#define MARTLET_TRIGONOMETRY_H

#include "Shared/prelude.h"

// sin(2 pi (u + quarters / 4)); quarters is 0 or 1.
MARTLET_FUNCTION martlet_real martlet_sin_quarters(martlet_real u, martlet_uint quarters) {
    u = u - MARTLET_ROUND(u);
    // An integer far below 2^22 is added: the nearest number of quarters appears in the low bits.
    martlet_real shifted = MARTLET_FMA(u, 4.0f, 0x1.8p+23f);
    martlet_real r = MARTLET_FMA(shifted - 0x1.8p+23f, -0.25f, u);
    quarters = quarters + MARTLET_AS_UINT(shifted);
    martlet_real t = r * r;

    // 2 pi in two parts, the second being the constant term.
    martlet_real sine = MARTLET_FMA(t, 0x1.44b778p+5f, -0x1.32af14p+6f);
    sine = MARTLET_FMA(sine, t, 0x1.466b7ap+6f);
    sine = MARTLET_FMA(sine, t, -0x1.4abbcep+5f);
    sine = MARTLET_FMA(sine, t, -0x1.778a14p-23f);
    sine = MARTLET_FMA(r, 0x1.921fb6p+2f, r * sine);

    martlet_real cosine = MARTLET_FMA(t, 0x1.d47b48p+5f, -0x1.55b144p+6f);
    cosine = MARTLET_FMA(cosine, t, 0x1.03c1aep+6f);
    cosine = MARTLET_FMA(cosine, t, -0x1.3bd3ccp+4f);
    cosine = MARTLET_FMA(cosine, t, 1.0f);

    martlet_real y = MARTLET_SELECT((quarters & 1u) != 0u, cosine, sine);
    return MARTLET_SELECT((quarters & 2u) != 0u, -y, y);
}

// sin(2 pi u)
MARTLET_FUNCTION martlet_real martlet_sin_turns(martlet_real u) {
    return martlet_sin_quarters(u, (martlet_uint)(0u));
}

// cos(2 pi u)
MARTLET_FUNCTION martlet_real martlet_cos_turns(martlet_real u) {
    return martlet_sin_quarters(u, (martlet_uint)(1u));
}

// cos(pi x): half a period from x = 0 to 1, the shape of a cosine schedule.
MARTLET_FUNCTION martlet_real martlet_cos_pi(martlet_real x) {
    return martlet_cos_turns(0.5f * x);
}

#endif
