// Elementary functions in Float64 that the compiler can vectorise, as the yardstick of accuracy.c: independent of
// Kernels/Shared, and held against the C library's long double functions before they are used (check_references).
//
// Arguments are floats, so squares of them are exact. Relative errors are below 1e-14, which is 2e-7 of a float's unit in
// the last place.

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline, unused))

INLINE double double_of(uint64_t bits) { double x; memcpy(&x, &bits, sizeof x); return x; }
INLINE uint64_t bits_of(double x) { uint64_t bits; memcpy(&bits, &x, sizeof bits); return bits; }

// MARK: Exponentials and logarithms

// e^x = *scale (1 + result), |x| at most 700: Cody-Waite reduction, then Taylor's series.
INLINE double expm1_reduced(double x, double *scale) {
    double shifted = fma(x, 0x1.71547652b82fep+0, 0x1.8p+52), k = shifted - 0x1.8p+52;
    double r = fma(-k, 0x1.abc9e3b39803fp-56, fma(-k, 0x1.62e42fefa39efp-1, x));
    double p = 1 / 6227020800.0;
    static const double factorials[] = {
        1 / 479001600.0, 1 / 39916800.0, 1 / 3628800.0, 1 / 362880.0, 1 / 40320.0, 1 / 5040.0, 1 / 720.0, 1 / 120.0,
        1 / 24.0, 1 / 6.0, 0.5};
#pragma clang loop unroll(full)
    for (int i = 0; i < 11; ++i) p = fma(p, r, factorials[i]);
    *scale = double_of((bits_of(shifted) + 1023) << 52);
    return fma(p, r * r, r);
}
INLINE double within_700(double x) { return x > 700 ? 700 : x < -700 ? -700 : x; }
INLINE double d_exp(double x) {
    double scale, rest = expm1_reduced(within_700(x), &scale);
    return fma(rest, scale, scale);
}
INLINE double d_expm1(double x) {
    double scale, rest = expm1_reduced(within_700(x), &scale);
    return fma(rest, scale, scale - 1);
}

// log((1 + s) / (1 - s)) for |s| at most 1/4.
INLINE double log_ratio(double s) {
    double t = s * s, p = 1 / 29.0;
#pragma clang loop unroll(full)
    for (int i = 27; i > 1; i -= 2) p = fma(p, t, 1.0 / i);
    return 2 * fma(p * t, s, s);
}
INLINE double d_log(double x) {
    int64_t k = (int64_t)(bits_of(x) - bits_of(0.70710678118654752440)) >> 52;
    double m = double_of(bits_of(x) - ((uint64_t)k << 52));
    double y = fma((double)k, 0x1.62e42fefa39efp-1, log_ratio((m - 1) / (m + 1)));
    y = x == INFINITY ? x : y;
    return x > 0 ? y : x == 0 ? -INFINITY : NAN;
}
INLINE double d_log1p(double x) {
    double near = log_ratio(x / (2 + x)), far = d_log(1 + x);
    return fabs(x) < 0.4 ? near : far;
}

// MARK: The normal distribution

enum { TERMS = 28 };
// Chebyshev series, interpolated from the C library in long double: (1 + a) Q(a) e^(a^2 / 2) over (a - 4) / (a + 4) for a in
// [0, 16], and erf(x) / x over x^2 in [0, 1].
static double tail_series[TERMS], erf_series[TERMS];

