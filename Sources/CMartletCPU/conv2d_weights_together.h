// The weights' gradient where a row of the kernel has too few elements to keep the processor busy, each being a chain that waits
// for itself: a tile of several rows of the kernel.

/// Some rows of places of one image: of x, with zeros around it, and of dy.
typedef struct {
    const float *x;
    long x_row, x_step, x_tap;  // from one row of places, one place, one row of the kernel to the next
    const float *dy;
    long dy_step;
    long rows, places;
} conv2d_stretch;

/// sum[i * elements + r][j] for `taps` rows of the kernel, `elements` of each and `vectors` of output channels, all three of which
/// the compiler knows. Numeric order: one chain each, by row of places and place.
INLINE void conv2d_together_tile(
    const conv2d_stretch *stretch, float *sum, long sum_stride, tile_mode mode, vector_mask last, int elements, int taps, int vectors
) {
    vector chain[CONV2D_TOGETHER_TAPS][CONV2D_TOGETHER_ELEMENTS][2];
    bool whole = vector_is_whole(last);
#pragma clang loop unroll(full)
    for (int i = 0; i < taps; i++)
#pragma clang loop unroll(full)
        for (int r = 0; r < elements; r++)
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++) {
                const float *from = sum + (i * elements + r) * sum_stride + v * VECTOR_WIDTH;
                vector_mask mask = v == vectors - 1 ? last : vector_first(VECTOR_WIDTH);
                chain[i][r][v] = mode == TILE_RESUME ? vector_load_partial(from, mask) : (vector){0};
            }
    for (long row = 0; row < stretch->rows; row++) {
        const float *x = stretch->x + row * stretch->x_row, *dy = stretch->dy + row * stretch->places * stretch->dy_step;
#pragma clang loop unroll(disable)
        for (long place = 0; place < stretch->places; place++) {
            vector upstream[2];
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors - 1; v++) upstream[v] = vector_load(dy + v * VECTOR_WIDTH);
            const float *end_of_row = dy + (vectors - 1) * VECTOR_WIDTH;
            upstream[vectors - 1] = whole ? vector_load(end_of_row) : vector_load_partial(end_of_row, last);
#pragma clang loop unroll(full)
            for (int i = 0; i < taps; i++)
#pragma clang loop unroll(full)
                for (int r = 0; r < elements; r++) {
                    vector left = vector_all(x[i * stretch->x_tap + r]);
#pragma clang loop unroll(full)
                    for (int v = 0; v < vectors; v++) chain[i][r][v] = vector_fma(left, upstream[v], chain[i][r][v]);
                }
            x += stretch->x_step;
            dy += stretch->dy_step;
        }
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < taps; i++)
#pragma clang loop unroll(full)
        for (int r = 0; r < elements; r++)
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++)
                vector_store_partial(
                    sum + (i * elements + r) * sum_stride + v * VECTOR_WIDTH, chain[i][r][v],
                    v == vectors - 1 ? last : vector_first(VECTOR_WIDTH));
}

INLINE void conv2d_together_taps(
    const conv2d_stretch *stretch, float *sum, long sum_stride, tile_mode mode, vector_mask last, int elements, long taps, int vectors
) {
#define TAPS(count) \
    if ((count) * elements * vectors <= CONV2D_TOGETHER_CHAINS && taps == (count)) \
        conv2d_together_tile(stretch, sum, sum_stride, mode, last, elements, count, vectors)
    TAPS(1);
    TAPS(2);
    TAPS(3);
    TAPS(4);
    TAPS(5);
#undef TAPS
}

static void conv2d_together(
    const conv2d_stretch *stretch, float *sum, long sum_stride, tile_mode mode, vector_mask last, long elements, long taps, int vectors
) {
#define ELEMENTS(count) \
    case count: \
        if (vectors == 1) \
            conv2d_together_taps(stretch, sum, sum_stride, mode, last, count, taps, 1); \
        else \
            conv2d_together_taps(stretch, sum, sum_stride, mode, last, count, taps, 2); \
        break
    switch (elements) {
    ELEMENTS(1);
    ELEMENTS(2);
    ELEMENTS(3);
    ELEMENTS(4);
    ELEMENTS(5);
    ELEMENTS(6);
    ELEMENTS(7);
    }
#undef ELEMENTS
}
