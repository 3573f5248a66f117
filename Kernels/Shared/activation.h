// Activation functions and their gradients.
//
// A gradient takes what its function gave (y) and the gradient that arrives from above (dy). Sources: Goodfellow,
// Bengio, Courville: Deep learning (2016), section 6.3.

#ifndef MARTLET_ACTIVATION_H
#define MARTLET_ACTIVATION_H

#include "Shared/sigmoid.h"

// max(a, 0); NaN stays NaN.
MARTLET_FUNCTION martlet_real martlet_relu(martlet_real a) {
    return MARTLET_SELECT(a < 0.0f, 0.0f, a);
}

// dy where y > 0, else 0.
MARTLET_FUNCTION martlet_real martlet_relu_gradient(martlet_real y, martlet_real dy) {
    return MARTLET_SELECT(y > 0.0f, dy, 0.0f);
}

// dy (1 - y^2)
MARTLET_FUNCTION martlet_real martlet_tanh_gradient(martlet_real y, martlet_real dy) {
    return dy * MARTLET_FMA(-y, y, 1.0f);
}

// dy y (1 - y)
MARTLET_FUNCTION martlet_real martlet_sigmoid_gradient(martlet_real y, martlet_real dy) {
    return dy * MARTLET_FMA(-y, y, y);
}

#define MARTLET_ACTIVATIONS(UNARY, BINARY, TERNARY) \
    UNARY(relu) \
    BINARY(relu_gradient) \
    UNARY(tanh) \
    BINARY(tanh_gradient) \
    UNARY(sigmoid) \
    BINARY(sigmoid_gradient)

#endif
