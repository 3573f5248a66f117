// The first element that is NaN or infinite: its exponent bits are all ones.

typedef struct {
    const float *values;
    long count, parts;
    _Atomic long first;  // LONG_MAX until one is found
} finite_job;

INLINE long finite_scan(const float *values, long begin, long end) {
    enum { STRIDE = 16 * VECTOR_WIDTH };
    const vector_int exponent = (vector_int){0} + 0x7f800000;
    long i = begin;
    for (; i + STRIDE <= end; i += STRIDE) {
        vector_int bad = {0};
        for (int v = 0; v < 16; v++)
            bad |= ((vector_int)vector_load(values + i + v * VECTOR_WIDTH) & exponent) == exponent;
        if (__builtin_reduce_or(bad)) break;
    }
    for (; i < end; i++) {
        int32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        if ((bits & 0x7f800000) == 0x7f800000) return i;
    }
    return LONG_MAX;
}

static void finite_task(void *context, long index, int worker) {
    (void)worker;
    finite_job *job = context;
    long begin = share(job->count, job->parts, index), end = share(job->count, job->parts, index + 1);
    if (begin > atomic_load_explicit(&job->first, memory_order_relaxed)) return;
    long found = finite_scan(job->values, begin, end);
    long first = atomic_load_explicit(&job->first, memory_order_relaxed);
    while (found < first
           && !atomic_compare_exchange_weak_explicit(
               &job->first, &first, found, memory_order_relaxed, memory_order_relaxed)) {}
}

static long first_non_finite(martlet_pool *pool, const float *values, long count) {
    if (count <= 0) return -1;
    finite_job job = {.values = values, .count = count, .parts = task_count(pool, count, LONG_MAX), .first = LONG_MAX};
    martlet_pool_run(pool, finite_task, &job, job.parts);
    long first = atomic_load(&job.first);
    return first == LONG_MAX ? -1 : first;
}