static long double tail_sample(long double t) {
    long double q = (t + 1) * 0.8L - 1, a = 4 * (1 + q) / (1 - q);
    return (1 + a) * erfcl(a * 0.707106781186547524400844362104849039L) / 2 * expl(a * a / 2);
}
static long double erf_sample(long double t) {
    long double x = sqrtl((t + 1) / 2);
    return x == 0 ? 1.128379167095512573896158903121545172L : erfl(x) / x;
}
static void interpolate(double *series, long double (*sample)(long double)) {
    for (int i = 0; i < TERMS; ++i) {
        long double sum = 0;
        for (int j = 0; j < TERMS; ++j) {
            long double angle = 3.141592653589793238462643383279502884L * (j + 0.5L) / TERMS;
            sum += sample(cosl(angle)) * cosl(i * angle);
        }
        series[i] = (double)(sum * (i ? 2 : 1) / TERMS);
    }
}
// Clenshaw's recurrence.
INLINE double chebyshev(const double *series, double t) {
    double b = 0, c = 0;
#pragma clang loop unroll(full)
    for (int i = TERMS - 1; i > 0; --i) {
        double next = fma(2 * t, b, series[i] - c);
        c = b, b = next;
    }
    return fma(t, b, series[0] - c);
}
// Q(a) e^(a^2 / 2) for a of at least 0; beyond 16 as at 16, where floats see nothing of Q.
INLINE double tail_ratio(double a) {
    a = a > 16 ? 16 : a;
    return chebyshev(tail_series, ((a - 4) / (a + 4) + 1) / 0.8 - 1) / (1 + a);
}
INLINE double d_erf(double x) {
    double a = fabs(x), b = a > 6 ? 6 : a;
    double near = b * chebyshev(erf_series, 2 * (b > 1 ? 1 : b) * (b > 1 ? 1 : b) - 1);
    double far = 1 - 2 * tail_ratio(b * 1.41421356237309504880) * d_exp(-b * b);
    double y = a < 1 ? near : far;
    return x < 0 ? -y : y;
}

// MARK: Turns

// sin(2 pi (u + quarters / 4)); reduced exactly first.
INLINE double d_sin_turns(double u, int64_t quarters) {
    double r = u - rint(u), shifted = fma(r, 4, 0x1.8p+52), q = shifted - 0x1.8p+52;
    double a = 6.283185307179586476925 * (r - q / 4), t = a * a;
    double sine = 1 / 355687428096000.0, cosine = 1 / 20922789888000.0;
    static const double sines[] = {-1 / 1307674368000.0, 1 / 6227020800.0, -1 / 39916800.0, 1 / 362880.0, -1 / 5040.0, 1 / 120.0, -1 / 6.0};
    static const double cosines[] = {-1 / 87178291200.0, 1 / 479001600.0, -1 / 3628800.0, 1 / 40320.0, -1 / 720.0, 1 / 24.0, -0.5};
#pragma clang loop unroll(full)
    for (int i = 0; i < 7; ++i) sine = fma(sine, t, sines[i]), cosine = fma(cosine, t, cosines[i]);
    sine = fma(sine * t, a, a), cosine = fma(cosine, t, 1);
    quarters += (int64_t)bits_of(shifted);
    double y = quarters & 1 ? cosine : sine;
    return quarters & 2 ? -y : y;
}

// MARK: Against long double

static int check_reference(const char *name, double got, long double expected, float at) {
    if (isnan(got) && isnan(expected)) return 0;
    if ((long double)got == expected || fabsl(got - expected) <= 1e-14L * fabsl(expected)) return 0;
    if (fabsl(expected) < 1e-200L && fabs(got) < 1e-200) return 0;  // nothing that a float could see
    printf("the yardstick itself is wrong: %s(%a) is %.17g, expected %.17Lg\n", name, at, got, expected);
    return 1;
}

/// Makes the series and holds the functions against the C library at every 65,521st float.
static int check_references(void) {
    interpolate(tail_series, tail_sample);
    interpolate(erf_series, erf_sample);
    int wrong = 0;
    for (uint64_t bits = 0; bits < 1ull << 32 && wrong < 10; bits += 65521) {
        uint32_t word = (uint32_t)bits;
        float x;
        memcpy(&x, &word, sizeof x);
        if (isnan(x)) continue;
        if (fabsf(x) < 690) {
            wrong += check_reference("exp", d_exp(x), expl(x), x);
            wrong += check_reference("expm1", d_expm1(x), expm1l(x), x);
        }
        wrong += check_reference("log", d_log(x), logl(x), x);
        wrong += check_reference("log1p", d_log1p(x), log1pl(x), x);
        wrong += check_reference("erf", d_erf(x), erfl(x), x);
        if (x >= 0 && x < 16)
            wrong += check_reference("the normal tail", tail_ratio(x) * d_exp(-(double)x * x / 2), erfcl(x * 0.707106781186547524400844362104849039L) / 2, x);
        if (fabsf(x) < 0.1f) {
            wrong += check_reference("sine", d_sin_turns(x, 0), sinl(6.283185307179586476925286766559005768L * x), x);
            wrong += check_reference("cosine", d_sin_turns(x, 1), cosl(6.283185307179586476925286766559005768L * x), x);
        }
    }
    return wrong;
}
