// Losses of one element, and their derivatives by the first argument.
//
// Sources: Huber: Robust estimation of a location parameter (1964); Girshick: Fast R-CNN (2015), equation 3; the
// documentation of torch.nn.SmoothL1Loss, HuberLoss and BCEWithLogitsLoss.

#ifndef MARTLET_LOSS_H
#define MARTLET_LOSS_H

#include "Shared/exponential.h"

// d^2 / 2 where |d| <= delta, else delta (|d| - delta / 2).
MARTLET_FUNCTION martlet_real martlet_huber(martlet_real d, martlet_real delta) {
    martlet_real magnitude = MARTLET_ABSOLUTE(d);
    martlet_real linear = delta * MARTLET_FMA(-0.5f, delta, magnitude);
    return MARTLET_SELECT(magnitude <= delta, 0.5f * d * d, linear);
}

// The sign of d; 0 at 0 and at NaN.
MARTLET_FUNCTION martlet_real martlet_sign_of(martlet_real d) {
    return MARTLET_SELECT(d > 0.0f, 1.0f, MARTLET_SELECT(d < 0.0f, -1.0f, 0.0f));
}

MARTLET_FUNCTION martlet_real martlet_huber_gradient(martlet_real d, martlet_real delta) {
    return MARTLET_SELECT(MARTLET_ABSOLUTE(d) <= delta, d, delta * martlet_sign_of(d));
}

// d^2 / (2 beta) where |d| < beta, else |d| - beta / 2; |d| where beta is 0.
MARTLET_FUNCTION martlet_real martlet_smooth_l1(martlet_real d, martlet_real beta) {
    martlet_real magnitude = MARTLET_ABSOLUTE(d);
    martlet_real linear = MARTLET_FMA(-0.5f, beta, magnitude);
    martlet_real square = 0.5f * d * d / martlet_unsigned_zero(beta);
    return MARTLET_SELECT(magnitude < beta, square, linear);
}

MARTLET_FUNCTION martlet_real martlet_smooth_l1_gradient(martlet_real d, martlet_real beta) {
    martlet_real inside = d / martlet_unsigned_zero(beta);
    return MARTLET_SELECT(MARTLET_ABSOLUTE(d) < beta, inside, martlet_sign_of(d));
}

// -(p t log s(x) + (1 - t) log(1 - s(x))) for a logit x, a target t and the weight p of the positive part. With
// w = 1 - t + p t it is w log(1 + e^-|x|) plus (1 - t) x for x > 0 and -p t x otherwise: nothing overflows or cancels.
MARTLET_FUNCTION martlet_real martlet_bce_with_logits(martlet_real x, martlet_real t, martlet_real p) {
    martlet_real weight = MARTLET_FMA(p, t, 1.0f - t);
    martlet_real rest = martlet_log1p(martlet_exp(-MARTLET_ABSOLUTE(x)));
    return MARTLET_FMA(weight, rest, MARTLET_SELECT(x > 0.0f, (1.0f - t) * x, -(p * t) * x));
}

// With q = 1 / (1 + e^|x|): 1 - t - w q for x > 0, w q - p t otherwise.
MARTLET_FUNCTION martlet_real martlet_bce_with_logits_gradient(martlet_real x, martlet_real t, martlet_real p) {
    martlet_real weight = MARTLET_FMA(p, t, 1.0f - t);
    martlet_real z = martlet_exp(-MARTLET_ABSOLUTE(x));
    martlet_real q = z / (1.0f + z);
    return MARTLET_SELECT(x > 0.0f, MARTLET_FMA(-weight, q, 1.0f - t), MARTLET_FMA(weight, q, -(p * t)));
}

#define MARTLET_LOSSES(UNARY, BINARY, TERNARY) \
    BINARY(huber) \
    BINARY(huber_gradient) \
    BINARY(smooth_l1) \
    BINARY(smooth_l1_gradient) \
    TERNARY(bce_with_logits) \
    TERNARY(bce_with_logits_gradient)

#endif
