// A fork-join pool.
//
// A job is open while it has tasks that nobody took. Workers join an open job; the caller takes part, closes the job
// when no task is left and waits only for workers that joined. A worker that the system has put aside is therefore
// never waited for unless it holds a task, so that another busy process costs its share of a core and no more.
//
// Tasks are divided into one share for each thread, the same way every time, so that a thread finds in its caches what it
// left there; whoever is done with a share of its own helps with the others'.
//
// Idle workers spin for a bounded time, since a sleeping one takes tens of microseconds to wake, and then sleep.

#define _POSIX_C_SOURCE 200809L

#include "martlet_cpu.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum {
    SPIN_NANOSECONDS = 200000,  // outlasts a serial stretch of 100 us between two launches
    CALM_NANOSECONDS = 20000,   // after this much spinning, offer the core to others between looks
    PAUSES_PER_CLOCK = 32,
};

// The state of the job in one word: serial number | open | workers inside.
#define OPEN ((uint64_t)1 << 31)
#define INSIDE (OPEN - 1)
#define SERIAL ((uint64_t)1 << 32)

typedef struct {
    martlet_pool *pool;
    pthread_t thread;
    int index;
} worker;

/// One thread's share of a job: serial number | tasks taken. One of an older job is untouched in this one.
typedef struct {
    _Alignas(64) _Atomic uint64_t taken;
} task_share;

struct martlet_pool {
    int threads;
    worker *workers;  // threads - 1 of them
    task_share *shares;
    pthread_mutex_t callers;

    _Alignas(64) _Atomic uint64_t state;
    _Atomic int stop;
    void (*task)(void *, long, int);
    void *context;
    long tasks;

    _Alignas(64) pthread_mutex_t sleep;
    pthread_cond_t work;      // a job was opened, or the pool stops
    pthread_cond_t finished;  // the last worker has left a closed job
    _Atomic int sleepers;
    _Atomic int caller_sleeps;
};

static int64_t nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

typedef struct {
    unsigned pauses;
    int64_t start;
} spinner;

/// Waits a moment; false when the time to spin is over.
static bool spin(spinner *spinner) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
    if (++spinner->pauses % PAUSES_PER_CLOCK) return true;
    int64_t now = nanoseconds();
    if (spinner->start == 0) spinner->start = now;
    if (now - spinner->start > SPIN_NANOSECONDS) return false;
    if (now - spinner->start > CALM_NANOSECONDS) sched_yield();
    return true;
}

/// The next task of a share, or false when all are taken.
static bool take_task(task_share *share, uint64_t serial, long count, long *task) {
    uint64_t seen = atomic_load_explicit(&share->taken, memory_order_relaxed);
    for (;;) {
        uint64_t taken = seen / SERIAL == serial ? seen % SERIAL : 0;
        if (taken >= (uint64_t)count) return false;
        if (atomic_compare_exchange_weak_explicit(
                &share->taken, &seen, serial * SERIAL | (taken + 1), memory_order_relaxed, memory_order_relaxed)) {
            *task = (long)taken;
            return true;
        }
    }
}

static void take_tasks(martlet_pool *pool, uint64_t serial, int index) {
    for (int turn = 0; turn < pool->threads; turn++) {
        int owner = (index + turn) % pool->threads;
        long first = pool->tasks * owner / pool->threads, count = pool->tasks * (owner + 1) / pool->threads - first, task;
        while (take_task(&pool->shares[owner], serial, count, &task)) pool->task(pool->context, first + task, index);
    }
}

static bool joinable(martlet_pool *pool, uint64_t seen) {
    uint64_t state = atomic_load(&pool->state);
    return (state & OPEN) && state / SERIAL != seen;
}

/// Waits until there is a job not `seen` before, or the pool stops.
static void wait_for_work(martlet_pool *pool, uint64_t seen) {
    spinner spinner = {0};
    while (!joinable(pool, seen) && !atomic_load(&pool->stop)) {
        if (spin(&spinner)) continue;
        pthread_mutex_lock(&pool->sleep);
        atomic_fetch_add(&pool->sleepers, 1);
        while (!joinable(pool, seen) && !atomic_load(&pool->stop)) pthread_cond_wait(&pool->work, &pool->sleep);
        atomic_fetch_sub(&pool->sleepers, 1);
        pthread_mutex_unlock(&pool->sleep);
    }
}

