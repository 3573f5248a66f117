// How a product is computed: by which method, and in which blocks.

typedef enum { IN_PLACE, PACKED, TURNED, ROWS } gemm_method;

typedef struct {
    gemm_method method;
    int vectors;                      // a panel's width
    int tile_rows;                    // the tallest tile
    long piece;                       // the longest stretch of k done in one sweep
    long row_blocks, column_blocks;   // of the result
    long splits;                      // 1, or the number of segments
    size_t shared_bytes, worker_bytes;
} gemm_plan;

typedef struct {
    const martlet_gemm_arguments *arguments;
    gemm_plan plan;
    char *shared;
    char *workers;
} gemm_job;

enum {
    GEMM_BLOCK_FLOATS = 1 << 16,    // a block of A or of the result that stays in L2
    GEMM_DEPTH = 512,               // of a sweep
    GEMM_PACKED_DEPTH = 256,        // of a sweep over packed panels: one of them stays in L1
    GEMM_PACKED_FLOATS = 1 << 17,   // of a block of B, which leaves half of L2 to what passes through
    GEMM_FAR_STRIDE = 2048,         // rows of A as far apart, or a multiple, fall into few sets of the caches and are copied
    GEMM_STRIPS = 8,                // of a transposed A copied at a time
    GEMM_STRIP_GAP = 16,            // keeps the rows of a copied strip out of each other's cache sets
    GEMM_TASK_FLOPS = 1 << 18,      // less than this is not worth sharing further
    GEMM_TASKS_PER_WORKER = 4,
    GEMM_PACKED_TASKS = 2,          // to a worker; each copies what it needs of A and B, so small products get one
    GEMM_PACKED_FLOPS = 1 << 30,    // of a worker, for more than one
    GEMM_ADD_TASKS = 16,
};

/// The widest panel that suits the shape: few rows leave registers for wide panels, which read B in long runs.
static int gemm_vectors(long rows, long columns, gemm_method method) {
    int vectors = 2;
    if (method == IN_PLACE)
        while (vectors < 8 && rows <= tile_limit(2 * vectors, true)) vectors *= 2;
    while (vectors > 1 && (vectors / 2) * VECTOR_WIDTH >= columns) vectors /= 2;
    return vectors;
}

/// Room for one strip of A, in whole cache lines.
INLINE long gemm_strip_floats(const gemm_plan *plan) {
    return (long)(cache_lines(sizeof(float) * plan->tile_rows * (plan->piece + GEMM_STRIP_GAP)) / sizeof(float));
}

static bool gemm_is_rows(const martlet_gemm_arguments *);

static gemm_method gemm_choose(const martlet_gemm_arguments *p) {
    if (gemm_is_rows(p)) return ROWS;
    if (p->transpose_b) {
        bool turn = p->transpose_a ? p->m >= 8 : p->m >= 8 && p->m <= 128 && p->k >= 256;
        return turn && p->n > 16 ? TURNED : PACKED;
    }
    bool large = p->m >= 256 && p->n >= 256 && p->k >= 256 && (double)p->m * p->n * p->k >= 512.0 * 512 * 512;
    return large ? PACKED : IN_PLACE;
}

/// Equal pieces, all but the last in whole cache lines.
INLINE long gemm_piece_depth(long depth, long most) {
    return shorter(ceiling(ceiling(depth, ceiling(depth, most)), LINE_FLOATS) * LINE_FLOATS, depth);
}

