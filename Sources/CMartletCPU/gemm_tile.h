// The register tile of the matrix product. Included once per TILE_ROWS (1...16), TILE_VECTORS (1, 2, 4, 8) and
// TILE_ALONG_K (1: A's rows are `a_stride` apart and run along k; 0: its columns are, and run along the rows; 2: as 1, and
// a run may leave out some of the tile's first or last rows).
//
// Layout: sum[i][j], i < TILE_ROWS, j < TILE_VECTORS * VECTOR_WIDTH, of which the last vector may be partial (`last`).
// k is a list of runs, each `depth` long, that begin at offsets of their own in A and B: one for a matrix, one for each
// stretch of an image that lies without a gap. With each run goes a share of `ahead`, unless it is NULL.
// Numeric order: one fma chain per output in increasing k, run by run, from zero or going on from `sum`.

#define TILE_JOIN_(name, rows, vectors, a) name##_##rows##x##vectors##_##a
#define TILE_JOIN(name, rows, vectors, a) TILE_JOIN_(name, rows, vectors, a)
#define TILE_SWEEP TILE_JOIN(tile_sweep, TILE_ROWS, TILE_VECTORS, TILE_ALONG_K)

/// One run, for the tile's rows `first` ..< `end`, which the compiler knows.
INLINE void TILE_SWEEP(
    vector chain[TILE_ROWS][TILE_VECTORS], int first, int end, const float *x, long a_stride, const float *y, long b_stride,
    long depth, vector_mask last, bool whole
) {
    enum { VECTORS = TILE_VECTORS, LAST = TILE_VECTORS - 1 };
#if TILE_ALONG_K
#pragma clang loop unroll(disable)
#else
#pragma clang loop unroll_count(2)
#endif
    for (long k = 0; k < depth; k++) {
        vector right[VECTORS];
#pragma clang loop unroll(full)
        for (int v = 0; v < LAST; v++) right[v] = vector_load(y + v * VECTOR_WIDTH);
        const float *end_of_row = y + LAST * VECTOR_WIDTH;
        right[LAST] = whole ? vector_load(end_of_row) : vector_load_partial(end_of_row, last);
#pragma clang loop unroll(full)
        for (int i = first; i < end; i++) {
            vector left = vector_all(TILE_ALONG_K ? x[i * a_stride] : x[i]);
#pragma clang loop unroll(full)
            for (int v = 0; v < VECTORS; v++) chain[i][v] = vector_fma(left, right[v], chain[i][v]);
        }
        x += TILE_ALONG_K ? 1 : a_stride;
        y += b_stride;
    }
}

#define SWEEP(first, end) TILE_SWEEP(chain, first, end, x, a_stride, y, b_stride, depth, last, whole)

static void TILE_JOIN(tile, TILE_ROWS, TILE_VECTORS, TILE_ALONG_K)(
    const float *a, long a_stride, const float *b, long b_stride, const tile_run *runs, long run_count, long depth,
    float *sum, long sum_stride, tile_mode mode, vector_mask last, const tile_ahead *ahead
) {
    enum { ROWS = TILE_ROWS, VECTORS = TILE_VECTORS, LAST = TILE_VECTORS - 1 };
    vector chain[ROWS][VECTORS];
    bool whole = vector_is_whole(last);  // a masked load takes the place of a multiply-add

#pragma clang loop unroll(full)
    for (int i = 0; i < ROWS; i++) {
        float *row = sum + i * sum_stride;
        if (mode == TILE_RESUME) {
#pragma clang loop unroll(full)
            for (int v = 0; v < LAST; v++) chain[i][v] = vector_load(row + v * VECTOR_WIDTH);
            chain[i][LAST] = vector_load_partial(row + LAST * VECTOR_WIDTH, last);
        } else {
            __builtin_prefetch(row, 1);
#pragma clang loop unroll(full)
            for (int v = 0; v < VECTORS; v++) chain[i][v] = (vector){0};
        }
    }

#pragma clang loop unroll(disable)
    for (long run = 0; run < run_count; run++) {
        const float *x = a + runs[run].a, *y = b + runs[run].b;
        // Said to be rare: what it needs in registers is not to be taken from short runs, which ask for nothing.
        if (__builtin_expect(ahead != NULL, false)) tile_ask(ahead, run, run_count);
#if TILE_ALONG_K == 2
        switch (runs[run].outside) {
        case 0: SWEEP(0, ROWS); break;
#if TILE_ROWS > 1
        case 1: SWEEP(1, ROWS); break;
        case -1: SWEEP(0, ROWS - 1); break;
#endif
#if TILE_ROWS > 2
        case 2: SWEEP(2, ROWS); break;
        case -2: SWEEP(0, ROWS - 2); break;
#endif
        }
#else
        SWEEP(0, ROWS);
#endif
    }

#pragma clang loop unroll(full)
    for (int i = 0; i < ROWS; i++) {
        float *row = sum + i * sum_stride;
        if (mode == TILE_ADD) {
#pragma clang loop unroll(full)
            for (int v = 0; v < LAST; v++) chain[i][v] = vector_load(row + v * VECTOR_WIDTH) + chain[i][v];
            chain[i][LAST] = vector_load_partial(row + LAST * VECTOR_WIDTH, last) + chain[i][LAST];
        }
#pragma clang loop unroll(full)
        for (int v = 0; v < LAST; v++) vector_store(row + v * VECTOR_WIDTH, chain[i][v]);
        vector_store_partial(row + LAST * VECTOR_WIDTH, chain[i][LAST], last);
    }
}

#undef SWEEP
#undef TILE_SWEEP
#undef TILE_JOIN
#undef TILE_JOIN_
#undef TILE_ROWS
