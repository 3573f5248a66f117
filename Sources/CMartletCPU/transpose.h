// Transposing copies of blocks of floats.

#if VECTOR_WIDTH == 16
#define INTERLEAVE_LOW(a, b) \
    __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define INTERLEAVE_HIGH(a, b) \
    __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#define TRANSPOSE_STAGES 4
#elif VECTOR_WIDTH == 8
#define INTERLEAVE_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define INTERLEAVE_HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#define TRANSPOSE_STAGES 3
#else
#define INTERLEAVE_LOW(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define INTERLEAVE_HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#define TRANSPOSE_STAGES 2
#endif

/// Each stage is a perfect shuffle, which rotates the bits of (row, column) by one place; after as many stages as a row index
/// has bits the two have changed places.
INLINE void transpose_registers(vector rows[VECTOR_WIDTH]) {
    enum { HALF = VECTOR_WIDTH / 2 };
    vector shuffled[VECTOR_WIDTH];
#pragma clang loop unroll(full)
    for (int stage = 0; stage < TRANSPOSE_STAGES; stage++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < HALF; i++) {
            shuffled[2 * i] = INTERLEAVE_LOW(rows[i], rows[i + HALF]);
            shuffled[2 * i + 1] = INTERLEAVE_HIGH(rows[i], rows[i + HALF]);
        }
#pragma clang loop unroll(full)
        for (int i = 0; i < VECTOR_WIDTH; i++) rows[i] = shuffled[i];
    }
}

static void transpose_square(const float *from, long from_stride, float *to, long to_stride) {
    vector rows[VECTOR_WIDTH];
#pragma clang loop unroll(full)
    for (int i = 0; i < VECTOR_WIDTH; i++) rows[i] = vector_load(from + i * from_stride);
    transpose_registers(rows);
#pragma clang loop unroll(full)
    for (int i = 0; i < VECTOR_WIDTH; i++) vector_store(to + i * to_stride, rows[i]);
}

/// A square of which only the first `height` rows and `width` columns are there.
static void transpose_edge(const float *from, long from_stride, float *to, long to_stride, long height, long width) {
    vector rows[VECTOR_WIDTH];
    vector_mask across = vector_first(width), down = vector_first(height);
#pragma clang loop unroll(full)
    for (int i = 0; i < VECTOR_WIDTH; i++)
        rows[i] = i < height ? vector_load_partial(from + i * from_stride, across) : (vector){0};
    transpose_registers(rows);
#pragma clang loop unroll(full)
    for (int i = 0; i < VECTOR_WIDTH; i++)
        if (i < width) vector_store_partial(to + i * to_stride, rows[i], down);
}

/// to[j][i] = from[i][j], i < rows, j < columns.
static void transpose(const float *from, long from_stride, float *to, long to_stride, long rows, long columns) {
    for (long i = 0; i < rows; i += VECTOR_WIDTH)
        for (long j = 0; j < columns; j += VECTOR_WIDTH) {
            const float *square = from + i * from_stride + j;
            float *turned = to + j * to_stride + i;
            long height = shorter(rows - i, VECTOR_WIDTH), width = shorter(columns - j, VECTOR_WIDTH);
            if (height == VECTOR_WIDTH && width == VECTOR_WIDTH)
                transpose_square(square, from_stride, turned, to_stride);
            else
                transpose_edge(square, from_stride, turned, to_stride, height, width);
        }
}
