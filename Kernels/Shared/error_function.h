// The error function, erf x = 2 / sqrt(pi) * integral of e^(-t^2) from 0 to x.
//
// Largest error over all floats, in units in the last place: 1.15.
//
// Method: below 0.9 x + x P(x^2); above, 1 - e^Q(x), where Q fits the logarithm of the complement 1 - erf.
// Minimax polynomials; the coefficients are Martlet's own (Tests/Accuracy/fit.py).

#ifndef MARTLET_ERROR_FUNCTION_H
#define MARTLET_ERROR_FUNCTION_H

#include "Shared/exponential.h"

MARTLET_FUNCTION martlet_real martlet_erf(martlet_real x) {
    martlet_real magnitude = MARTLET_ABSOLUTE(x);
    // From here on erf is 1 to the last bit, and the fit ends.
    magnitude = MARTLET_SELECT(magnitude > 3.95f, 3.95f, magnitude);

    martlet_real t = magnitude * magnitude;
    martlet_real p = MARTLET_FMA(t, -0x1.3d4686p-11f, 0x1.47f1c2p-8f);
    p = MARTLET_FMA(p, t, -0x1.b6a71ep-6f);
    p = MARTLET_FMA(p, t, 0x1.ce1c18p-4f);
    p = MARTLET_FMA(p, t, -0x1.8126eep-2f);
    p = MARTLET_FMA(p, t, 0x1.06eba6p-3f);
    martlet_real small = MARTLET_FMA(magnitude, p, magnitude);

    martlet_real q = MARTLET_FMA(magnitude, 0x1.9faee6p-13f, -0x1.91cb56p-9f);
    q = MARTLET_FMA(q, magnitude, 0x1.6d9c5ap-6f);
    q = MARTLET_FMA(q, magnitude, -0x1.aa72fep-4f);
    q = MARTLET_FMA(q, magnitude, -0x1.4621bcp-1f);
    q = MARTLET_FMA(q, magnitude, -0x1.20b752p+0f);
    q = MARTLET_FMA(q, magnitude, -0x1.5d0f52p-13f);
    martlet_real large = 1.0f - martlet_exp(q);

    martlet_real y = MARTLET_SELECT(magnitude < 0.9f, small, large);
    return MARTLET_SELECT(x < 0.0f, -y, y);
}

#endif
