// Every pointwise function there is. Each row UNARY(name), BINARY(name) or TERNARY(name) stands for
// martlet_real martlet_<name>(martlet_real a[, b[, c]]).

#ifndef MARTLET_POINTWISE_H
#define MARTLET_POINTWISE_H

#include "Shared/activation.h"
#include "Shared/arithmetic.h"
#include "Shared/comparison.h"
#include "Shared/gated.h"
#include "Shared/loss.h"

#define MARTLET_POINTWISE(UNARY, BINARY, TERNARY) \
    MARTLET_ARITHMETIC(UNARY, BINARY, TERNARY) \
    MARTLET_COMPARISON(UNARY, BINARY, TERNARY) \
    MARTLET_ACTIVATIONS(UNARY, BINARY, TERNARY) \
    MARTLET_GATED_ACTIVATIONS(UNARY, BINARY, TERNARY) \
    MARTLET_LOSSES(UNARY, BINARY, TERNARY)

#endif
