// The largest error of each function of Kernels/Shared, in units in the last place, over every float32 (or every
// n-th, given n; or of one function, given n and its name), against the C library in Float64. Exits with 1 if one is
// above its bound.

#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "Shared/pointwise.h"
#include "Shared/trigonometry.h"

#define CHUNK 4096
#ifndef THREADS
#define THREADS 2
#endif

static double reference_sigmoid(double x) { return x > 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)); }
// Reduced exactly first, so that the C library sees an angle near zero.
static double reference_sin_turns(double u) {
    double r = u - rint(u);
    double q = rint(4 * r);
    double a = 6.283185307179586476925 * (r - q / 4);
    return q == 0 ? sin(a) : q == 1 ? cos(a) : q == -1 ? -cos(a) : -sin(a);
}
static double reference_cos_turns(double u) {
    double r = u - rint(u);
    double q = rint(4 * r);
    double a = 6.283185307179586476925 * (r - q / 4);
    return q == 0 ? cos(a) : q == 1 ? -sin(a) : q == -1 ? sin(a) : -cos(a);
}


// The activations with their usual parameters, and their derivatives.
static double step(double x, double below) { return isnan(x) ? x : x > 0 ? 1 : below; }
static double tail(double x, double y) { return isinf(x) ? (x > 0 ? x : 0) : y; }
static double slope_tail(double x, double y) { return isinf(x) ? x > 0 : y; }
static double phi(double x) { return exp(-x * x / 2) * 0.39894228040143267794; }
static double Phi(double x) { return erfc(-x * 0.70710678118654752440) / 2; }
static double reference_elu(double x) { return x > 0 ? x : expm1(x); }
static double reference_elu_slope(double x) { return step(x, exp(x)); }
static double reference_selu(double x) { return 1.0507009873554804934193 * (x > 0 ? x : 1.6732632423543772848170 * expm1(x)); }
static double reference_selu_slope(double x) { return 1.0507009873554804934193 * step(x, 1.6732632423543772848170 * exp(x)); }
static double reference_softplus(double x) { return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)); }
static double reference_gelu(double x) { return tail(x, x * Phi(x)); }
static double reference_gelu_slope(double x) { return slope_tail(x, Phi(x) + x * phi(x)); }
static double gelu_tanh_exponent(double x) { return 1.59576912160573071176 * (x + 0.044715 * x * x * x); }
static double reference_gelu_tanh(double x) { return tail(x, x * reference_sigmoid(gelu_tanh_exponent(x))); }
static double reference_gelu_tanh_slope(double x) {
    double z = gelu_tanh_exponent(x), s = reference_sigmoid(z), t = reference_sigmoid(-z);
    return fabs(x) > 1e3 ? slope_tail(x, x > 0) : s + x * s * t * 1.59576912160573071176 * (1 + 3 * 0.044715 * x * x);
}
static double reference_silu(double x) { return tail(x, x * reference_sigmoid(x)); }
static double reference_silu_slope(double x) {
    double s = reference_sigmoid(x), t = reference_sigmoid(-x);
    return slope_tail(x, s + x * s * t);
}
static double reference_hardswish(double x) { return isnan(x) ? x : x <= -3 ? 0 : x >= 3 ? x : x * (x + 3) / 6; }
static double reference_hardswish_slope(double x) { return isnan(x) ? x : x < -3 ? 0 : x > 3 ? 1 : (2 * x + 3) / 6; }
static double mish_gate(double x) {
    double e = exp(-fabs(x));
    return x > 0 ? (1 + 2 * e) / (1 + 2 * e + 2 * e * e) : e * (2 + e) / (2 + 2 * e + e * e);
}
static double reference_mish(double x) { return tail(x, x * mish_gate(x)); }
static double reference_mish_slope(double x) {
    double e = exp(-fabs(x)), d = x > 0 ? 1 + 2 * e + 2 * e * e : 2 + 2 * e + e * e;
    return slope_tail(x, mish_gate(x) + x * (x > 0 ? 4 * e * e : 4 * e) * (1 + e) / (d * d));
}
static double reference_erf_slope(double x) { return exp(-x * x) * 1.12837916709551257390; }

// With the usual parameters, under names of one argument. A derivative is measured on both sides of its zero.
#define DEFAULTED(name, expression) static inline float martlet_##name(float x) { return expression; }
DEFAULTED(elu_1, martlet_elu(x, 1))
DEFAULTED(elu_slope, martlet_elu_gradient(x, 1, 1))
DEFAULTED(selu_slope, martlet_selu_gradient(x, 1))
DEFAULTED(softplus_1, martlet_softplus(x, 1))
DEFAULTED(hardswish_slope, martlet_hardswish_gradient(x, 1))
DEFAULTED(gelu_tail_slope, martlet_gelu_gradient(x, 1))
DEFAULTED(gelu_slope, martlet_gelu_gradient(x, 1))
DEFAULTED(gelu_tanh_tail_slope, martlet_gelu_tanh_gradient(x, 1))
DEFAULTED(gelu_tanh_slope, martlet_gelu_tanh_gradient(x, 1))
DEFAULTED(silu_tail_slope, martlet_silu_gradient(x, 1))
DEFAULTED(silu_slope, martlet_silu_gradient(x, 1))
DEFAULTED(mish_tail_slope, martlet_mish_gradient(x, 1))
DEFAULTED(mish_slope, martlet_mish_gradient(x, 1))
DEFAULTED(erf_slope, martlet_erf_gradient(x, 1))

