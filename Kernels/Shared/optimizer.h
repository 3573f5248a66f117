// The update rules of the optimizers. Each row RULE(name, number of states) stands for a function
// martlet_update_<name> as optimizer_rule.h describes it.

#ifndef MARTLET_OPTIMIZER_H
#define MARTLET_OPTIMIZER_H

#include "Shared/adam.h"
#include "Shared/adaptive_rate.h"
#include "Shared/momentum.h"

#define MARTLET_OPTIMIZERS(RULE) \
    MARTLET_MOMENTUM_RULES(RULE) \
    MARTLET_ADAPTIVE_RATE_RULES(RULE) \
    MARTLET_ADAM_RULES(RULE)

#endif
