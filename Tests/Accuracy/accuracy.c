// The largest error of each function of Kernels/Shared, in units in the last place, over every float32 (or every
// n-th, given n; or of one function, given n and its name), against the C library in Float64. Exits with 1 if one is
// above its bound.

#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "Shared/error_function.h"
#include "Shared/sigmoid.h"
#include "Shared/trigonometry.h"

#define CHUNK 4096
#define THREADS 2

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

// Name, reference, bound in units in the last place, and the range in which it is promised.
#define FUNCTIONS(F) \
    F(exp, exp, 1, -INFINITY, INFINITY) \
    F(log, log, 1, -INFINITY, INFINITY) \
    F(expm1, expm1, 2, -INFINITY, INFINITY) \
    F(log1p, log1p, 2, -INFINITY, INFINITY) \
    F(sigmoid, reference_sigmoid, 3, -INFINITY, INFINITY) \
    F(tanh, tanh, 3, -INFINITY, INFINITY) \
    F(erf, erf, 3, -INFINITY, INFINITY) \
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
        printf("%-10s %.4f ulp at %a (bound %g)%s\n", functions[f].name, worst.worst, worst.where, functions[f].bound,
               above ? "  ABOVE THE BOUND" : "");
        fflush(stdout);
    }
    return failed;
}
