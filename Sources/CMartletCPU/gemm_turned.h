// Sums of a block of the transposed product, whose left operand is B where it lies and whose right one is A: packed beforehand
// by `gemm_turn_task`, or where it lies when it is stored transposed.

enum { GEMM_TURN_DEPTH = 256 };

/// A vector's width of A's rows over a stretch of k, turned into its place among the panels.
static void gemm_turn_task(void *context, long index, int worker) {
    (void)worker;
    const gemm_job *job = context;
    const martlet_gemm_arguments *p = job->arguments;
    long groups = ceiling(p->m, VECTOR_WIDTH);
    long i = index % groups * VECTOR_WIDTH, k = index / groups * GEMM_TURN_DEPTH;
    long first = 0;
    int vectors = panel_vectors(job->plan.vectors, p->m);
    while (first + vectors * VECTOR_WIDTH <= i) {
        first += vectors * VECTOR_WIDTH;
        vectors = panel_vectors(job->plan.vectors, p->m - first);
    }
    long panel = vectors * VECTOR_WIDTH;
    transpose(
        p->a + i * p->a_stride + k, p->a_stride, (float *)job->shared + first * p->k + k * panel + (i - first), panel,
        shorter(VECTOR_WIDTH, p->m - i), shorter(GEMM_TURN_DEPTH, p->k - k));
}

/// Here a block's rows and columns are those of the result, and B's rows are the tile's. Each strip of B is read once.
static void gemm_turned(const gemm_job *job, const gemm_block *block) {
    const martlet_gemm_arguments *p = job->arguments;
    float tile[16 * 8 * VECTOR_WIDTH];
    long tile_count = ceiling(block->columns, job->plan.tile_rows);
    for (long t = 0; t < tile_count; t++) {
        long j = share(block->columns, tile_count, t), rows = share(block->columns, tile_count, t + 1) - j;
        const float *left = p->b + (block->column + j) * p->b_stride;
        int vectors;
        for (long i = 0; i < block->rows; i += vectors * VECTOR_WIDTH) {
            vectors = panel_vectors(job->plan.vectors, block->rows - i);
            long panel = vectors * VECTOR_WIDTH;
            long stride = p->transpose_a ? p->a_stride : panel;
            const float *right = p->transpose_a ? p->a + i : (const float *)job->shared + i * p->k;
            for (long k = block->begin; k < block->end;) {
                gemm_piece piece = next_piece(&job->plan, block->begin, k, block->end, p->segment_length);
                tile_table(vectors, true)[rows](
                    left + k, p->b_stride, right + k * stride, stride, whole_run, 1, piece.end - k, tile, panel, piece.mode,
                    panel_mask(vectors, block->rows - i), NULL);
                k = piece.end;
            }
            transpose(
                tile, panel, block->sum + i * block->sum_stride + j, block->sum_stride, rows,
                shorter(panel, block->rows - i));
        }
    }
}