// Name, reference, bound in units in the last place, and the range in which it is promised.
#define FUNCTIONS(F) \
    F(exp, exp, 1, -INFINITY, INFINITY) \
    F(log, log, 1, -INFINITY, INFINITY) \
    F(expm1, expm1, 2, -INFINITY, INFINITY) \
    F(log1p, log1p, 2, -INFINITY, INFINITY) \
    F(sigmoid, reference_sigmoid, 3, -INFINITY, INFINITY) \
    F(tanh, tanh, 3, -INFINITY, INFINITY) \
    F(erf, erf, 3, -INFINITY, INFINITY) \
    F(erf_slope, reference_erf_slope, 4, -INFINITY, INFINITY) \
    F(elu_1, reference_elu, 2, -INFINITY, INFINITY) \
    F(elu_slope, reference_elu_slope, 2, -INFINITY, INFINITY) \
    F(selu, reference_selu, 4, -INFINITY, INFINITY) \
    F(selu_slope, reference_selu_slope, 4, -INFINITY, INFINITY) \
    F(softplus_1, reference_softplus, 4, -INFINITY, INFINITY) \
    F(hardswish, reference_hardswish, 4, -INFINITY, INFINITY) \
    F(hardswish_slope, reference_hardswish_slope, 4, -1, INFINITY) \
    F(gelu, reference_gelu, 6, -INFINITY, INFINITY) \
    F(gelu_tail_slope, reference_gelu_slope, 8, -INFINITY, -2) \
    F(gelu_slope, reference_gelu_slope, 6, -0.5f, INFINITY) \
    F(gelu_tanh, reference_gelu_tanh, 6, -INFINITY, INFINITY) \
    F(gelu_tanh_tail_slope, reference_gelu_tanh_slope, 8, -INFINITY, -2) \
    F(gelu_tanh_slope, reference_gelu_tanh_slope, 6, -0.5f, INFINITY) \
    F(silu, reference_silu, 6, -INFINITY, INFINITY) \
    F(silu_tail_slope, reference_silu_slope, 8, -INFINITY, -2) \
    F(silu_slope, reference_silu_slope, 6, -1, INFINITY) \
    F(mish, reference_mish, 6, -INFINITY, INFINITY) \
    F(mish_tail_slope, reference_mish_slope, 8, -INFINITY, -2) \
    F(mish_slope, reference_mish_slope, 6, -0.5f, INFINITY) \
    F(sin_turns, reference_sin_turns, 2, 0, 1) \
    F(cos_turns, reference_cos_turns, 2, 0, 1)

typedef struct {
    const char *name;
    void (*apply)(const float *in, float *out);
    double (*reference)(double);
    double bound, low, high;
} function;

#define APPLY(name, reference, bound, low, high) \
    static void apply_##name(const float *in, float *out) { \
        for (int i = 0; i < CHUNK; ++i) out[i] = martlet_##name(in[i]); \
    }
FUNCTIONS(APPLY)
#define ROW(name, reference, bound, low, high) {#name, apply_##name, reference, bound, low, high},
static const function functions[] = {FUNCTIONS(ROW)};

static double error_in_ulp(float got, double expected) {
    if (isnan(expected) || isnan(got)) return isnan(expected) && isnan(got) ? 0 : INFINITY;
    if (isinf(expected)) return got == expected ? 0 : INFINITY;
    // An overflow to infinity counts as 2^128.
    double value = isinf(got) ? copysign(0x1p128, got) : got;
    if (fabs(expected) >= 0x1.ffffffp127) return isinf(got) && (got > 0) == (expected > 0) ? 0 : fabs(value - expected) / 0x1p104;
    uint64_t bits;
    memcpy(&bits, &expected, sizeof bits);
    int exponent = (int)(bits >> 52 & 0x7ff) - 1023;
    return fabs(value - expected) / ldexp(1, (exponent < -126 ? -126 : exponent) - 23);
}

typedef struct {
    const function *f;
    uint64_t part, stride;
    double worst;
    float where;
} task;

static void *measure(void *argument) {
    task *t = argument;
    static _Thread_local float in[CHUNK], out[CHUNK];
    uint64_t total = (1ull << 32) / t->stride;
    for (uint64_t chunk = t->part * CHUNK; chunk < total; chunk += THREADS * CHUNK) {
        for (int i = 0; i < CHUNK; ++i) {
            uint32_t bits = (uint32_t)((chunk + (uint64_t)i) * t->stride);
            memcpy(&in[i], &bits, sizeof bits);
        }
        t->f->apply(in, out);
        for (int i = 0; i < CHUNK; ++i) {
            if (in[i] < t->f->low || in[i] > t->f->high) continue;
            double error = error_in_ulp(out[i], t->f->reference(in[i]));
            if (error > t->worst) t->worst = error, t->where = in[i];
        }
    }
    return NULL;
}

int main(int count, char **arguments) {
    uint64_t stride = count > 1 ? strtoull(arguments[1], NULL, 10) : 1;
    int failed = 0;
    for (size_t f = 0; f < sizeof functions / sizeof functions[0]; ++f) {
        if (count > 2 && strcmp(arguments[2], functions[f].name) != 0) continue;
        task tasks[THREADS];
        pthread_t threads[THREADS];
        for (int i = 0; i < THREADS; ++i) {
            tasks[i] = (task){&functions[f], (uint64_t)i, stride, 0, 0};
            pthread_create(&threads[i], NULL, measure, &tasks[i]);
        }
        task worst = {0};
        for (int i = 0; i < THREADS; ++i) {
            pthread_join(threads[i], NULL);
            if (tasks[i].worst >= worst.worst) worst = tasks[i];
        }
        int above = !(worst.worst <= functions[f].bound);
        failed |= above;
        printf("%-20s %.4f ulp at %a (bound %g)%s\n", functions[f].name, worst.worst, worst.where, functions[f].bound,
               above ? "  ABOVE THE BOUND" : "");
        fflush(stdout);
    }
    return failed;
}
