// The update rules of the optimizers, for one parameter and its state.
//
// Each rule is
//     void martlet_update_<name>(martlet_real *parameter, martlet_real gradient,
//                                martlet_real *state0, martlet_real *state1, martlet_real *state2,
//                                martlet_scalars scalars, float rate_scale, float decay_scale)
// and leaves the states it does not use alone. States start at zero. rate_scale and decay_scale belong to the
// segment of the parameter arena (0 freezes it, or spares it the decay). What depends on the number of the step t
// (1, 2, ...) is computed by the host and comes in the scalars:
//
//     slot  sgd, momentum, adam, adamw
//     0     learning rate
//     1     weight decay
//     slot  momentum                              adam, adamw
//     2     momentum                              beta1
//     3     factor of this step's gradient:       1 - beta1
//           1 in the first step, then 1 - dampening
//     4                                           beta2
//     5                                           1 - beta2
//     6                                           epsilon
//     7                                           1 / (1 - beta1^t)
//     8                                           1 / sqrt(1 - beta2^t)
//
// Weight decay adds decay * parameter to the gradient (L2), except in adamw, where it shrinks the parameter itself.

#ifndef MARTLET_OPTIMIZER_H
#define MARTLET_OPTIMIZER_H

#include "Shared/prelude.h"
#include "Shared/step.h"

typedef struct {
    float value[MARTLET_STEP_SCALARS];
} martlet_scalars;

// What a rule needs of the step. The compiler drops the slots that the rule does not read.
MARTLET_FUNCTION martlet_scalars martlet_load_scalars(const MARTLET_GLOBAL martlet_step *step) {
    martlet_scalars scalars;
    for (int slot = 0; slot < MARTLET_STEP_SCALARS; ++slot) {
        scalars.value[slot] = step->scalars[slot];
    }
    return scalars;
}

// The gradient of the loss with the L2 penalty decay / 2 * parameter^2.
MARTLET_FUNCTION martlet_real martlet_decayed_gradient(
    martlet_real parameter, martlet_real gradient, martlet_scalars scalars, float decay_scale) {
    return MARTLET_FMA(scalars.value[1] * decay_scale, parameter, gradient);
}

// Stochastic gradient descent. No state.
MARTLET_FUNCTION void martlet_update_sgd(
    martlet_real *parameter, martlet_real gradient, martlet_real *state0, martlet_real *state1, martlet_real *state2,
    martlet_scalars scalars, float rate_scale, float decay_scale) {
    (void)state0, (void)state1, (void)state2;
    martlet_real g = martlet_decayed_gradient(*parameter, gradient, scalars, decay_scale);
    *parameter = MARTLET_FMA(-(scalars.value[0] * rate_scale), g, *parameter);
}

// Stochastic gradient descent with momentum, in PyTorch's form. State 0: the velocity.
MARTLET_FUNCTION void martlet_update_momentum(
    martlet_real *parameter, martlet_real gradient, martlet_real *state0, martlet_real *state1, martlet_real *state2,
    martlet_scalars scalars, float rate_scale, float decay_scale) {
    (void)state1, (void)state2;
    martlet_real g = martlet_decayed_gradient(*parameter, gradient, scalars, decay_scale);
    *state0 = MARTLET_FMA(scalars.value[2], *state0, scalars.value[3] * g);
    *parameter = MARTLET_FMA(-(scalars.value[0] * rate_scale), *state0, *parameter);
}

// The common part of adam and adamw: the moments, and the parameter moved against the gradient.
MARTLET_FUNCTION void martlet_adam_step(
    martlet_real *parameter, martlet_real g, martlet_real *first, martlet_real *second,
    martlet_scalars scalars, float rate) {
    *first = MARTLET_FMA(scalars.value[2], *first, scalars.value[3] * g);
    *second = MARTLET_FMA(scalars.value[4], *second, scalars.value[5] * g * g);
    martlet_real denominator = MARTLET_FMA(MARTLET_SQRT(*second), scalars.value[8], scalars.value[6]);
    *parameter = MARTLET_FMA(-(rate * scalars.value[7]), *first / denominator, *parameter);
}

// Adam; Kingma, Ba (2015). States: 0 the first moment, 1 the second.
MARTLET_FUNCTION void martlet_update_adam(
    martlet_real *parameter, martlet_real gradient, martlet_real *state0, martlet_real *state1, martlet_real *state2,
    martlet_scalars scalars, float rate_scale, float decay_scale) {
    (void)state2;
    martlet_real g = martlet_decayed_gradient(*parameter, gradient, scalars, decay_scale);
    martlet_adam_step(parameter, g, state0, state1, scalars, scalars.value[0] * rate_scale);
}

// Adam with decoupled weight decay; Loshchilov, Hutter (2019). States as in adam.
MARTLET_FUNCTION void martlet_update_adamw(
    martlet_real *parameter, martlet_real gradient, martlet_real *state0, martlet_real *state1, martlet_real *state2,
    martlet_scalars scalars, float rate_scale, float decay_scale) {
    (void)state2;
    float rate = scalars.value[0] * rate_scale;
    *parameter = MARTLET_FMA(-(rate * (scalars.value[1] * decay_scale)), *parameter, *parameter);
    martlet_adam_step(parameter, gradient, state0, state1, scalars, rate);
}

// RULE(name, number of states)
#define MARTLET_OPTIMIZERS(RULE) \
    RULE(sgd, 0) \
    RULE(momentum, 1) \
    RULE(adam, 2) \
    RULE(adamw, 2)

#endif
