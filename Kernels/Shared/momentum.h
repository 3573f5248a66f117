// Update rules that step along the gradient or a velocity.
//
//     slot  momentum, nesterov                     cs231n_momentum, cs231n_nesterov     lion
//     2     momentum                               momentum                             beta1
//     3     factor of this step's gradient:                                             1 - beta1
//           1 in the first step, then 1 - dampening
//     4                                                                                 beta2
//     5                                                                                 1 - beta2

#ifndef MARTLET_MOMENTUM_H
#define MARTLET_MOMENTUM_H

#include "Shared/optimizer_rule.h"

// Stochastic gradient descent. No state.
MARTLET_RULE(sgd) {
    (void)state0, (void)state1, (void)state2;
    martlet_real g = martlet_decayed_gradient(*parameter, gradient, scalars, decay_scale);
    *parameter = MARTLET_FMA(-(scalars.value[0] * rate_scale), g, *parameter);
}

// Momentum in PyTorch's form. State 0: the velocity, a sum of gradients.
MARTLET_RULE(momentum) {
    (void)state1, (void)state2;
    martlet_real g = martlet_decayed_gradient(*parameter, gradient, scalars, decay_scale);
    *state0 = MARTLET_FMA(scalars.value[2], *state0, scalars.value[3] * g);
    *parameter = MARTLET_FMA(-(scalars.value[0] * rate_scale), *state0, *parameter);
}

// Nesterov's accelerated gradient in PyTorch's form; Sutskever et al. (2013). State as in momentum.
MARTLET_RULE(nesterov) {
    (void)state1, (void)state2;
    martlet_real g = martlet_decayed_gradient(*parameter, gradient, scalars, decay_scale);
    *state0 = MARTLET_FMA(scalars.value[2], *state0, scalars.value[3] * g);
    *parameter = MARTLET_FMA(-(scalars.value[0] * rate_scale), MARTLET_FMA(scalars.value[2], *state0, g), *parameter);
}

// Momentum in the form of CS231n's notes (Neural networks 3). State 0: the velocity, with the learning rate in it.
MARTLET_RULE(cs231n_momentum) {
    (void)state1, (void)state2;
    martlet_real g = martlet_decayed_gradient(*parameter, gradient, scalars, decay_scale);
    *state0 = MARTLET_FMA(scalars.value[2], *state0, -(scalars.value[0] * rate_scale) * g);
    *parameter = *parameter + *state0;
}

// Nesterov's form of it: -mu v_before + (1 + mu) v = v + mu (v - v_before).
MARTLET_RULE(cs231n_nesterov) {
    (void)state1, (void)state2;
    martlet_real g = martlet_decayed_gradient(*parameter, gradient, scalars, decay_scale);
    martlet_real before = *state0;
    *state0 = MARTLET_FMA(scalars.value[2], before, -(scalars.value[0] * rate_scale) * g);
    *parameter = *parameter + MARTLET_FMA(scalars.value[2], *state0 - before, *state0);
}

// The sign of a mixture of momentum and gradient; Chen et al. (2023). Decoupled decay. State 0: the first moment.
MARTLET_RULE(lion) {
    (void)state1, (void)state2;
    float rate = scalars.value[0] * rate_scale;
    martlet_real direction = MARTLET_FMA(scalars.value[2], *state0, scalars.value[3] * gradient);
    martlet_real step = MARTLET_SELECT(direction > 0.0f, rate, MARTLET_SELECT(direction < 0.0f, -rate, direction));
    *parameter = martlet_shrunk(*parameter, scalars, rate, decay_scale) - step;
    *state0 = MARTLET_FMA(scalars.value[4], *state0, scalars.value[5] * gradient);
}

#define MARTLET_MOMENTUM_RULES(RULE) \
    RULE(sgd, 0) \
    RULE(momentum, 1) \
    RULE(nesterov, 1) \
    RULE(cs231n_momentum, 1) \
    RULE(cs231n_nesterov, 1) \
    RULE(lion, 1)

#endif
