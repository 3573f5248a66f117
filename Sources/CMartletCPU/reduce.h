// Sums, maxima and minima along the columns and along the rows of rows x columns values, stored or made by a program.
//
// Numeric order along the columns: blocks of 1024; in a block 32 lanes, lane l taking elements l, l + 32, ... in order
// from the identity; lanes combined by halving (16, 8, 4, 2, 1); block results again in that way. Along the rows: blocks of
// 64 rows, in order from the identity; block results again in that way. Then one division.

enum { LANE_VECTORS = REDUCE_LANES / VECTOR_WIDTH };

/// Maximum: `b` replaces `a` when it is greater or NaN; minimum: when it is less or NaN.
INLINE vector combine(martlet_reduction operation, vector a, vector b) {
    if (operation == MARTLET_SUM) return a + b;
    vector_int take = (operation == MARTLET_MAXIMUM ? b > a : b < a) | (b != b);
    return (vector)(((vector_int)b & take) | ((vector_int)a & ~take));
}

INLINE float combine_scalars(martlet_reduction operation, float a, float b) {
    if (operation == MARTLET_SUM) return a + b;
    return (operation == MARTLET_MAXIMUM ? b > a : b < a) || b != b ? b : a;
}

INLINE float identity(martlet_reduction operation) {
    return operation == MARTLET_SUM ? 0 : operation == MARTLET_MAXIMUM ? -INFINITY : INFINITY;
}

/// One block of at most 1024 adjacent elements.
INLINE float reduce_block(martlet_reduction operation, const float *values, long count) {
    vector lanes[LANE_VECTORS];
    for (int v = 0; v < LANE_VECTORS; v++) lanes[v] = vector_all(identity(operation));
    long i = 0;
    for (; i + REDUCE_LANES <= count; i += REDUCE_LANES)
        for (int v = 0; v < LANE_VECTORS; v++)
            lanes[v] = combine(operation, lanes[v], vector_load(values + i + v * VECTOR_WIDTH));
    float lane[REDUCE_LANES];
    for (int v = 0; v < LANE_VECTORS; v++) vector_store(lane + v * VECTOR_WIDTH, lanes[v]);
    for (int l = 0; i + l < count; l++) lane[l] = combine_scalars(operation, lane[l], values[i + l]);
    for (int half = REDUCE_LANES / 2; half > 0; half /= 2)
        for (int l = 0; l < half; l++) lane[l] = combine_scalars(operation, lane[l], lane[l + half]);
    return lane[0];
}

/// The greatest or least of any number of elements. No order matters, so there are lanes enough not to wait for any.
INLINE float extreme(martlet_reduction operation, const float *values, long count) {
    enum { VECTORS = 8 };
    vector found[VECTORS];
    for (int v = 0; v < VECTORS; v++) found[v] = vector_all(identity(operation));
    long i = 0;
    for (; i + VECTORS * VECTOR_WIDTH <= count; i += VECTORS * VECTOR_WIDTH)
        for (int v = 0; v < VECTORS; v++)
            found[v] = combine(operation, found[v], vector_load(values + i + v * VECTOR_WIDTH));
    for (; i + VECTOR_WIDTH <= count; i += VECTOR_WIDTH) found[0] = combine(operation, found[0], vector_load(values + i));
    for (int half = VECTORS / 2; half > 0; half /= 2)
        for (int v = 0; v < half; v++) found[v] = combine(operation, found[v], found[v + half]);
    float lane[VECTOR_WIDTH];
    vector_store(lane, found[0]);
    for (int l = 0; i + l < count; l++) lane[l] = combine_scalars(operation, lane[l], values[i + l]);
    for (int half = VECTOR_WIDTH / 2; half > 0; half /= 2)
        for (int l = 0; l < half; l++) lane[l] = combine_scalars(operation, lane[l], lane[l + half]);
    return lane[0];
}

static float row_maximum(const float *values, long count) { return extreme(MARTLET_MAXIMUM, values, count); }

static float block_result(martlet_reduction operation, const float *values, long count) {
    switch (operation) {
    case MARTLET_SUM: return reduce_block(MARTLET_SUM, values, count);
    case MARTLET_MAXIMUM: return row_maximum(values, count);
    default: return extreme(MARTLET_MINIMUM, values, count);
    }
}

/// Any number of stored elements; overwrites them with block results.
static float reduce_in_place(martlet_reduction operation, float *values, long count) {
    for (; count > REDUCE_BLOCK; count = ceiling(count, REDUCE_BLOCK))
        for (long i = 0; i < count; i += REDUCE_BLOCK)
            values[i / REDUCE_BLOCK] = block_result(operation, values + i, shorter(REDUCE_BLOCK, count - i));
    return block_result(operation, values, count);
}

INLINE float divided(float value, float divisor) { return divisor == 1 ? value : value / divisor; }

