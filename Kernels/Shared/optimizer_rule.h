// What an update rule is: a function of one parameter, its gradient and its state,
//
//     MARTLET_RULE(name) { ... *parameter, gradient, *state0, *state1, *state2, scalars, rate_scale, decay_scale ... }
//
// that leaves the states it does not use alone. States start at zero. rate_scale and decay_scale belong to the
// segment of the parameter arena (0 freezes it, or spares it the decay). What depends on the number of the step t
// (1, 2, ...) is computed by the host and comes in the scalars: slot 0 is the learning rate, slot 1 the weight decay,
// and from slot 2 on each header lists its own.
//
// Weight decay is coupled, decay * parameter added to the gradient (L2), unless a rule says that it is decoupled: then
// it shrinks the parameter itself by rate * decay (Loshchilov, Hutter 2019).

#ifndef MARTLET_OPTIMIZER_RULE_H
#define MARTLET_OPTIMIZER_RULE_H

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

#define MARTLET_RULE(name) \
    MARTLET_FUNCTION void martlet_update_##name( \
        martlet_real *parameter, martlet_real gradient, martlet_real *state0, martlet_real *state1, \
        martlet_real *state2, martlet_scalars scalars, float rate_scale, float decay_scale)

// The gradient of the loss with the L2 penalty decay / 2 * parameter^2.
MARTLET_FUNCTION martlet_real martlet_decayed_gradient(
    martlet_real parameter, martlet_real gradient, martlet_scalars scalars, float decay_scale) {
    return MARTLET_FMA(scalars.value[1] * decay_scale, parameter, gradient);
}

// The parameter, shrunk by decoupled weight decay.
MARTLET_FUNCTION martlet_real martlet_shrunk(
    martlet_real parameter, martlet_scalars scalars, float rate, float decay_scale) {
    return MARTLET_FMA(-(rate * (scalars.value[1] * decay_scale)), parameter, parameter);
}

#endif