static gemm_plan gemm_make_plan(const martlet_gemm_arguments *p, int threads) {
    gemm_plan plan = {.method = gemm_choose(p), .splits = 1, .row_blocks = 1, .column_blocks = 1};
    bool turned = plan.method == TURNED;
    long rows = longer(turned ? p->n : p->m, 1), columns = longer(turned ? p->m : p->n, 1), depth = longer(p->k, 1);
    bool along_k = turned || !p->transpose_a;
    plan.vectors = plan.method == ROWS ? 1 : gemm_vectors(rows, columns, plan.method);
    plan.tile_rows = plan.method == ROWS ? VECTOR_WIDTH : tile_limit(plan.vectors, along_k);
    long panel = plan.vectors * VECTOR_WIDTH;

    // Segment sums are added where they are stored, so a second segment has to be done in one piece.
    long segment = shorter(longer(p->segment_length, 1), depth);
    long segments = ceiling(depth, segment);
    plan.piece = segment;
    if (segments == 1 && plan.method != TURNED && rows > plan.tile_rows)
        plan.piece = gemm_piece_depth(depth, plan.method == PACKED && depth > GEMM_DEPTH ? GEMM_PACKED_DEPTH : GEMM_DEPTH);

    // Blocks that stay in cache first, then more of them until each worker has a few.
    long most_rows, most_columns;
    if (plan.method == PACKED) {
        most_rows = rows;
        most_columns = longer(GEMM_PACKED_FLOATS / longer(plan.piece, GEMM_PACKED_DEPTH), panel);
    } else {
        most_rows = longer(GEMM_BLOCK_FLOATS / plan.piece, 4 * plan.tile_rows);
        most_columns = turned ? columns : longer(GEMM_BLOCK_FLOATS / shorter(rows, most_rows), panel);
    }
    plan.row_blocks = ceiling(rows, most_rows);
    plan.column_blocks = ceiling(columns, most_columns);
    double flops = 2.0 * rows * columns * depth;
    long wanted = threads == 1 ? 1 : (long)(flops / GEMM_TASK_FLOPS);
    long most = (long)threads * GEMM_TASKS_PER_WORKER;
    if (plan.method == PACKED) most = threads * (flops > (double)threads * GEMM_PACKED_FLOPS ? GEMM_PACKED_TASKS : 1L);
    wanted = longer(shorter(wanted, most), flops > GEMM_TASK_FLOPS / 8 ? threads : 1);
    long row_parts = ceiling(rows, plan.tile_rows), column_parts = turned ? 1 : ceiling(columns, panel);
    // A square block has the least to copy for its work, and copying A costs less than copying B.
    if (plan.method == PACKED)
        while (plan.row_blocks * plan.column_blocks < wanted && 2 * plan.row_blocks <= row_parts
               && rows / plan.row_blocks > columns / plan.column_blocks)
            plan.row_blocks *= 2;
    if (plan.row_blocks * plan.column_blocks < wanted)
        plan.column_blocks = longer(plan.column_blocks, shorter(column_parts, ceiling(wanted, plan.row_blocks)));
    if (plan.row_blocks * plan.column_blocks < wanted)
        plan.row_blocks = longer(plan.row_blocks, shorter(row_parts, ceiling(wanted, plan.column_blocks)));

    long block_rows = ceiling(rows, plan.row_blocks) + 1;
    long block_columns = (ceiling(column_parts, plan.column_blocks)) * (turned ? columns : panel);
    if (segments > 1 && plan.method != TURNED && plan.row_blocks * plan.column_blocks < 2 * threads
        && (double)rows * columns * segments <= 64.0 * GEMM_BLOCK_FLOATS)
        plan.splits = segments;

    if (plan.splits > 1) plan.shared_bytes += cache_lines(sizeof(float) * plan.splits * rows * columns);
    if (turned && !p->transpose_a) plan.shared_bytes += cache_lines(sizeof(float) * depth * ceiling(columns, VECTOR_WIDTH) * VECTOR_WIDTH);
    if (p->beta != 0 && plan.splits == 1) plan.worker_bytes += cache_lines(sizeof(float) * block_rows * block_columns);
    if (plan.method == PACKED)
        plan.worker_bytes += cache_lines(sizeof(float) * plan.piece * block_columns)
            + sizeof(float) * gemm_strip_floats(&plan) * (p->transpose_a ? GEMM_STRIPS : 1);
    return plan;
}

static size_t gemm_scratch_bytes(const martlet_gemm_arguments *arguments, int threads) {
    gemm_plan plan = gemm_make_plan(arguments, threads);
    return plan.shared_bytes + plan.worker_bytes * threads;
}
