// The upper tail of the standard normal distribution, Q(a) = R(a) e^(-a^2 / 2) for a in [0, 15], as its two factors.
//
// Method: the ratio R(a) = e^(a^2 / 2) Q(a) falls smoothly from 1/2 like 1 / a; (1 + a) R(a) is a minimax polynomial in
// (a - 4) / (a + 4). The coefficients are Martlet's own (Tests/Accuracy/fit.py).

#ifndef MARTLET_NORMAL_TAIL_H
#define MARTLET_NORMAL_TAIL_H

#include "Shared/divide_pair.h"
#include "Shared/exponential.h"

// scale R(a) for a scale that is `a` or 1; *low is what rounding it lost.
MARTLET_FUNCTION martlet_real martlet_normal_tail_ratio(martlet_real a, martlet_real scale, martlet_real *low) {
    martlet_real q = (a - 4.0f) / (a + 4.0f);
    martlet_real p = MARTLET_FMA(q, -0x1.92b862p-14f, -0x1.f86ac4p-14f);
    p = MARTLET_FMA(p, q, 0x1.5e7424p-11f);
    p = MARTLET_FMA(p, q, -0x1.16b818p-12f);
    p = MARTLET_FMA(p, q, -0x1.463ca8p-8f);
    p = MARTLET_FMA(p, q, 0x1.25cf80p-6f);
    p = MARTLET_FMA(p, q, -0x1.07d0d8p-5f);
    p = MARTLET_FMA(p, q, 0x1.d49716p-6f);
    p = MARTLET_FMA(p, q, 0x1.cac1b6p-7f);
    p = MARTLET_FMA(p, q, -0x1.8c18f2p-4f);
    martlet_real sum = MARTLET_FMA(p, q, 0x1.e361eap-2f);
    martlet_real sum_low = MARTLET_FMA(p, q, 0x1.e361eap-2f - sum);
    martlet_real product = scale * sum;
    martlet_real product_low = MARTLET_FMA(scale, sum_low, MARTLET_FMA(scale, sum, -product));
    // scale (sum + sum_low) / (1 + a), where 1 + a has lost something too: exactly what below - 1, which is exact, lacks of a.
    martlet_real below = 1.0f + a, below_low = a - (below - 1.0f);
    return martlet_divide_pair(product, product_low, below, below_low, low);
}

// (factor + factor_low) e^(-a^2 / 2); the rounding error of a^2 is exact and carried into the exponential.
MARTLET_FUNCTION martlet_real martlet_gaussian(martlet_real a, martlet_real factor, martlet_real factor_low) {
    martlet_real slope = -0.5f * a, exponent = slope * a;
    return martlet_exp_product_pair(exponent, MARTLET_FMA(slope, a, -exponent), factor, factor_low);
}

#endif
