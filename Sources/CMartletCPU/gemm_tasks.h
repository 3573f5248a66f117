// Tasks: a block's sums, what is made of them, and the adding of segments.

/// C = alpha * sum + beta * C over one block, where `sum` may be C itself.
static void gemm_finish(const martlet_gemm_arguments *p, const gemm_block *block) {
    float *c = p->c + block->row * p->c_stride + block->column;
    if (p->alpha == 1 && p->beta == 0 && block->sum == c) return;
    for (long i = 0; i < block->rows; i++) {
        const float *sum = block->sum + i * block->sum_stride;
        float *row = c + i * p->c_stride;
        for (long j = 0; j < block->columns; j += VECTOR_WIDTH) {
            vector_mask mask = vector_first(shorter(block->columns - j, VECTOR_WIDTH));
            vector value = vector_load_partial(sum + j, mask);
            if (p->alpha != 1) value = vector_all(p->alpha) * value;
            if (p->beta != 0) value = vector_fma(vector_all(p->beta), vector_load_partial(row + j, mask), value);
            vector_store_partial(row + j, value, mask);
        }
    }
}

static void gemm_clear(const gemm_block *block) {
    for (long i = 0; i < block->rows; i++)
        memset(block->sum + i * block->sum_stride, 0, sizeof(float) * block->columns);
}

static void gemm_task(void *context, long index, int worker) {
    const gemm_job *job = context;
    const martlet_gemm_arguments *p = job->arguments;
    const gemm_plan *plan = &job->plan;
    bool turned = plan->method == TURNED;

    long blocks = plan->row_blocks * plan->column_blocks;
    long split = index / blocks;
    long row_part = index % blocks % plan->row_blocks, column_part = index % blocks / plan->row_blocks;
    long panel = plan->vectors * VECTOR_WIDTH, columns = turned ? p->m : p->n;
    long panels = ceiling(columns, panel);
    gemm_block block = {.begin = 0, .end = p->k};
    long first = share(turned ? p->n : p->m, plan->row_blocks, row_part);
    long height = share(turned ? p->n : p->m, plan->row_blocks, row_part + 1) - first;
    long left = shorter(share(panels, plan->column_blocks, column_part) * panel, columns);
    long width = shorter(share(panels, plan->column_blocks, column_part + 1) * panel, columns) - left;
    block.row = turned ? left : first;
    block.rows = turned ? width : height;
    block.column = turned ? first : left;
    block.columns = turned ? height : width;
    if (block.rows == 0 || block.columns == 0) return;

    float *scratch = (float *)(job->workers + plan->worker_bytes * worker);
    if (plan->splits > 1) {
        block.begin = split * p->segment_length;
        block.end = shorter(block.begin + p->segment_length, p->k);
        block.sum_stride = p->n;
        block.sum = (float *)job->shared + split * p->m * p->n + block.row * p->n + block.column;
    } else if (p->beta != 0) {
        block.sum_stride = block.columns;
        block.sum = scratch;
        scratch += cache_lines(sizeof(float) * block.rows * block.columns) / sizeof(float);
    } else {
        block.sum_stride = p->c_stride;
        block.sum = p->c + block.row * p->c_stride + block.column;
    }

    if (block.begin == block.end)
        gemm_clear(&block);
    else if (turned)
        gemm_turned(job, &block);
    else if (plan->method == PACKED)
        gemm_packed(job, &block, scratch);
    else if (plan->method == ROWS)
        gemm_rows(p, &block);
    else
        gemm_in_place(job, &block);

    if (plan->splits > 1) return;
    gemm_finish(p, &block);
    if (p->epilogue)
        p->epilogue(
            p->epilogue_context, block.row, block.rows, block.column, block.columns,
            p->c + block.row * p->c_stride + block.column, p->c_stride, worker);
}

/// Adds the segments' partial results in order, for a share of the rows.
static void gemm_add_task(void *context, long index, int worker) {
    const gemm_job *job = context;
    const martlet_gemm_arguments *p = job->arguments;
    long tasks = shorter(p->m, GEMM_ADD_TASKS);
    gemm_block block = {.row = share(p->m, tasks, index), .columns = p->n, .sum_stride = p->n};
    block.rows = share(p->m, tasks, index + 1) - block.row;
    block.sum = (float *)job->shared + block.row * p->n;
    long count = block.rows * p->n;
    for (long i = 0; i < count; i += VECTOR_WIDTH) {
        vector_mask mask = vector_first(shorter(count - i, VECTOR_WIDTH));
        vector sum = vector_load_partial(block.sum + i, mask);
        for (long split = 1; split < job->plan.splits; split++)
            sum = sum + vector_load_partial(block.sum + split * p->m * p->n + i, mask);
        vector_store_partial(block.sum + i, sum, mask);
    }
    gemm_finish(p, &block);
    if (p->epilogue)
        p->epilogue(
            p->epilogue_context, block.row, block.rows, 0, p->n, p->c + block.row * p->c_stride, p->c_stride, worker);
}
