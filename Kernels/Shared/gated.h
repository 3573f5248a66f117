// Smooth activations of the form x * gate(x), and their derivatives: GELU, SiLU, mish.
//
// Largest error: below 3 units in the last place. Their derivatives pass through zero between -1.3 and -0.7; the errors on
// both sides of it are in docs/accuracy.md.
//
// Method. Of a gate with gate(-x) = 1 - gate(x) the values of both signs come from the small one at a = |x|, which is a
// product with an exponential: x gate(x) = max(x, 0) - a gate(-a), and the derivative at x is 1 less that at -x. Thus
// nothing overflows, and nothing cancels in the tails. The exponent is kept in two parts where it is itself rounded, and
// the factor beside the exponential where it is a quotient; it is multiplied in before the scaling that may leave a
// subnormal. Beyond the limits that a is cut to, the exponential is zero.
//
// Sources: Hendrycks, Gimpel: Gaussian error linear units (2016); Elfwing, Uchibe, Doya: Sigmoid-weighted linear units
// (2018); Misra: Mish (2019).

#ifndef MARTLET_GATED_H
#define MARTLET_GATED_H

#include "Shared/divide_pair.h"
#include "Shared/exponential.h"
#include "Shared/normal_tail.h"
#include "Shared/two_sum.h"

// |x|, at most `limit`; NaN stays NaN.
MARTLET_FUNCTION martlet_real martlet_magnitude_below(martlet_real x, float limit) {
    martlet_real a = MARTLET_ABSOLUTE(x);
    return MARTLET_SELECT(a > limit, limit, a);
}

// max(x, 0) - small: x gate(x), given a gate(-a) at a = |x|.
MARTLET_FUNCTION martlet_real martlet_gated(martlet_real x, martlet_real small) {
    return MARTLET_SELECT(x > 0.0f, x, 0.0f) - small;
}

// The derivative, given its value at -|x|.
MARTLET_FUNCTION martlet_real martlet_gated_slope(martlet_real x, martlet_real small) {
    return MARTLET_SELECT(x > 0.0f, 1.0f - small, small);
}

// x Phi(x), where Phi is the distribution function of the standard normal distribution.
MARTLET_FUNCTION martlet_real martlet_gelu(martlet_real x) {
    martlet_real small = martlet_normal_tail_product(martlet_magnitude_below(x, 15.0f));
    return MARTLET_FMA(small, -MARTLET_NORMAL_TAIL_UNSCALE, MARTLET_SELECT(x < 0.0f, 0.0f, x));
}

// dy (Phi(x) + x phi(x))
MARTLET_FUNCTION martlet_real martlet_gelu_gradient(martlet_real x, martlet_real dy) {
    martlet_real small = martlet_normal_tail_slope(martlet_magnitude_below(x, 15.0f));
    return dy * martlet_gated_slope(x, small * MARTLET_NORMAL_TAIL_UNSCALE);
}

// The gate of the tanh form of GELU is the logistic function of z = x (c + d x^2), c = sqrt(8 / pi), d = 0.044715 c;
// of a at most 11, *low is what rounding z lost.
MARTLET_FUNCTION martlet_real martlet_gelu_tanh_exponent(martlet_real a, martlet_real *low) {
    martlet_real square = a * a;
    martlet_real square_low = MARTLET_FMA(a, a, -square);
    martlet_real cubic = 0x1.2444f2p-4f * square;
    martlet_real w = 0x1.988454p+0f, w_low = MARTLET_FMA(0x1.2444f2p-4f, square, -cubic);
    w_low = MARTLET_FMA(0x1.2444f2p-4f, square_low, w_low);
    w_low = MARTLET_FMA(0x1.49b16ap-29f, square, w_low - 0x1.857936p-25f);
    martlet_two_sum(&w, &w_low, cubic);
    martlet_real z = a * w;
    *low = MARTLET_FMA(a, w_low, MARTLET_FMA(a, w, -z));
    return z;
}

// x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2
MARTLET_FUNCTION martlet_real martlet_gelu_tanh(martlet_real x) {
    martlet_real a = martlet_magnitude_below(x, 11.0f), low;
    martlet_real z = martlet_gelu_tanh_exponent(a, &low);
    return martlet_gated(x, martlet_exp_product(-z, -low, a) / (1.0f + martlet_exp_product(-z, -low, 1.0f)));
}

