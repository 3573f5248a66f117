// What the processor can do at most: multiply-adds in registers, a triad (McCalpin's STREAM) through each cache, and a
// stream over arrays that somebody else uses.

#define _DEFAULT_SOURCE

#include "martlet_benchmark.h"

#include <sched.h>
#include <stdatomic.h>
#include <string.h>

enum {
    CHAINS = 12,
    STREAM_LINE = 16,    // floats of a cache line
    STREAM_CHUNK = 256,  // floats of the largest array, before the next one's turn
};

struct martlet_limit_loops {
    const char *name;
    long chain_flops;
    float (*chains)(long steps);
    void (*triad)(float *a, const float *b, const float *c, float factor, long count);
    void (*streaming_triad)(float *a, const float *b, const float *c, float factor, long count);
    int (*stream)(const martlet_stream_array *arrays, int array_count, long first, long end, long chunks, bool streaming);
};

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma"))), apply_to = function)
#define VARIANT "avx512"
#define VECTOR_WIDTH 16
#define LOOPS avx512
#include "limits_body.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define VARIANT "avx2"
#define VECTOR_WIDTH 8
#define LOOPS avx2
#include "limits_body.h"
#pragma clang attribute pop

#elif defined(__aarch64__)

#define VARIANT "neon"
#define VECTOR_WIDTH 4
#define LOOPS neon
#include "limits_body.h"

#endif

#define VARIANT "baseline"
#define VECTOR_WIDTH 4
#define LOOPS baseline
#include "limits_body.h"

static const martlet_limit_loops *const variants[] = {
#if defined(__x86_64__)
    &avx512,
    &avx2,
#elif defined(__aarch64__)
    &neon,
#endif
    &baseline,
};

const martlet_limit_loops *martlet_limit_variant(const char *name) {
    // The kernels of that name know what the processor runs.
    if (!martlet_cpu_variant(name)) return NULL;
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++)
        if (!strcmp(variants[i]->name, name)) return variants[i];
    return NULL;
}

long martlet_limit_chain_flops(const martlet_limit_loops *loops) { return loops->chain_flops; }

// MARK: Chains

typedef struct {
    const martlet_limit_loops *loops;
    long steps;
    float value;
    atomic_int differ;
} chain_job;

static void chain_task(void *context, long index, int worker) {
    (void)worker;
    chain_job *job = context;
    float value = job->loops->chains(job->steps);
    // Only the first task stores; a second value of the same bits cannot be told from it.
    if (index == 0) job->value = value;
    if (!(value == value)) atomic_store(&job->differ, 1);
}

float martlet_limit_chains(const martlet_limit_loops *loops, martlet_pool *pool, long steps) {
    chain_job job = {.loops = loops, .steps = steps};
    martlet_pool_run(pool, chain_task, &job, martlet_pool_threads(pool));
    return atomic_load(&job.differ) ? __builtin_nanf("") : job.value;
}

// MARK: Triad

typedef struct {
    const martlet_limit_loops *loops;
    float *a;
    const float *b, *c;
    float factor;
    long part, passes;
    bool streaming;
} triad_job;

static void triad_task(void *context, long index, int worker) {
    (void)worker;
    triad_job *job = context;
    long from = index * job->part;
    for (long pass = 0; pass < job->passes; pass++) {
        (job->streaming ? job->loops->streaming_triad : job->loops->triad)(
            job->a + from, job->b + from, job->c + from, job->factor, job->part);
        __asm__ volatile("" ::: "memory");
    }
#if defined(__x86_64__)
    if (job->streaming) __builtin_ia32_sfence();
#endif
}

void martlet_limit_triad(
    const martlet_limit_loops *loops, martlet_pool *pool, float *a, const float *b, const float *c, float factor, long count,
    long passes, bool streaming
) {
    int threads = martlet_pool_threads(pool);
    triad_job job = {loops, a, b, c, factor, count / threads, passes, streaming};
    martlet_pool_run(pool, triad_task, &job, threads);
}

// MARK: Stream

typedef struct {
    const martlet_limit_loops *loops;
    const martlet_stream_array *arrays;
    int array_count, threads;
    long chunks;
    bool streaming;
    atomic_int bits;
} stream_job;

static void stream_task(void *context, long index, int worker) {
    (void)worker;
    stream_job *job = context;
    int bits = job->loops->stream(
        job->arrays, job->array_count, job->chunks * index / job->threads, job->chunks * (index + 1) / job->threads, job->chunks,
        job->streaming);
    atomic_fetch_or(&job->bits, bits);
#if defined(__x86_64__)
    if (job->streaming) __builtin_ia32_sfence();
#endif
}

int martlet_limit_stream(
    const martlet_limit_loops *loops, martlet_pool *pool, const martlet_stream_array *arrays, int array_count, bool streaming
) {
    stream_job job = {
        .loops = loops, .arrays = arrays, .array_count = array_count, .threads = martlet_pool_threads(pool), .chunks = 1,
        .streaming = streaming,
    };
    for (int i = 0; i < array_count; i++)
        if (arrays[i].count / STREAM_CHUNK > job.chunks) job.chunks = arrays[i].count / STREAM_CHUNK;
    martlet_pool_run(pool, stream_task, &job, job.threads);
    return atomic_load(&job.bits);
}

// MARK: Fork and join

typedef struct {
    int threads;
    atomic_int arrived;
} meeting;

/// Ends when every thread is there: else the caller would do all of nothing before another has woken.
static void meet(void *context, long index, int worker) {
    (void)index, (void)worker;
    meeting *all = context;
    atomic_fetch_add(&all->arrived, 1);
    for (long looks = 0; atomic_load(&all->arrived) < all->threads; looks++)
        if (looks > 10000) sched_yield();
}

void martlet_limit_fork_joins(martlet_pool *pool, long count) {
    meeting all = {.threads = martlet_pool_threads(pool)};
    for (long i = 0; i < count; i++) {
        atomic_store(&all.arrived, 0);
        martlet_pool_run(pool, meet, &all, all.threads);
    }
}
