// Strips of A, copied so that the tile's rows (or, of a transposed A, its columns) lie close together.

/// The rows of A that strip `strip` of `strips` begins with, within the block.
INLINE long strip_row(const gemm_block *block, long strips, long strip) { return share(block->rows, strips, strip); }

/// A strip of A with its rows brought close together.
static void gemm_copy_strip(
    const martlet_gemm_arguments *p, const gemm_block *block, long strips, long strip, long begin, long depth, float *to
) {
    long row = strip_row(block, strips, strip), rows = strip_row(block, strips, strip + 1) - row;
    const float *a = gemm_left(p, block->row + row, begin);
    for (long i = 0; i < rows; i++)
        memcpy(to + i * (depth + GEMM_STRIP_GAP), a + i * p->a_stride, sizeof(float) * depth);
}

/// Several strips of a transposed A, each [k][rows], `strip_floats` apart: so many that a line of A is read only once, since
/// lines a power of two apart push each other out of the cache.
static void gemm_turn_strips(
    const martlet_gemm_arguments *p, const gemm_block *block, long strips, long first, long count, long begin, long depth,
    float *to, long strip_floats
) {
    const float *a = gemm_left(p, block->row, begin);
    long borders[GEMM_STRIPS + 1];
    for (long s = 0; s <= count; s++) borders[s] = strip_row(block, strips, first + s);
    // Whole vectors where A has them: what lies beyond a strip's rows is overwritten by the next k, or falls into the gap.
    long whole = GEMM_STRIP_GAP >= VECTOR_WIDTH ? p->m - block->row - VECTOR_WIDTH : -1;
    for (long k = 0; k < depth; k++, a += p->a_stride)
        for (long s = 0; s < count; s++) {
            long row = borders[s], rows = borders[s + 1] - row;
            float *out = to + s * strip_floats + k * rows;
            for (long i = 0; i < rows; i += VECTOR_WIDTH) {
                vector_mask mask = vector_first(shorter(rows - i, VECTOR_WIDTH));
                if (row + i <= whole)
                    vector_store(out + i, vector_load(a + row + i));
                else
                    vector_store_partial(out + i, vector_load_partial(a + row + i, mask), mask);
            }
        }
}

/// A share of what the strips from `row` on will be copied from.
INLINE tile_region gemm_next_left(
    const martlet_gemm_arguments *p, long row, long rows, long begin, long depth, long part, long parts
) {
    long first = share(depth, parts, part), count = share(depth, parts, part + 1) - first;
    return (tile_region){
        .first = gemm_left(p, row, begin + first), .stride = p->a_stride,
        .rows = p->transpose_a ? count : rows, .columns = p->transpose_a ? rows : count};
}
