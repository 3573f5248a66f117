// The largest error of each function of Kernels/Shared, in units in the last place, over every float32 (or every
// n-th, given n; or of one function, given n and its name), against the Float64 functions of reference.h. Prints the table
// of docs/accuracy.md. Exits with 1 if one is above its bound.

#include "reference.h"

#include <pthread.h>
#include <stdlib.h>

#include "Shared/pointwise.h"
#include "Shared/trigonometry.h"

enum { CHUNK = 4096, THREADS = 2 };

// MARK: References

// The activations with their usual parameters, and their derivatives. e^-|x| neither overflows nor cancels.
INLINE double step(double x, double below) { return x != x ? x : x > 0 ? 1 : below; }
INLINE double positive(double x) { return x > 0 ? x : 0; }
INLINE double decay(double x) { return d_exp(-fabs(x)); }
INLINE double reference_sigmoid(double x) {
    double e = decay(x);
    return (x > 0 ? 1 : e) / (1 + e);
}
INLINE double reference_tanh(double x) {
    double t = d_expm1(2 * fmin(fabs(x), 40)), y = t / (t + 2);
    return x != x ? x : x < 0 ? -y : y;
}
INLINE double reference_sin_turns(double u) { return d_sin_turns(u, 0); }
INLINE double reference_cos_turns(double u) { return d_sin_turns(u, 1); }
INLINE double reference_elu(double x) { return x > 0 ? x : d_expm1(x); }
INLINE double reference_elu_slope(double x) { return step(x, d_exp(x)); }
INLINE double reference_selu(double x) { return 1.0507009873554804934193 * (x > 0 ? x : 1.6732632423543772848170 * d_expm1(x)); }
INLINE double reference_selu_slope(double x) { return 1.0507009873554804934193 * step(x, 1.6732632423543772848170 * d_exp(x)); }
INLINE double reference_softplus(double x) { return (x > 0 ? x : 0) + d_log1p(decay(x)); }
// Of a gate with gate(-x) = 1 - gate(x), by its value below zero.
INLINE double normal_below(double x) { return tail_ratio(fabs(x)) * d_exp(-x * x / 2); }
INLINE double reference_gelu(double x) {
    double a = fmin(fabs(x), 40), y = positive(x) - a * normal_below(a);
    return x != x ? x : y;
}
INLINE double reference_gelu_slope(double x) {
    double a = fmin(fabs(x), 40), below = d_exp(-a * a / 2) * (tail_ratio(a) - a * 0.39894228040143267794);
    return x != x ? x : x > 0 ? 1 - below : below;
}
INLINE double gelu_tanh_exponent(double x) { return 1.59576912160573071176 * (x + 0.044715 * x * x * x); }
INLINE double reference_gelu_tanh(double x) {
    double a = fmin(fabs(x), 40), e = d_exp(-gelu_tanh_exponent(a)), y = positive(x) - a * e / (1 + e);
    return x != x ? x : y;
}
INLINE double reference_gelu_tanh_slope(double x) {
    double a = fmin(fabs(x), 40), e = d_exp(-gelu_tanh_exponent(a)), s = 1 / (1 + e);
    double below = e * s * (1 - a * s * 1.59576912160573071176 * (1 + 3 * 0.044715 * a * a));
    return x != x ? x : x > 0 ? 1 - below : below;
}
INLINE double reference_silu(double x) {
    double a = fmin(fabs(x), 690), e = d_exp(-a), y = positive(x) - a * e / (1 + e);
    return x != x ? x : y;
}
INLINE double reference_silu_slope(double x) {
    double a = fmin(fabs(x), 690), e = d_exp(-a), s = 1 / (1 + e), below = e * s * (1 - a * s);
    return x != x ? x : x > 0 ? 1 - below : below;
}
INLINE double reference_hardswish(double x) { return x != x ? x : x <= -3 ? 0 : x >= 3 ? x : x * (x + 3) / 6; }
INLINE double reference_hardswish_slope(double x) { return x != x ? x : x < -3 ? 0 : x > 3 ? 1 : (2 * x + 3) / 6; }
INLINE double reference_mish(double x) {
    double a = fmin(fabs(x), 690), e = d_exp(-a);
    double above = 2 * a * e * e / (1 + 2 * e + 2 * e * e), below = a * e * (2 + e) / (2 + 2 * e + e * e);
    return x != x ? x : x > 0 ? x - above : -below;
}
INLINE double reference_mish_slope(double x) {
    double a = fmin(fabs(x), 690), e = d_exp(-a), d = x > 0 ? 1 + 2 * e + 2 * e * e : 2 + 2 * e + e * e;
    double above = (1 + 2 * e) / d + 4 * a * e * e * (1 + e) / (d * d);
    double below = e * ((2 + e) / d - 4 * a * (1 + e) / (d * d));
    return x != x ? x : x > 0 ? above : below;
}
INLINE double reference_erf_slope(double x) {
    double a = fmin(fabs(x), 26);
    return x != x ? x : d_exp(-a * a) * 1.12837916709551257390;
}

// MARK: Functions

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
DEFAULTED(softplus_slope, martlet_softplus_gradient(x, 1, 1))