typedef struct {
    const martlet_reduce_arguments *arguments;
    long blocks;            // in a row (in a column)
    float *results;         // [rows, blocks] ([blocks, columns])
    char *workers;
    size_t worker_bytes;
    const float *values;    // reduce_rows: what this level reduces
    long row_stride, rows;
    long row_parts, column_parts;
    const martlet_program *program;
    float divisor;
} reduce_job;

// MARK: Along the columns

/// Block results `begin`..<`end` of the flat [rows, blocks], to `results`. `made` is a worker's scratch.
static void reduce_blocks(
    const martlet_reduce_arguments *p, long blocks, long begin, long end, float *results, float *made
) {
    // Short rows: a program makes several at a time.
    long together = p->program && blocks == 1 ? shorter(longer(REDUCE_BLOCK / p->columns, 1), end - begin) : 1;
    for (long b = begin; b < end; b += together) {
        long row = b / blocks, column = b % blocks * REDUCE_BLOCK;
        long rows = shorter(together, end - b), columns = shorter(REDUCE_BLOCK, p->columns - column);
        const float *values = made;
        if (p->program)
            program_run_block(p->program, row, rows, column, columns, made, columns, made + REDUCE_BLOCK);
        else
            values = p->values + row * p->row_stride + column;
        for (long r = 0; r < rows; r++) {
            float result = block_result(p->operation, values + r * columns, columns);
            *results++ = blocks == 1 ? divided(result, p->divisor) : result;
        }
    }
}

/// The results of rows `begin`..<`end` from those of their blocks.
static void reduce_block_results(const martlet_reduce_arguments *p, long blocks, long begin, long end, float *results) {
    for (long row = begin; row < end; row++, results += blocks)
        p->out[row] = divided(reduce_in_place(p->operation, results, blocks), p->divisor);
}

static void reduce_columns_task(void *context, long index, int worker) {
    const reduce_job *job = context;
    long total = job->arguments->rows * job->blocks, begin = share(total, job->row_parts, index);
    reduce_blocks(
        job->arguments, job->blocks, begin, share(total, job->row_parts, index + 1), job->results + begin,
        (float *)(job->workers + job->worker_bytes * worker));
}

static void reduce_columns_finish(void *context, long index, int worker) {
    (void)worker;
    const reduce_job *job = context;
    long rows = job->arguments->rows, begin = share(rows, job->row_parts, index);
    reduce_block_results(
        job->arguments, job->blocks, begin, share(rows, job->row_parts, index + 1), job->results + begin * job->blocks);
}

static void reduce_columns(martlet_pool *pool, const martlet_reduce_arguments *p) {
    if (p->rows <= 0) return;
    if (p->columns <= 0) {
        for (long row = 0; row < p->rows; row++) p->out[row] = divided(identity(p->operation), p->divisor);
        return;
    }
    reduce_job job = {.arguments = p, .blocks = ceiling(p->columns, REDUCE_BLOCK), .results = p->out};
    job.workers = p->scratch;
    job.worker_bytes = reduce_worker_scratch(p, REDUCE_BLOCK);
    if (job.blocks > 1) {
        job.results = p->scratch;
        job.workers = (char *)p->scratch + cache_lines(sizeof(float) * p->rows * job.blocks);
    }
    job.row_parts = task_count(pool, p->rows * p->columns, p->rows * job.blocks);
    martlet_pool_run(pool, reduce_columns_task, &job, job.row_parts);
    if (job.blocks == 1) return;
    job.row_parts = task_count(pool, p->rows * job.blocks, p->rows);
    martlet_pool_run(pool, reduce_columns_finish, &job, job.row_parts);
}

// MARK: Along the rows

/// Adds `rows` rows to what there is of their columns, in order. So few rows at a time that each is read as a stream.
INLINE void reduce_into(martlet_reduction operation, const float *values, long row_stride, long rows, long columns, float *sums) {
    long c = 0;
    for (; c + VECTOR_WIDTH <= columns; c += VECTOR_WIDTH) {
        vector sum = vector_load(sums + c);
        for (long r = 0; r < rows; r++) sum = combine(operation, sum, vector_load(values + r * row_stride + c));
        vector_store(sums + c, sum);
    }
    for (; c < columns; c++)
        for (long r = 0; r < rows; r++) sums[c] = combine_scalars(operation, sums[c], values[r * row_stride + c]);
}

INLINE void reduce_rows_into(martlet_reduction operation, const float *values, long row_stride, long rows, long columns, float *sums) {
    enum { TOGETHER = 4 };
    for (; rows >= TOGETHER; rows -= TOGETHER, values += TOGETHER * row_stride)
        reduce_into(operation, values, row_stride, TOGETHER, columns, sums);
    reduce_into(operation, values, row_stride, rows, columns, sums);
}

static void reduce_rows_block(martlet_reduction operation, const float *values, long row_stride, long rows, long columns, float *sums) {
    switch (operation) {
    case MARTLET_SUM: return reduce_rows_into(MARTLET_SUM, values, row_stride, rows, columns, sums);
    case MARTLET_MAXIMUM: return reduce_rows_into(MARTLET_MAXIMUM, values, row_stride, rows, columns, sums);
    default: return reduce_rows_into(MARTLET_MINIMUM, values, row_stride, rows, columns, sums);
    }
}

