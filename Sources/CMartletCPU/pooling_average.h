// The mean under windows over images n x h x w x channels, and its gradient.
//
// Numeric order: a mean adds its elements from zero in row-major order and divides once; the gradient adds
// contributions from zero by output row and output column, increasing.

INLINE void average_pool_add(float *restrict sum, const float *restrict x, long channels) {
#pragma clang loop vectorize(enable)
    for (long c = 0; c < channels; c++) sum[c] += x[c];
}

INLINE void average_pool_divide(float *sum, float divisor, long channels) {
#pragma clang loop vectorize(enable)
    for (long c = 0; c < channels; c++) sum[c] /= divisor;
}

INLINE void average_pool_add_share(float *restrict sum, const float *restrict upstream, float divisor, long channels) {
#pragma clang loop vectorize(enable)
    for (long c = 0; c < channels; c++) sum[c] += upstream[c] / divisor;
}

INLINE float average_divisor(const martlet_average_pool2d_arguments *p, const martlet_span *row, const martlet_span *column) {
    return (float)(p->divisor ? p->divisor : row->count * column->count);
}

static void average_pool_task(void *context, long index, int worker) {
    (void)worker;
    const pool_job *job = context;
    const martlet_average_pool2d_arguments *p = job->arguments;
    long rows = p->images * p->result_height, channels = p->channels;
    long end = share(rows, job->parts, index + 1);
    for (long row = share(rows, job->parts, index); row < end; row++) {
        const martlet_span *down = p->rows + row % p->result_height;
        const float *image = p->from + row / p->result_height * p->height * p->width * channels;
        for (long column = 0; column < p->result_width; column++) {
            const martlet_span *across = p->columns + column;
            float *sum = p->to + (row * p->result_width + column) * channels;
            memset(sum, 0, sizeof(float) * channels);
            for (long h = down->begin; h < down->end; h++)
                for (long w = across->begin; w < across->end; w++)
                    average_pool_add(sum, image + (h * p->width + w) * channels, channels);
            average_pool_divide(sum, average_divisor(p, down, across), channels);
        }
    }
}

static void average_pool2d(martlet_pool *pool, const martlet_average_pool2d_arguments *p) {
    pool_rows(pool, average_pool_task, p, p->images * p->result_height, p->width * p->channels);
}

static void average_pool_gradient_task(void *context, long index, int worker) {
    (void)worker;
    const pool_job *job = context;
    const martlet_average_pool2d_arguments *p = job->arguments;
    long rows = p->images * p->height, channels = p->channels;
    long end = share(rows, job->parts, index + 1);
    for (long row = share(rows, job->parts, index); row < end; row++) {
        const martlet_span *down = p->row_holders + row % p->height;
        const float *image = p->from + row / p->height * p->result_height * p->result_width * channels;
        for (long w = 0; w < p->width; w++) {
            const martlet_span *across = p->column_holders + w;
            float *sum = p->to + (row * p->width + w) * channels;
            memset(sum, 0, sizeof(float) * channels);
            for (long i = down->begin; i < down->end; i++)
                for (long j = across->begin; j < across->end; j++)
                    average_pool_add_share(
                        sum, image + (i * p->result_width + j) * channels, average_divisor(p, p->rows + i, p->columns + j), channels);
        }
    }
}

static void average_pool2d_gradient(martlet_pool *pool, const martlet_average_pool2d_arguments *p) {
    pool_rows(pool, average_pool_gradient_task, p, p->images * p->height, p->width * p->channels);
}
