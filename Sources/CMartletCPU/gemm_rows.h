// Products with one row or one column: every output is the dot product of a row of the matrix, which runs along k, with
// the vector. Squares of the matrix are turned in registers, so that lanes are outputs and each keeps a chain of its own.

/// `sum[i]`, i < rows <= VECTOR_WIDTH, over k in begin ..< end. A row that is missing is read as the last one again.
static void rows_dot(
    const float *matrix, long stride, long rows, const float *x, long begin, long end, long segment, float *sum, long sum_stride
) {
    long offsets[VECTOR_WIDTH];
    for (long i = 0; i < VECTOR_WIDTH; i++) offsets[i] = shorter(i, rows - 1) * stride;
    vector total = {0};
    for (long first = begin; first < end; first += segment) {
        long last = shorter(first + segment, end), k = first;
        vector chain = {0}, square[VECTOR_WIDTH];
        for (; k + VECTOR_WIDTH <= last; k += VECTOR_WIDTH) {
#pragma clang loop unroll(full)
            for (int i = 0; i < VECTOR_WIDTH; i++) square[i] = vector_load(matrix + offsets[i] + k);
            transpose_registers(square);
#pragma clang loop unroll(full)
            for (int i = 0; i < VECTOR_WIDTH; i++) chain = vector_fma(vector_all(x[k + i]), square[i], chain);
        }
        if (k < last) {
            vector_mask mask = vector_first(last - k);
#pragma clang loop unroll(full)
            for (int i = 0; i < VECTOR_WIDTH; i++) square[i] = vector_load_partial(matrix + offsets[i] + k, mask);
            transpose_registers(square);
#pragma clang loop unroll(full)
            for (int i = 0; i < VECTOR_WIDTH; i++)
                if (i < last - k) chain = vector_fma(vector_all(x[k + i]), square[i], chain);
        }
        total = first == begin ? chain : total + chain;
    }
    if (sum_stride == 1)
        vector_store_partial(sum, total, vector_first(rows));
    else
        for (long i = 0; i < rows; i++) sum[i * sum_stride] = total[i];
}

INLINE bool gemm_is_rows(const martlet_gemm_arguments *p) {
    if (p->transpose_a || p->k == 0) return false;
    return (p->m == 1 && p->transpose_b) || (p->n == 1 && (p->transpose_b || p->b_stride == 1));
}

static void gemm_rows(const martlet_gemm_arguments *p, const gemm_block *block) {
    bool one_row = p->m == 1 && p->transpose_b;
    const float *matrix = one_row ? p->b + block->column * p->b_stride : p->a + block->row * p->a_stride;
    long stride = one_row ? p->b_stride : p->a_stride, count = one_row ? block->columns : block->rows;
    long sum_stride = one_row ? 1 : block->sum_stride;
    for (long i = 0; i < count; i += VECTOR_WIDTH)
        rows_dot(
            matrix + i * stride, stride, shorter(count - i, VECTOR_WIDTH), one_row ? p->a : p->b, block->begin, block->end,
            p->segment_length, block->sum + i * sum_stride, sum_stride);
}