/// One block of at most 64 rows; `made` is a worker's scratch. The results are written when all operands have been read.
static void reduce_strip(const reduce_job *job, long row, long rows, long column, long columns, float *out, float *made) {
    martlet_reduction operation = job->arguments->operation;
    float sums[REDUCE_STRIP];
    fill(sums, identity(operation), columns);
    if (job->program) {
        // What is made of a few whole rows stays in the nearest cache.
        long together = longer(REDUCE_MADE / columns, 1);
        for (long r = 0; r < rows; r += together) {
            long count = shorter(together, rows - r);
            program_run_block(job->program, row + r, count, column, columns, made, columns, made + REDUCE_MADE);
            reduce_rows_block(operation, made, columns, count, columns, sums);
        }
    } else {
        reduce_rows_block(operation, job->values + row * job->row_stride + column, job->row_stride, rows, columns, sums);
    }
    for (long c = 0; c < columns; c++) out[c] = divided(sums[c], job->divisor);
}

static void reduce_rows_task(void *context, long index, int worker) {
    const reduce_job *job = context;
    const martlet_reduce_arguments *p = job->arguments;
    float *made = (float *)(job->workers + job->worker_bytes * worker);
    long row_part = index / job->column_parts, column_part = index % job->column_parts;
    long first = share_by(VECTOR_WIDTH, p->columns, job->column_parts, column_part);
    long end = share_by(VECTOR_WIDTH, p->columns, job->column_parts, column_part + 1);
    long last_block = share(job->blocks, job->row_parts, row_part + 1);
    for (long block = share(job->blocks, job->row_parts, row_part); block < last_block; block++) {
        long row = block * REDUCE_ROWS, rows = shorter(REDUCE_ROWS, job->rows - row);
        for (long column = first; column < end; column += REDUCE_STRIP)
            reduce_strip(
                job, row, rows, column, shorter(REDUCE_STRIP, end - column), job->results + block * p->columns + column, made);
    }
}

static void reduce_rows(martlet_pool *pool, const martlet_reduce_arguments *p) {
    if (p->columns <= 0) return;
    if (p->rows <= 0) {
        fill(p->out, divided(identity(p->operation), p->divisor), p->columns);
        return;
    }
    // Levels take turns between two places in the scratch; the last goes to the output.
    long blocks = ceiling(p->rows, REDUCE_ROWS);
    float *places[2] = {p->scratch, (float *)p->scratch + cache_lines(sizeof(float) * blocks * p->columns) / sizeof(float)};
    long second = ceiling(blocks, REDUCE_ROWS);
    reduce_job job = {
        .arguments = p, .values = p->values, .row_stride = p->row_stride, .rows = p->rows, .program = p->program,
    };
    job.workers = p->scratch;
    if (blocks > 1) job.workers = (char *)places[1];
    if (second > 1) job.workers += cache_lines(sizeof(float) * second * p->columns);
    job.worker_bytes = reduce_worker_scratch(p, REDUCE_MADE);
    for (int level = 0;; level++) {
        job.blocks = ceiling(job.rows, REDUCE_ROWS);
        job.results = job.blocks == 1 ? p->out : places[level % 2];
        job.divisor = job.blocks == 1 ? p->divisor : 1;
        long tasks = task_count(pool, job.rows * p->columns, LONG_MAX);
        job.row_parts = shorter(tasks, job.blocks);
        job.column_parts = shorter(ceiling(tasks, job.row_parts), ceiling(p->columns, VECTOR_WIDTH));
        martlet_pool_run(pool, reduce_rows_task, &job, job.row_parts * job.column_parts);
        if (job.blocks == 1) return;
        job.values = job.results;
        job.row_stride = p->columns;
        job.rows = job.blocks;
        job.program = NULL;
    }
}

// MARK: Argmax

typedef struct {
    const float *values;
    long row_stride, rows, columns, parts;
    int32_t *out;
} argmax_job;

static void argmax_task(void *context, long index, int worker) {
    (void)worker;
    const argmax_job *job = context;
    long end = share(job->rows, job->parts, index + 1);
    for (long row = share(job->rows, job->parts, index); row < end; row++) {
        const float *values = job->values + row * job->row_stride;
        float greatest = row_maximum(values, job->columns);
        int32_t place = 0;
        if (greatest != greatest)
            while (values[place] == values[place]) place++;
        else
            while (place < job->columns && values[place] != greatest) place++;
        job->out[row] = place;
    }
}

static void argmax(
    martlet_pool *pool, const float *values, long row_stride, long rows, long columns, int32_t *out
) {
    if (rows <= 0 || columns <= 0) return;
    argmax_job job = {values, row_stride, rows, columns, task_count(pool, rows * columns, rows), out};
    martlet_pool_run(pool, argmax_task, &job, job.parts);
}
