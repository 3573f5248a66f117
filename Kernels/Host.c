// The formulas of Shared/ as functions for the host: schedules, initial weights, tests.

#include "martlet_kernels.h"

#include "Shared/error_function.h"
#include "Shared/permutation.h"
#include "Shared/random.h"
#include "Shared/sigmoid.h"

// Where the baseline processor has no fma, the C library's is right but slow: a second version of each function
// is compiled for processors that have it, and the loader (of glibc; not of every C library) chooses. The bits are
// the same. ThreadSanitizer is not there yet when the loader chooses.
#if defined(__x86_64__) && defined(__GLIBC__) && !__has_feature(thread_sanitizer)
#define HOST __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define HOST
#endif

#define UNARY(name) \
    HOST float martlet_host_##name(float x) { return martlet_##name(x); }

UNARY(exp)
UNARY(log)
UNARY(expm1)
UNARY(log1p)
UNARY(tanh)
UNARY(sigmoid)
UNARY(erf)
UNARY(sin_turns)
UNARY(cos_turns)
UNARY(cos_pi)

HOST float martlet_host_multiply_then_add(float a, float b, float c) {
    return a * b + c;
}

void martlet_host_philox(const uint32_t *counter, uint32_t key0, uint32_t key1, uint32_t *result) {
    martlet_words x = {{counter[0], counter[1], counter[2], counter[3]}};
    x = martlet_philox(x, key0, key1);
    for (int i = 0; i < 4; ++i) result[i] = x.word[i];
}

uint32_t martlet_host_random_bits(
    uint32_t index, uint32_t step, uint32_t stream, uint32_t seed_low, uint32_t seed_high) {
    return martlet_random_bits(index, step, stream, seed_low, seed_high);
}

float martlet_host_uniform(uint32_t bits) {
    return martlet_uniform(bits);
}

HOST float martlet_host_normal(
    uint32_t index, uint32_t step, uint32_t stream, uint32_t seed_low, uint32_t seed_high) {
    return martlet_normal(index, step, stream, seed_low, seed_high);
}

uint32_t martlet_host_permute(uint32_t position, uint32_t n, uint32_t key_low, uint32_t key_high) {
    return martlet_permute(position, n, key_low, key_high);
}

HOST void martlet_host_fill_uniform(
    float *values, uint32_t count, uint32_t step, uint32_t stream, uint32_t seed_low, uint32_t seed_high) {
    uint32_t quads = count / 4;
    for (uint32_t quad = 0; quad < quads; ++quad) {
        martlet_words bits = martlet_random_quad(quad, step, stream, seed_low, seed_high);
        for (int i = 0; i < 4; ++i) values[4 * (size_t)quad + i] = martlet_uniform(bits.word[i]);
    }
    for (uint32_t index = 4 * quads; index < count; ++index) {
        values[index] = martlet_uniform(martlet_random_bits(index, step, stream, seed_low, seed_high));
    }
}

HOST void martlet_host_fill_normal(
    float *values, uint32_t count, uint32_t step, uint32_t stream, uint32_t seed_low, uint32_t seed_high) {
    uint32_t quads = count / 4;
    for (uint32_t quad = 0; quad < quads; ++quad) {
        martlet_quad z = martlet_normal_quad(martlet_random_quad(quad, step, stream, seed_low, seed_high));
        float *four = values + 4 * (size_t)quad;
        four[0] = z.value[0], four[1] = z.value[1], four[2] = z.value[2], four[3] = z.value[3];
    }
    for (uint32_t index = 4 * quads; index < count; ++index) {
        values[index] = martlet_normal(index, step, stream, seed_low, seed_high);
    }
}
