// GFLOP/s of the matrix product on the shapes of a small network's training step and on squares, best of many turns.
//
//   cc -std=c2x -O2 -IKernels -ISources/CMartletCPU/include Benchmarks/gemm.c Sources/CMartletCPU/*.c -lm -o gemm
//   ./gemm [variant [seconds per cell [part of a shape's name]]]

#define _POSIX_C_SOURCE 200809L

#include "martlet_cpu.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
    const char *name;
    long m, n, k;
    bool transpose_a, transpose_b;
} shape;

static const shape shapes[] = {
    {"64", 64, 64, 64, 0, 0},
    {"128", 128, 128, 128, 0, 0},
    {"256", 256, 256, 256, 0, 0},
    {"512", 512, 512, 512, 0, 0},
    {"1024", 1024, 1024, 1024, 0, 0},
    {"2048", 2048, 2048, 2048, 0, 0},
    {"4096", 4096, 4096, 4096, 0, 0},
    {"fc1", 64, 512, 784, 0, 0},
    {"fc1 NT", 64, 512, 784, 0, 1},
    {"fc1 batch 128", 128, 512, 784, 0, 0},
    {"64x512x512", 64, 512, 512, 0, 0},
    {"fc2", 256, 512, 512, 0, 0},
    {"head", 64, 10, 512, 0, 0},
    {"dW", 784, 512, 64, 1, 0},
    {"dW 512", 512, 512, 64, 1, 0},
    {"head dW", 512, 10, 64, 1, 0},
    {"dX", 64, 784, 512, 0, 1},
    {"dX 512", 64, 512, 512, 0, 1},
    {"head dX", 64, 512, 10, 0, 1},
    {"conv", 6272, 32, 288, 0, 0},
    {"dense", 64, 128, 9216, 0, 0},
    {"dense dW", 9216, 128, 64, 1, 0},
    {"dense dX", 64, 9216, 128, 0, 1},
    {"gemv", 1, 1024, 1024, 0, 0},
    {"1024 TN", 1024, 1024, 1024, 1, 0},
    {"1024 NT", 1024, 1024, 1024, 0, 1},
    {"gemv NT", 1, 1024, 1024, 0, 1},
};

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static float *values(long count) {
    float *array = aligned_alloc(64, ((size_t)count * 4 + 63) / 64 * 64);
    for (long i = 0; i < count; i++) array[i] = (float)(i * 7919 % 1000) * 1e-3f - 0.5f;
    return array;
}

static double gflops(const martlet_cpu_kernels *kernels, martlet_pool *pool, const shape *s, double budget) {
    martlet_gemm_arguments p = {
        .m = s->m, .n = s->n, .k = s->k, .transpose_a = s->transpose_a, .transpose_b = s->transpose_b,
        .a_stride = s->transpose_a ? s->m : s->k, .b_stride = s->transpose_b ? s->k : s->n, .c_stride = s->n,
        .alpha = 1, .beta = 0, .segment_length = s->k,
    };
    float *a = values(s->m * s->k), *b = values(s->k * s->n), *c = values(s->m * s->n);
    p.a = a, p.b = b, p.c = c;
    size_t bytes = martlet_gemm_scratch_bytes(kernels, &p, martlet_pool_threads(pool));
    p.scratch = bytes ? aligned_alloc(64, bytes) : NULL;
    double flops = 2.0 * (double)s->m * (double)s->n * (double)s->k;
    long repeats = flops < 2e7 ? (long)(2e7 / flops) + 1 : 1;
    double best = 1e9;
    for (double end = seconds() + budget; seconds() < end;) {
        double start = seconds();
        for (long i = 0; i < repeats; i++) martlet_gemm(kernels, pool, &p);
        double time = (seconds() - start) / (double)repeats;
        if (time < best) best = time;
    }
    free(a), free(b), free(c), free(p.scratch);
    return flops / best * 1e-9;
}

int main(int count, char **arguments) {
    const martlet_cpu_kernels *kernels = count > 1 ? martlet_cpu_variant(arguments[1]) : martlet_cpu_best();
    if (!kernels) return fprintf(stderr, "no such variant here: %s\n", arguments[1]), 64;
    double budget = count > 2 ? atof(arguments[2]) : 0.2;
    martlet_pool *one = martlet_pool_create(1), *two = martlet_pool_create(2);
    printf("%s, GFLOP/s\n%-16s%10s%10s\n", martlet_cpu_variant_name(kernels), "", "1 thread", "2 threads");
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (count <= 3 || strstr(shapes[i].name, arguments[3])) printf("%-16s%10.0f%10.0f\n", shapes[i].name, gflops(kernels, one, &shapes[i], budget),
            gflops(kernels, two, &shapes[i], budget));
    martlet_pool_destroy(one);
    martlet_pool_destroy(two);
}