// Name, reference, bound in units in the last place, and the range in which it is promised.
#define FUNCTIONS(F) \
    F(exp, d_exp, 1, -INFINITY, INFINITY) \
    F(log, d_log, 1, -INFINITY, INFINITY) \
    F(expm1, d_expm1, 2, -INFINITY, INFINITY) \
    F(log1p, d_log1p, 2, -INFINITY, INFINITY) \
    F(sigmoid, reference_sigmoid, 3, -INFINITY, INFINITY) \
    F(tanh, reference_tanh, 3, -INFINITY, INFINITY) \
    F(erf, d_erf, 3, -INFINITY, INFINITY) \
    F(erf_slope, reference_erf_slope, 4, -INFINITY, INFINITY) \
    F(elu_1, reference_elu, 2, -INFINITY, INFINITY) \
    F(elu_slope, reference_elu_slope, 2, -INFINITY, INFINITY) \
    F(selu, reference_selu, 4, -INFINITY, INFINITY) \
    F(selu_slope, reference_selu_slope, 4, -INFINITY, INFINITY) \
    F(softplus_1, reference_softplus, 4, -INFINITY, INFINITY) \
    F(softplus_slope, reference_sigmoid, 3, -INFINITY, INFINITY) \
    F(hardswish, reference_hardswish, 4, -INFINITY, INFINITY) \
    F(hardswish_slope, reference_hardswish_slope, 4, -1, INFINITY) \
    F(gelu, reference_gelu, 3, -INFINITY, INFINITY) \
    F(gelu_tail_slope, reference_gelu_slope, 8, -INFINITY, -2) \
    F(gelu_slope, reference_gelu_slope, 6, -0.5f, INFINITY) \
    F(gelu_tanh, reference_gelu_tanh, 3, -INFINITY, INFINITY) \
    F(gelu_tanh_tail_slope, reference_gelu_tanh_slope, 8, -INFINITY, -2) \
    F(gelu_tanh_slope, reference_gelu_tanh_slope, 6, -0.5f, INFINITY) \
    F(silu, reference_silu, 3, -INFINITY, INFINITY) \
    F(silu_tail_slope, reference_silu_slope, 8, -INFINITY, -2) \
    F(silu_slope, reference_silu_slope, 6, -1, INFINITY) \
    F(mish, reference_mish, 3, -INFINITY, INFINITY) \
    F(mish_tail_slope, reference_mish_slope, 8, -INFINITY, -2) \
    F(mish_slope, reference_mish_slope, 6, -0.5f, INFINITY) \
    F(sin_turns, reference_sin_turns, 2, 0, 1) \
    F(cos_turns, reference_cos_turns, 2, 0, 1)

// MARK: Measuring

/// In units in the last place of a float; infinite where one is NaN and the other not. An overflow counts as 2^128.
INLINE double error_in_ulp(float got, double expected) {
    uint64_t exponent = bits_of(expected) >> 52 & 0x7ff;
    exponent = exponent < 1023 - 126 ? 1023 - 126 : exponent > 1023 + 127 ? 1023 + 127 : exponent;
    double per_ulp = double_of((2 * 1023 + 23 - exponent) << 52);
    double value = got == INFINITY ? 0x1p128 : got == -INFINITY ? -0x1p128 : (double)got;
    double bounded = expected > 0x1p128 ? 0x1p128 : expected < -0x1p128 ? -0x1p128 : expected;
    double error = fabs(value - bounded) * per_ulp;
    return (got != got) != (expected != expected) ? INFINITY : got != got ? 0 : error;
}

typedef struct {
    const char *name;
    void (*measure)(const float *in, double *errors);
    double bound, low, high;
} function;

#define MEASURE(name, reference, bound, low, high) \
    static void measure_##name(const float *restrict in, double *restrict errors) { \
        for (int i = 0; i < CHUNK; ++i) { \
            double error = error_in_ulp(martlet_##name(in[i]), reference(in[i])); \
            errors[i] = in[i] < (float)(low) || in[i] > (float)(high) ? 0 : error; \
        } \
    }
FUNCTIONS(MEASURE)
#define ROW(name, reference, bound, low, high) {#name, measure_##name, bound, low, high},
static const function functions[] = {FUNCTIONS(ROW)};

typedef struct {
    const function *f;
    uint64_t part, stride;
    double worst;
    float where;
} task;

static void *measure(void *argument) {
    task *t = argument;
    static _Thread_local float in[CHUNK];
    static _Thread_local double errors[CHUNK];
    uint64_t total = (1ull << 32) / t->stride;
    for (uint64_t chunk = t->part * CHUNK; chunk < total; chunk += THREADS * CHUNK) {
        for (int i = 0; i < CHUNK; ++i) {
            uint32_t bits = (uint32_t)((chunk + (uint64_t)i) * t->stride);
            memcpy(&in[i], &bits, sizeof bits);
        }
        t->f->measure(in, errors);
        double worst = 0;
        for (int i = 0; i < CHUNK; ++i) worst = errors[i] > worst ? errors[i] : worst;
        for (int i = 0; i < CHUNK && worst > t->worst; ++i)
            if (errors[i] == worst) t->worst = worst, t->where = in[i];
    }
    return NULL;
}

static void range(char *text, double low, double high) {
    if (isinf(low) && isinf(high)) sprintf(text, "every float");
    else if (isinf(low)) sprintf(text, "x <= %g", high);
    else if (isinf(high)) sprintf(text, "x >= %g", low);
    else sprintf(text, "%g <= x <= %g", low, high);
}

int main(int count, char **arguments) {
    uint64_t stride = count > 1 ? strtoull(arguments[1], NULL, 10) : 1;
    if (stride == 0) stride = 1;
    if (check_references()) return 1;
    int failed = 0;
    printf("| function | range | bound, ulp | worst, ulp | at |\n|---|---|---|---|---|\n");
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
        char where[50];
        range(where, functions[f].low, functions[f].high);
        printf("| %s | %s | %g | %.3f | %a |\n", functions[f].name, where, functions[f].bound, worst.worst, worst.where);
        fflush(stdout);
        if (above) fprintf(stderr, "%s: %g ulp at %a, above the bound %g\n", functions[f].name, worst.worst, worst.where, functions[f].bound);
    }
    return failed;
}
