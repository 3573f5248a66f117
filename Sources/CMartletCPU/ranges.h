// Arithmetic of sizes and shares.

enum {
    SHARE_ELEMENTS = 1 << 14,  // less work than this many cheap elements is not worth a task of its own
    SHARES_PER_WORKER = 4,
};

INLINE long ceiling(long a, long b) { return (a + b - 1) / b; }
INLINE long shorter(long a, long b) { return a < b ? a : b; }
INLINE long longer(long a, long b) { return a > b ? a : b; }

/// Where part `index` of `parts` equal parts of `count` begins.
INLINE long share(long count, long parts, long index) { return count * index / parts; }

/// The same with every border a multiple of `unit`, but for the end.
INLINE long share_by(long unit, long count, long parts, long index) {
    return shorter(share(ceiling(count, unit), parts, index) * unit, count);
}

/// Into how many tasks to cut work on `elements`, at most `most`.
INLINE long task_count(const martlet_pool *pool, long elements, long most) {
    int threads = martlet_pool_threads(pool);
    if (threads == 1) return 1;
    long wanted = shorter(ceiling(elements, SHARE_ELEMENTS), (long)threads * SHARES_PER_WORKER);
    return longer(shorter(wanted, most), 1);
}
