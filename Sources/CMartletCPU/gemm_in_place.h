// Sums of a block whose operands are read where they lie.

static void gemm_in_place(const gemm_job *job, const gemm_block *block) {
    const martlet_gemm_arguments *p = job->arguments;
    int vectors;
    for (long j = 0; j < block->columns; j += vectors * VECTOR_WIDTH) {
        vectors = panel_vectors(job->plan.vectors, block->columns - j);
        vector_mask last = panel_mask(vectors, block->columns - j);
        const gemm_tile *tiles = tile_table(vectors, !p->transpose_a);
        long tile_count = ceiling(block->rows, tile_limit(vectors, !p->transpose_a));
        for (long k = block->begin; k < block->end;) {
            gemm_piece piece = next_piece(&job->plan, block->begin, k, block->end, p->segment_length);
            const float *b = p->b + k * p->b_stride + block->column + j;
            for (long t = 0; t < tile_count; t++) {
                long i = share(block->rows, tile_count, t), end = share(block->rows, tile_count, t + 1);
                tiles[end - i](
                    gemm_left(p, block->row + i, k), p->a_stride, b, p->b_stride, whole_run, 1, piece.end - k,
                    block->sum + i * block->sum_stride + j, block->sum_stride, piece.mode, last, NULL);
            }
            k = piece.end;
        }
    }
}
