// Activation functions and their gradients.
//
// A gradient takes what its function gave (y), or where that does not tell enough its argument (x), the parameters, and
// the gradient that arrives from above (dy). At a kink it is that of the branch "not x > 0". Sources: Goodfellow, Bengio,
// Courville: Deep learning (2016), section 6.3; ELU: Clevert et al. (2015); SELU: Klambauer et al. (2017); hard swish:
// Howard et al. (2019).
//
// Largest error, in units in the last place, with alpha and beta 1: ELU 0.9 and its gradient 1.0, SELU 1.8 and 2.0,
// softplus 1.8, hard swish 2.0; the gradient of hard swish 1.0 above -1 (it passes through zero at -1.5).

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

// x where x > 0, else slope x.
MARTLET_FUNCTION martlet_real martlet_leaky_relu(martlet_real x, martlet_real slope) {
    return MARTLET_SELECT(x > 0.0f, x, slope * x);
}

MARTLET_FUNCTION martlet_real martlet_leaky_relu_gradient(martlet_real x, martlet_real slope, martlet_real dy) {
    return MARTLET_SELECT(x > 0.0f, dy, slope * dy);
}

// x where x > 0, else alpha (e^x - 1).
MARTLET_FUNCTION martlet_real martlet_elu(martlet_real x, martlet_real alpha) {
    return MARTLET_SELECT(x > 0.0f, x, alpha * martlet_expm1(x));
}

MARTLET_FUNCTION martlet_real martlet_elu_gradient(martlet_real x, martlet_real alpha, martlet_real dy) {
    return MARTLET_SELECT(x > 0.0f, dy, dy * (alpha * martlet_exp(x)));
}

// ELU scaled so that activations keep mean 0 and variance 1.
#define MARTLET_SELU_SCALE 0x1.0cfabep+0f
#define MARTLET_SELU_SCALE_ALPHA 0x1.c212ccp+0f

MARTLET_FUNCTION martlet_real martlet_selu(martlet_real x) {
    return MARTLET_SELECT(x > 0.0f, MARTLET_SELU_SCALE * x, MARTLET_SELU_SCALE_ALPHA * martlet_expm1(x));
}

MARTLET_FUNCTION martlet_real martlet_selu_gradient(martlet_real x, martlet_real dy) {
    return dy * MARTLET_SELECT(x > 0.0f, MARTLET_SELU_SCALE, MARTLET_SELU_SCALE_ALPHA * martlet_exp(x));
}

// log(1 + e^(beta x)) / beta for a positive beta, as max(x, 0) + log(1 + e^-|beta x|) / beta: neither overflows nor cancels.
MARTLET_FUNCTION martlet_real martlet_softplus(martlet_real x, martlet_real beta) {
    martlet_real rest = martlet_log1p(martlet_exp(-MARTLET_ABSOLUTE(beta * x)));
    return MARTLET_SELECT(x > 0.0f, x, 0.0f) + rest / martlet_unsigned_zero(beta);
}

MARTLET_FUNCTION martlet_real martlet_softplus_gradient(martlet_real x, martlet_real beta, martlet_real dy) {
    return dy * martlet_sigmoid(beta * x);
}

// x min(max(x + 3, 0), 6) / 6, without the product of infinity and zero.
MARTLET_FUNCTION martlet_real martlet_hardswish(martlet_real x) {
    martlet_real between = x * (x + 3.0f) / 6.0f;
    return MARTLET_SELECT(x > 3.0f, x, MARTLET_SELECT(x < -3.0f, 0.0f, between));
}

MARTLET_FUNCTION martlet_real martlet_hardswish_gradient(martlet_real x, martlet_real dy) {
    martlet_real between = MARTLET_FMA(2.0f, x, 3.0f) / 6.0f;
    return dy * MARTLET_SELECT(x > 3.0f, 1.0f, MARTLET_SELECT(x < -3.0f, 0.0f, between));
}

#define MARTLET_ACTIVATIONS(UNARY, BINARY, TERNARY) \
    UNARY(relu) \
    BINARY(relu_gradient) \
    UNARY(tanh) \
    BINARY(tanh_gradient) \
    UNARY(sigmoid) \
    BINARY(sigmoid_gradient) \
    BINARY(leaky_relu) \
    TERNARY(leaky_relu_gradient) \
    BINARY(elu) \
    TERNARY(elu_gradient) \
    UNARY(selu) \
    BINARY(selu_gradient) \
    BINARY(softplus) \
    TERNARY(softplus_gradient) \
    UNARY(hardswish) \
    BINARY(hardswish_gradient)

#endif
