// The parts of a result and of k that one tile, one panel or one task works on.

/// The vectors of the panel that begins where `columns` are left. Only a panel's last vector may be partial.
INLINE int panel_vectors(int widest, long columns) {
    while (widest > 1 && (widest - 1) * VECTOR_WIDTH >= columns) widest /= 2;
    return widest;
}

INLINE vector_mask panel_mask(int vectors, long columns) {
    return vector_first(shorter(columns - (vectors - 1) * VECTOR_WIDTH, VECTOR_WIDTH));
}

/// A stretch of k inside one segment.
typedef struct {
    long begin, end;
    tile_mode mode;
} gemm_piece;

/// The piece after the one that ended at `begin`; the range from `first` starts a segment.
INLINE gemm_piece next_piece(const gemm_plan *plan, long first, long begin, long end, long segment) {
    gemm_piece piece = {.begin = begin};
    long into_segment = (begin - first) % segment;
    piece.end = shorter(shorter(begin + plan->piece, begin - into_segment + segment), end);
    piece.mode = begin == first ? TILE_START : into_segment ? TILE_RESUME : TILE_ADD;
    return piece;
}

/// What one task computes: the sums over k in begin..<end of some rows and columns of the result.
typedef struct {
    long row, rows, column, columns;
    long begin, end;
    float *sum;
    long sum_stride;
} gemm_block;

/// A's rows from `row`, its k from `begin`.
INLINE const float *gemm_left(const martlet_gemm_arguments *p, long row, long begin) {
    return p->transpose_a ? p->a + begin * p->a_stride + row : p->a + row * p->a_stride + begin;
}
