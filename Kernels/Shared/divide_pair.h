// A quotient of numbers in two parts, each the sum of a float and of what its rounding has lost.

#ifndef MARTLET_DIVIDE_PAIR_H
#define MARTLET_DIVIDE_PAIR_H

#include "Shared/prelude.h"

// (a + a_low) / (b + b_low) for an ordinary b that is not zero: the result, and in *low the rest of it. One division,
// whose inverse serves for the remainder too.
MARTLET_FUNCTION martlet_real martlet_divide_pair(
    martlet_real a, martlet_real a_low, martlet_real b, martlet_real b_low, martlet_real *low) {
    martlet_real inverse = 1.0f / b;
    martlet_real quotient = a * inverse;
    martlet_real rest = MARTLET_FMA(-quotient, b, a) + MARTLET_FMA(-quotient, b_low, a_low);
    *low = rest * inverse;
    return quotient;
}

#endif
