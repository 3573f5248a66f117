// Softmax with cross-entropy, a group of rows at a time, so that short rows share the vectors of exp.
//
// Numeric order: per row m = max, e = exp(x - m), s = sum of e as in reduce.h, p = e / s, loss = log(s) - (x[label] - m).

enum { SOFTMAX_ROWS = 64, SOFTMAX_ELEMENTS = 2048 };

/// A row's sum. A long row is cut into at most 1024 spans of whole blocks, which are what one level's results stand for.
static float row_sum(const float *values, long count) {
    if (count <= REDUCE_BLOCK) return reduce_block(MARTLET_SUM, values, count);
    float results[REDUCE_BLOCK];
    long span = REDUCE_BLOCK;
    while (span * REDUCE_BLOCK < count) span *= REDUCE_BLOCK;
    long spans = ceiling(count, span);
    for (long i = 0; i < spans; i++) results[i] = row_sum(values + i * span, shorter(span, count - i * span));
    return reduce_block(MARTLET_SUM, results, spans);
}

INLINE void row_subtract(float *out, const float *values, float subtrahend, long count) {
#pragma clang loop vectorize(assume_safety)
    for (long i = 0; i < count; i++) out[i] = values[i] - subtrahend;
}

INLINE void row_divide(float *values, float divisor, long count) {
    for (long i = 0; i < count; i += VECTOR_WIDTH) {
        vector_mask mask = vector_first(shorter(count - i, VECTOR_WIDTH));
        vector_store_partial(values + i, vector_load_partial(values + i, mask) / vector_all(divisor), mask);
    }
}

typedef struct {
    const float *logits;
    const int32_t *labels;
    const float *loss_gradient;
    long rows, columns, parts;
    float *loss;
    float *out;
} softmax_job;

INLINE bool in_range(int32_t index, long count) { return index >= 0 && index < count; }

static void softmax_group(const softmax_job *job, long row, long rows) {
    long columns = job->columns;
    const float *x = job->logits + row * columns;
    float *p = job->out + row * columns;
    float label_value[SOFTMAX_ROWS], sum[SOFTMAX_ROWS];
    for (long r = 0; r < rows; r++) {
        float greatest = row_maximum(x + r * columns, columns);
        int32_t label = job->labels[row + r];
        label_value[r] = in_range(label, columns) ? x[r * columns + label] - greatest : NAN;
        row_subtract(p + r * columns, x + r * columns, greatest, columns);
    }
    loop_exp(p, p, NULL, NULL, rows * columns);
    for (long r = 0; r < rows; r++) {
        sum[r] = row_sum(p + r * columns, columns);
        row_divide(p + r * columns, sum[r], columns);
    }
    loop_log(sum, sum, NULL, NULL, rows);
    for (long r = 0; r < rows; r++) job->loss[row + r] = sum[r] - label_value[r];
}

static void softmax_task(void *context, long index, int worker) {
    (void)worker;
    const softmax_job *job = context;
    long together = longer(shorter(SOFTMAX_ELEMENTS / job->columns, SOFTMAX_ROWS), 1);
    long end = share(job->rows, job->parts, index + 1);
    for (long row = share(job->rows, job->parts, index); row < end; row += together)
        softmax_group(job, row, shorter(together, end - row));
}

static void softmax_cross_entropy(
    martlet_pool *pool, const float *logits, const int32_t *labels, long rows, long columns, float *loss,
    float *probabilities
) {
    if (rows <= 0 || columns <= 0) return;
    softmax_job job = {
        .logits = logits, .labels = labels, .rows = rows, .columns = columns, .loss = loss, .out = probabilities,
        .parts = task_count(pool, rows * columns * 8, rows),  // an exp and a division cost several cheap elements
    };
    martlet_pool_run(pool, softmax_task, &job, job.parts);
}

static void softmax_gradient_task(void *context, long index, int worker) {
    (void)worker;
    const softmax_job *job = context;
    long end = share(job->rows, job->parts, index + 1);
    for (long row = share(job->rows, job->parts, index); row < end; row++) {
        const float *p = job->logits + row * job->columns;
        float *out = job->out + row * job->columns;
        float gradient = job->loss_gradient[row];
        int32_t label = job->labels[row];
        bool valid = in_range(label, job->columns);
        float at_label = valid ? (p[label] - 1) * gradient : 0;
        for (long i = 0; i < job->columns; i += VECTOR_WIDTH) {
            vector_mask mask = vector_first(shorter(job->columns - i, VECTOR_WIDTH));
            vector_store_partial(out + i, vector_load_partial(p + i, mask) * vector_all(gradient), mask);
        }
        if (valid) out[label] = at_label;
    }
}

static void softmax_cross_entropy_gradient(
    martlet_pool *pool, const float *probabilities, const int32_t *labels, const float *loss_gradient, long rows,
    long columns, float *out
) {
    if (rows <= 0 || columns <= 0) return;
    softmax_job job = {
        .logits = probabilities, .labels = labels, .loss_gradient = loss_gradient, .rows = rows, .columns = columns,
        .out = out, .parts = task_count(pool, rows * columns, rows),
    };
    martlet_pool_run(pool, softmax_gradient_task, &job, job.parts);
}
