// What a register tile of the matrix product is called with.

typedef enum {
    TILE_START,   // chains start from zero and are stored
    TILE_RESUME,  // chains go on from what is stored
    TILE_ADD,     // chains start from zero and are added to what is stored
} tile_mode;

/// Where a run of k begins, in floats from the tile's A and B, and how many of the tile's rows it leaves out: the first ones where
/// that is positive, the last ones where it is negative, TILE_OUTSIDE at most and never all. Of these A is not read.
typedef struct {
    long a, b;
    int outside;
} tile_run;

enum { TILE_OUTSIDE = 2 };

/// All of k in one run.
static const tile_run whole_run[1];

enum { LINE_FLOATS = 16 };

/// Some rows of memory.
typedef struct {
    const float *first;
    long stride, rows, columns;
} tile_region;

/// What will be needed after a tile and is asked for while it is computed, some rows with each run: the sums of the next one, and
/// a share of the A of later ones. Asked for all at once, these would hold up the tile's own reading.
typedef struct {
    tile_region sum, left;
} tile_ahead;

/// The share of one run.
INLINE void tile_ask(const tile_ahead *ahead, long run, long run_count) {
#pragma clang loop unroll(disable)
    for (long i = run; i < ahead->sum.rows; i += run_count)
#pragma clang loop unroll(disable)
        for (long j = 0; j < ahead->sum.columns; j += LINE_FLOATS)
            __builtin_prefetch(ahead->sum.first + i * ahead->sum.stride + j, 1);
#pragma clang loop unroll(disable)
    for (long i = run; i < ahead->left.rows; i += run_count)
#pragma clang loop unroll(disable)
        for (long j = 0; j < ahead->left.columns; j += LINE_FLOATS)
            __builtin_prefetch(ahead->left.first + i * ahead->left.stride + j, 0, 2);
}

/// `ahead` may be NULL.
typedef void (*gemm_tile)(
    const float *a, long a_stride, const float *b, long b_stride, const tile_run *runs, long run_count, long depth,
    float *sum, long sum_stride, tile_mode mode, vector_mask last, const tile_ahead *ahead);