static void *worker_main(void *argument) {
    worker *self = argument;
    martlet_pool *pool = self->pool;
    uint64_t seen = 0;
    for (;;) {
        wait_for_work(pool, seen);
        if (atomic_load(&pool->stop)) return NULL;

        uint64_t state = atomic_load(&pool->state);
        if (!(state & OPEN) || state / SERIAL == seen) continue;
        if (!atomic_compare_exchange_strong(&pool->state, &state, state + 1)) continue;
        seen = state / SERIAL;

        take_tasks(pool, seen, self->index);

        uint64_t left = atomic_fetch_sub(&pool->state, 1) - 1;
        if (!(left & OPEN) && !(left & INSIDE) && atomic_load(&pool->caller_sleeps)) {
            pthread_mutex_lock(&pool->sleep);
            pthread_cond_signal(&pool->finished);
            pthread_mutex_unlock(&pool->sleep);
        }
    }
}

static bool occupied(martlet_pool *pool) { return atomic_load(&pool->state) & INSIDE; }

static void wait_for_workers(martlet_pool *pool) {
    spinner spinner = {0};
    while (occupied(pool)) {
        if (spin(&spinner)) continue;
        pthread_mutex_lock(&pool->sleep);
        atomic_store(&pool->caller_sleeps, 1);
        while (occupied(pool)) pthread_cond_wait(&pool->finished, &pool->sleep);
        atomic_store(&pool->caller_sleeps, 0);
        pthread_mutex_unlock(&pool->sleep);
    }
}

void martlet_pool_run(martlet_pool *pool, void (*task)(void *, long, int), void *context, long tasks) {
    pthread_mutex_lock(&pool->callers);
    if (pool->threads == 1 || tasks <= 1) {
        for (long index = 0; index < tasks; index++) task(context, index, 0);
        pthread_mutex_unlock(&pool->callers);
        return;
    }

    pool->task = task;
    pool->context = context;
    pool->tasks = tasks;
    // Nobody is inside and the job is closed, so only this thread writes the state; serial 0 is never used.
    uint64_t serial = (atomic_load(&pool->state) / SERIAL + 1) & 0xffffffff;
    if (serial == 0) {
        // The numbers begin anew: no share may look as if it had been taken already.
        for (int i = 0; i < pool->threads; i++) atomic_store(&pool->shares[i].taken, 0);
        serial = 1;
    }
    atomic_store(&pool->state, serial * SERIAL | OPEN);
    // The counterpart of a worker that counts itself as a sleeper and then looks once more: one of the two sees the other.
    if (atomic_load(&pool->sleepers)) {
        pthread_mutex_lock(&pool->sleep);
        pthread_cond_broadcast(&pool->work);
        pthread_mutex_unlock(&pool->sleep);
    }

    take_tasks(pool, serial, 0);
    atomic_fetch_and(&pool->state, ~OPEN);
    wait_for_workers(pool);
    pthread_mutex_unlock(&pool->callers);
}

static void stop_workers(martlet_pool *pool, int count) {
    pthread_mutex_lock(&pool->sleep);
    atomic_store(&pool->stop, 1);
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->sleep);
    for (int i = 0; i < count; i++) pthread_join(pool->workers[i].thread, NULL);
}

static void release(martlet_pool *pool) {
    pthread_cond_destroy(&pool->finished);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->sleep);
    pthread_mutex_destroy(&pool->callers);
    free(pool->workers);
    free(pool->shares);
    free(pool);
}

martlet_pool *martlet_pool_create(int threads) {
    if (threads < 1) threads = 1;
    martlet_pool *pool = aligned_alloc(64, sizeof *pool);
    if (!pool) return NULL;
    *pool = (martlet_pool){.threads = threads};
    pool->workers = calloc((size_t)threads, sizeof *pool->workers);
    pool->shares = aligned_alloc(64, (size_t)threads * sizeof *pool->shares);
    if (!pool->workers || !pool->shares) {
        free(pool->workers);
        free(pool->shares);
        free(pool);
        return NULL;
    }
    for (int i = 0; i < threads; i++) atomic_init(&pool->shares[i].taken, 0);
    pthread_mutex_init(&pool->callers, NULL);
    pthread_mutex_init(&pool->sleep, NULL);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->finished, NULL);
    for (int i = 0; i < threads - 1; i++) {
        pool->workers[i] = (worker){.pool = pool, .index = i + 1};
        if (pthread_create(&pool->workers[i].thread, NULL, worker_main, &pool->workers[i])) {
            stop_workers(pool, i);
            release(pool);
            return NULL;
        }
    }
    return pool;
}

void martlet_pool_destroy(martlet_pool *pool) {
    if (!pool) return;
    stop_workers(pool, pool->threads - 1);
    release(pool);
}

int martlet_pool_threads(const martlet_pool *pool) { return pool->threads; }
