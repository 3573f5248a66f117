// Update rules that divide the gradient by the root of its mean square.
//
//     slot  adagrad                                rmsprop and its variants     adadelta
//     2     epsilon                                epsilon                      epsilon
//     3     learning rate / (1 + (t - 1) decay)    alpha                        rho
//     4     added to the squares before the step:  1 - alpha                    1 - rho
//           their initial value at t = 1, then 0
//     5                                            momentum

#ifndef MARTLET_ADAPTIVE_RATE_H
#define MARTLET_ADAPTIVE_RATE_H

#include "Shared/optimizer_rule.h"

// Duchi et al. (2011). State 0: the sum of the squares, which slot 4 lets begin above zero.
MARTLET_RULE(adagrad) {
    (void)state1, (void)state2;
    martlet_real g = martlet_decayed_gradient(*parameter, gradient, scalars, decay_scale);
    *state0 = MARTLET_FMA(g, g, *state0 + scalars.value[4]);
    martlet_real denominator = MARTLET_SQRT(*state0) + scalars.value[2];
    *parameter = MARTLET_FMA(-(scalars.value[3] * rate_scale), g / denominator, *parameter);
}

// The running mean of the squares.
MARTLET_FUNCTION martlet_real martlet_mean_square(martlet_real mean, martlet_real g, martlet_scalars scalars) {
    return MARTLET_FMA(scalars.value[3], mean, scalars.value[4] * g * g);
}

// The variance: the mean square less the square of the mean, not below zero, where rounding may take it.
MARTLET_FUNCTION martlet_real martlet_variance(martlet_real square, martlet_real mean) {
    martlet_real variance = MARTLET_FMA(-mean, mean, square);
    return MARTLET_SELECT(variance < 0.0f, 0.0f, variance);
}

// Tieleman, Hinton: lecture 6.5 of Neural networks for machine learning (2012). State 0: the mean square.
MARTLET_RULE(rmsprop) {
    (void)state1, (void)state2;
    martlet_real g = martlet_decayed_gradient(*parameter, gradient, scalars, decay_scale);
    *state0 = martlet_mean_square(*state0, g, scalars);
    martlet_real denominator = MARTLET_SQRT(*state0) + scalars.value[2];
    *parameter = MARTLET_FMA(-(scalars.value[0] * rate_scale), g / denominator, *parameter);
}

// With momentum. State 1: the velocity.
MARTLET_RULE(rmsprop_momentum) {
    (void)state2;
    martlet_real g = martlet_decayed_gradient(*parameter, gradient, scalars, decay_scale);
    *state0 = martlet_mean_square(*state0, g, scalars);
    martlet_real denominator = MARTLET_SQRT(*state0) + scalars.value[2];
    *state1 = MARTLET_FMA(scalars.value[5], *state1, g / denominator);
    *parameter = MARTLET_FMA(-(scalars.value[0] * rate_scale), *state1, *parameter);
}

// Divided by the standard deviation; Graves (2013). State 1: the mean gradient.
MARTLET_RULE(rmsprop_centered) {
    (void)state2;
    martlet_real g = martlet_decayed_gradient(*parameter, gradient, scalars, decay_scale);
    *state0 = martlet_mean_square(*state0, g, scalars);
    *state1 = MARTLET_FMA(scalars.value[3], *state1, scalars.value[4] * g);
    martlet_real denominator = MARTLET_SQRT(martlet_variance(*state0, *state1)) + scalars.value[2];
    *parameter = MARTLET_FMA(-(scalars.value[0] * rate_scale), g / denominator, *parameter);
}

// Both. State 1: the mean gradient, 2: the velocity.
MARTLET_RULE(rmsprop_centered_momentum) {
    martlet_real g = martlet_decayed_gradient(*parameter, gradient, scalars, decay_scale);
    *state0 = martlet_mean_square(*state0, g, scalars);
    *state1 = MARTLET_FMA(scalars.value[3], *state1, scalars.value[4] * g);
    martlet_real denominator = MARTLET_SQRT(martlet_variance(*state0, *state1)) + scalars.value[2];
    *state2 = MARTLET_FMA(scalars.value[5], *state2, g / denominator);
    *parameter = MARTLET_FMA(-(scalars.value[0] * rate_scale), *state2, *parameter);
}

// Zeiler (2012). States: 0 the mean square of the gradient, 1 that of the step.
MARTLET_RULE(adadelta) {
    (void)state2;
    martlet_real g = martlet_decayed_gradient(*parameter, gradient, scalars, decay_scale);
    *state0 = martlet_mean_square(*state0, g, scalars);
    martlet_real ratio = MARTLET_SQRT(*state1 + scalars.value[2]) / MARTLET_SQRT(*state0 + scalars.value[2]);
    martlet_real change = ratio * g;
    *state1 = martlet_mean_square(*state1, change, scalars);
    *parameter = MARTLET_FMA(-(scalars.value[0] * rate_scale), change, *parameter);
}

#define MARTLET_ADAPTIVE_RATE_RULES(RULE) \
    RULE(adagrad, 1) \
    RULE(rmsprop, 1) \
    RULE(rmsprop_momentum, 2) \
    RULE(rmsprop_centered, 2) \
    RULE(rmsprop_centered_momentum, 3) \
    RULE(adadelta, 2)

#endif