MARTLET_FUNCTION martlet_real martlet_gelu_tanh_gradient(martlet_real x, martlet_real dy) {
    martlet_real a = martlet_magnitude_below(x, 11.0f), low;
    martlet_real z = martlet_gelu_tanh_exponent(a, &low);
    // With s = e^-z / (1 + e^-z), the logistic function of -z: s (1 - a z' / (1 + e^-z)).
    martlet_real slope = MARTLET_FMA(3.0f * 0x1.2444f2p-4f, a * a, 0x1.988454p+0f);
    martlet_real complement = 1.0f / (1.0f + martlet_exp_product(-z, -low, 1.0f));
    martlet_real factor = complement * MARTLET_FMA(-(a * slope), complement, 1.0f);
    return dy * martlet_gated_slope(x, martlet_exp_product(-z, -low, factor));
}

// x / (1 + e^-x)
MARTLET_FUNCTION martlet_real martlet_silu(martlet_real x) {
    martlet_real a = martlet_magnitude_below(x, 120.0f);
    return martlet_gated(x, martlet_exp_product(-a, 0.0f, a) / (1.0f + martlet_exp_product(-a, 0.0f, 1.0f)));
}

MARTLET_FUNCTION martlet_real martlet_silu_gradient(martlet_real x, martlet_real dy) {
    martlet_real a = martlet_magnitude_below(x, 120.0f);
    martlet_real complement = 1.0f / (1.0f + martlet_exp_product(-a, 0.0f, 1.0f));
    martlet_real factor = complement * MARTLET_FMA(-a, complement, 1.0f);
    return dy * martlet_gated_slope(x, martlet_exp_product(-a, 0.0f, factor));
}

// x tanh(log(1 + e^x)). With e = e^-|x| the gate is (1 + 2e) / (1 + 2e + 2e^2) for x > 0,
// and e (2 + e) / (2 + 2e + e^2) otherwise.
MARTLET_FUNCTION martlet_real martlet_mish(martlet_real x) {
    martlet_real a = martlet_magnitude_below(x, 120.0f);
    martlet_real e = martlet_exp_product(-a, 0.0f, 1.0f);
    // a (2 + e) / (2 + e (2 + e)) in two parts.
    martlet_real sum = 2.0f + e, sum_low = e - (sum - 2.0f);
    martlet_real divisor = MARTLET_FMA(e, sum, 2.0f);
    martlet_real divisor_low = MARTLET_FMA(e, sum_low, MARTLET_FMA(e, sum, 2.0f - divisor));
    martlet_real product = a * sum, product_low = MARTLET_FMA(a, sum_low, MARTLET_FMA(a, sum, -product));
    martlet_real low, ratio = martlet_divide_pair(product, product_low, divisor, divisor_low, &low);
    martlet_real below = martlet_exp_product_pair(-a, 0.0f, ratio, low);
    martlet_real above = 2.0f * a * e * e / MARTLET_FMA(2.0f * e, e, MARTLET_FMA(2.0f, e, 1.0f));
    return MARTLET_SELECT(x > 0.0f, x, 0.0f) - MARTLET_SELECT(x > 0.0f, above, below);
}

// With the denominators D of the gate: for x > 0 ((1 + 2e) D + 4 x e^2 (1 + e)) / D^2, and otherwise
// e ((2 + e) D + 4 x (1 + e)) / D^2.
MARTLET_FUNCTION martlet_real martlet_mish_gradient(martlet_real x, martlet_real dy) {
    martlet_real a = martlet_magnitude_below(x, 120.0f);
    martlet_real e = martlet_exp_product(-a, 0.0f, 1.0f);
    martlet_real above_by = MARTLET_FMA(2.0f * e, e, MARTLET_FMA(2.0f, e, 1.0f));
    martlet_real above = MARTLET_FMA(2.0f, e, 1.0f) / above_by + 4.0f * a * e * e * (1.0f + e) / (above_by * above_by);
    martlet_real below_by = MARTLET_FMA(e, e, MARTLET_FMA(2.0f, e, 2.0f));
    martlet_real factor = MARTLET_FMA(2.0f + e, below_by, -4.0f * a * (1.0f + e)) / (below_by * below_by);
    return dy * MARTLET_SELECT(x > 0.0f, above, martlet_exp_product(-a, 0.0f, factor));
}

#define MARTLET_GATED_ACTIVATIONS(UNARY, BINARY, TERNARY) \
    UNARY(gelu) \
    BINARY(gelu_gradient) \
    UNARY(gelu_tanh) \
    BINARY(gelu_tanh_gradient) \
    UNARY(silu) \
    BINARY(silu_gradient) \
    UNARY(mish) \
    BINARY(mish_gradient)

#endif
