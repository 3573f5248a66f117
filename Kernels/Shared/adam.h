// Update rules with a first and a second moment of the gradient.
//
//     slot  adam, adamw, amsgrad, adamw_amsgrad    adamax                 nadam, nadamw               radam
//     2     beta1                                  beta1                  beta1                       beta1
//     3     1 - beta1                              1 - beta1              1 - beta1                   1 - beta1
//     4     beta2                                  beta2                  beta2                       beta2
//     5     1 - beta2                                                     1 - beta2                   1 - beta2
//     6     epsilon                                epsilon                epsilon                     epsilon, or 1
//     7     1 / (1 - beta1^t)                      1 / (1 - beta1^t)      factor of the first moment  factor of the step
//     8     1 / sqrt(1 - beta2^t)                                         1 / sqrt(1 - beta2^t)       1, or 0
//     9                                                                   factor of the gradient
//
// radam takes the last of both in its first steps, which do not divide by the second moment.

#ifndef MARTLET_ADAM_H
#define MARTLET_ADAM_H

#include "Shared/optimizer_rule.h"

MARTLET_FUNCTION void martlet_moments(martlet_real g, martlet_real *first, martlet_real *second, martlet_scalars scalars) {
    *first = MARTLET_FMA(scalars.value[2], *first, scalars.value[3] * g);
    *second = MARTLET_FMA(scalars.value[4], *second, scalars.value[5] * g * g);
}

// sqrt(second) corrected + epsilon
MARTLET_FUNCTION martlet_real martlet_adam_denominator(martlet_real second, martlet_scalars scalars) {
    return MARTLET_FMA(MARTLET_SQRT(second), scalars.value[8], scalars.value[6]);
}

// The common part: the moments, and the parameter moved against the gradient.
MARTLET_FUNCTION void martlet_adam_step(
    martlet_real *parameter, martlet_real g, martlet_real *first, martlet_real *second,
    martlet_scalars scalars, float rate) {
    martlet_moments(g, first, second, scalars);
    martlet_real denominator = martlet_adam_denominator(*second, scalars);
    *parameter = MARTLET_FMA(-(rate * scalars.value[7]), *first / denominator, *parameter);
}

// The same with the largest second moment so far; Reddi et al. (2018).
MARTLET_FUNCTION void martlet_amsgrad_step(
    martlet_real *parameter, martlet_real g, martlet_real *first, martlet_real *second, martlet_real *largest,
    martlet_scalars scalars, float rate) {
    martlet_moments(g, first, second, scalars);
    *largest = MARTLET_SELECT(*largest > *second, *largest, *second);
    martlet_real denominator = martlet_adam_denominator(*largest, scalars);
    *parameter = MARTLET_FMA(-(rate * scalars.value[7]), *first / denominator, *parameter);
}

// Kingma, Ba (2015). States: 0 the first moment, 1 the second.
MARTLET_RULE(adam) {
    (void)state2;
    martlet_real g = martlet_decayed_gradient(*parameter, gradient, scalars, decay_scale);
    martlet_adam_step(parameter, g, state0, state1, scalars, scalars.value[0] * rate_scale);
}

// With decoupled weight decay; Loshchilov, Hutter (2019).
MARTLET_RULE(adamw) {
    (void)state2;
    float rate = scalars.value[0] * rate_scale;
    *parameter = martlet_shrunk(*parameter, scalars, rate, decay_scale);
    martlet_adam_step(parameter, gradient, state0, state1, scalars, rate);
}

// State 2: the largest second moment.
MARTLET_RULE(amsgrad) {
    martlet_real g = martlet_decayed_gradient(*parameter, gradient, scalars, decay_scale);
    martlet_amsgrad_step(parameter, g, state0, state1, state2, scalars, scalars.value[0] * rate_scale);
}

MARTLET_RULE(adamw_amsgrad) {
    float rate = scalars.value[0] * rate_scale;
    *parameter = martlet_shrunk(*parameter, scalars, rate, decay_scale);
    martlet_amsgrad_step(parameter, gradient, state0, state1, state2, scalars, rate);
}

// Kingma, Ba (2015), section 7.1. States: 0 the first moment, 1 the decaying maximum of |g| + epsilon.
MARTLET_RULE(adamax) {
    (void)state2;
    martlet_real g = martlet_decayed_gradient(*parameter, gradient, scalars, decay_scale);
    *state0 = MARTLET_FMA(scalars.value[2], *state0, scalars.value[3] * g);
    martlet_real faded = scalars.value[4] * *state1, now = MARTLET_ABSOLUTE(g) + scalars.value[6];
    *state1 = MARTLET_SELECT(faded > now, faded, now);
    *parameter = MARTLET_FMA(-(scalars.value[0] * rate_scale * scalars.value[7]), *state0 / *state1, *parameter);
}

// Adam with Nesterov's step; Dozat (2016).
MARTLET_FUNCTION void martlet_nadam_step(
    martlet_real *parameter, martlet_real g, martlet_real *first, martlet_real *second,
    martlet_scalars scalars, float rate) {
    martlet_moments(g, first, second, scalars);
    martlet_real direction = MARTLET_FMA(scalars.value[7], *first, scalars.value[9] * g);
    *parameter = MARTLET_FMA(-rate, direction / martlet_adam_denominator(*second, scalars), *parameter);
}

MARTLET_RULE(nadam) {
    (void)state2;
    martlet_real g = martlet_decayed_gradient(*parameter, gradient, scalars, decay_scale);
    martlet_nadam_step(parameter, g, state0, state1, scalars, scalars.value[0] * rate_scale);
}

// With decoupled weight decay.
MARTLET_RULE(nadamw) {
    (void)state2;
    float rate = scalars.value[0] * rate_scale;
    *parameter = martlet_shrunk(*parameter, scalars, rate, decay_scale);
    martlet_nadam_step(parameter, gradient, state0, state1, scalars, rate);
}

// Liu et al. (2020): adam's step, rectified by the host.
MARTLET_RULE(radam) {
    (void)state2;
    martlet_real g = martlet_decayed_gradient(*parameter, gradient, scalars, decay_scale);
    martlet_adam_step(parameter, g, state0, state1, scalars, scalars.value[0] * rate_scale);
}

#define MARTLET_ADAM_RULES(RULE) \
    RULE(adam, 2) \
    RULE(adamw, 2) \
    RULE(amsgrad, 3) \
    RULE(adamw_amsgrad, 3) \
    RULE(adamax, 2) \
    RULE(nadam, 2) \
    RULE(nadamw, 2) \
    RULE(radam, 2)

#endif
