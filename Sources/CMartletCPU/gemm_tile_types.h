// What a register tile of the matrix product is called with.

typedef enum {
    TILE_START,   // chains start from zero and are stored
    TILE_RESUME,  // chains go on from what is stored
    TILE_ADD,     // chains start from zero and are added to what is stored
} tile_mode;

/// Where a run of k begins, in floats from the tile's A and B.
typedef struct {
    long a, b;
} tile_run;

/// All of k in one run.
static const tile_run whole_run[1];

enum {
    TILE_SLICES = 16,  // of a tile's run, each of which asks for a row of what comes next
    LINE_FLOATS = 16,
};

/// Some rows of memory, at most TILE_SLICES.
typedef struct {
    const float *first;
    long stride, rows, columns;
} tile_region;

/// What will be needed after a tile and is asked for while it is computed: the sums of the next one, and a share of the A of
/// later ones. Asked for all at once, these would hold up the tile's own reading.
typedef struct {
    tile_region sum, left;
} tile_ahead;

/// One row of each region.
INLINE void tile_ask(const tile_ahead *ahead, long row) {
    if (row < ahead->sum.rows)
        for (long j = 0; j < ahead->sum.columns; j += LINE_FLOATS)
            __builtin_prefetch(ahead->sum.first + row * ahead->sum.stride + j, 1);
    if (row < ahead->left.rows)
        for (long j = 0; j < ahead->left.columns; j += LINE_FLOATS)
            __builtin_prefetch(ahead->left.first + row * ahead->left.stride + j, 0, 2);
}

/// `ahead` may be NULL.
typedef void (*gemm_tile)(
    const float *a, long a_stride, const float *b, long b_stride, const tile_run *runs, long run_count, long depth,
    float *sum, long sum_stride, tile_mode mode, vector_mask last, const tile_ahead *ahead);
