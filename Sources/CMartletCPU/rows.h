// Rows of a table by index, and the sum of gradients that went through them.
//
// Numeric order of the gradient: a table row's contributions are added in increasing position, from zero; each task owns
// rows of the table and looks at all positions.

INLINE void rows_convert(float *out, const uint8_t *from, float divisor, long count) {
#pragma clang loop vectorize(enable)
    for (long i = 0; i < count; i++) out[i] = (float)from[i] / divisor;
}

typedef struct {
    const martlet_gather_arguments *arguments;
    long parts;
} gather_job;

static void gather_task(void *context, long index, int worker) {
    (void)worker;
    const gather_job *job = context;
    const martlet_gather_arguments *p = job->arguments;
    long end = share(p->count, job->parts, index + 1), width = p->width;
    for (long i = share(p->count, job->parts, index); i < end; i++) {
        float *out = (float *)p->out + i * width;
        long row = p->indices[i];
        bool valid = in_range(p->indices[i], p->table_rows);
        if (!valid && p->type != MARTLET_TABLE_INT32)
            fill(out, NAN, width);
        else if (!valid)
            memset(out, 0, sizeof(int32_t) * width);
        else if (p->type == MARTLET_TABLE_UINT8)
            rows_convert(out, (const uint8_t *)p->table + row * width, p->divisor, width);
        else
            memcpy(out, (const char *)p->table + row * width * 4, 4 * width);
    }
}

static void gather(martlet_pool *pool, const martlet_gather_arguments *p) {
    if (p->count <= 0 || p->width <= 0) return;
    gather_job job = {p, task_count(pool, p->count * p->width, p->count)};
    martlet_pool_run(pool, gather_task, &job, job.parts);
}

typedef struct {
    const float *gradient;
    const int32_t *indices;
    long count, table_rows, width;
    float *out;
    long parts;
} gather_gradient_job;

static void gather_gradient_task(void *context, long index, int worker) {
    (void)worker;
    const gather_gradient_job *job = context;
    long first = share(job->table_rows, job->parts, index), end = share(job->table_rows, job->parts, index + 1);
    memset(job->out + first * job->width, 0, sizeof(float) * (end - first) * job->width);
    for (long i = 0; i < job->count; i++) {
        if (job->indices[i] < first || job->indices[i] >= end) continue;
        float *out = job->out + job->indices[i] * job->width;
        loop_add(out, out, job->gradient + i * job->width, NULL, job->width);
    }
}

static void gather_gradient(
    martlet_pool *pool, const float *gradient, const int32_t *indices, long count, long table_rows, long width, float *out
) {
    if (table_rows <= 0 || width <= 0) return;
    gather_gradient_job job = {gradient, indices, count, table_rows, width, out, 1};
    job.parts = task_count(pool, (table_rows + count) * width, table_rows);
    martlet_pool_run(pool, gather_gradient_task, &job, job.parts);
}
