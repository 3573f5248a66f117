// The greatest element and the mean under windows over images n x h x w x channels, and their gradients.
//
// A task takes whole rows of pixels of the result; loops run over the channels of a pixel.
// Numeric order: an average adds its elements from zero in row-major order and divides once; both gradients add
// contributions from zero by output row and output column, increasing.

typedef struct {
    const void *arguments;
    long parts;
} pool_job;

/// Every task's share of the rows of all images.
static void pool_rows(
    martlet_pool *pool, void (*task)(void *, long, int), const void *arguments, long rows, long row_elements
) {
    if (rows <= 0 || row_elements <= 0) return;
    pool_job job = {arguments, task_count(pool, rows * row_elements, rows)};
    martlet_pool_run(pool, task, &job, job.parts);
}

// MARK: Maximum

INLINE void max_pool_first(float *restrict best, int32_t *restrict place, const float *restrict x, int32_t here, long channels) {
#pragma clang loop vectorize(enable)
    for (long c = 0; c < channels; c++) {
        best[c] = x[c];
        place[c] = here;
    }
}

/// Nothing takes the place of a NaN.
INLINE void max_pool_next(float *restrict best, int32_t *restrict place, const float *restrict x, int32_t here, long channels) {
#pragma clang loop vectorize(enable)
    for (long c = 0; c < channels; c++) {
        bool take = (best[c] == best[c]) & ((x[c] > best[c]) | (x[c] != x[c]));
        best[c] = take ? x[c] : best[c];
        place[c] = take ? here : place[c];
    }
}

/// The taps of a window that are inside the image.
typedef struct {
    long first, end;
} tap_range;

INLINE tap_range taps_inside(const martlet_window_axis *axis, long place) {
    long start = place * axis->stride - axis->before;
    tap_range taps = {start < 0 ? ceiling(-start, axis->dilation) : 0, axis->size};
    long room = axis->extent - start;
    taps.end = room <= 0 ? 0 : shorter(axis->size, ceiling(room, axis->dilation));
    return taps;
}

static void max_pool_task(void *context, long index, int worker) {
    (void)worker;
    const pool_job *job = context;
    const martlet_max_pool2d_arguments *p = job->arguments;
    const martlet_window_axis *height = &p->window.height, *width = &p->window.width;
    long rows = p->images * height->places, channels = p->channels;
    long end = share(rows, job->parts, index + 1);
    for (long row = share(rows, job->parts, index); row < end; row++) {
        long place_row = row % height->places;
        const float *image = p->x + row / height->places * height->extent * width->extent * channels;
        tap_range down = taps_inside(height, place_row);
        for (long column = 0; column < width->places; column++) {
            float *best = p->y + (row * width->places + column) * channels;
            int32_t *place = p->places + (row * width->places + column) * channels;
            tap_range across = taps_inside(width, column);
            bool first = true;
            for (long i = down.first; i < down.end; i++) {
                long h = place_row * height->stride - height->before + i * height->dilation;
                for (long j = across.first; j < across.end; j++) {
                    long w = column * width->stride - width->before + j * width->dilation, here = h * width->extent + w;
                    if (first)
                        max_pool_first(best, place, image + here * channels, (int32_t)here, channels);
                    else
                        max_pool_next(best, place, image + here * channels, (int32_t)here, channels);
                    first = false;
                }
            }
        }
    }
}

static void max_pool2d(martlet_pool *pool, const martlet_max_pool2d_arguments *p) {
    pool_rows(pool, max_pool_task, p, p->images * p->window.height.places, p->window.width.places * p->channels);
}

INLINE void max_pool_add(
    float *restrict sum, const float *restrict upstream, const int32_t *restrict places, int32_t here, long channels
) {
#pragma clang loop vectorize(enable)
    for (long c = 0; c < channels; c++) sum[c] += places[c] == here ? upstream[c] : 0.0f;
}

/// The place whose window reads `element` by `tap`, or -1.
INLINE long place_of_tap(const martlet_window_axis *axis, long element, long tap) {
    long distance = element + axis->before - tap * axis->dilation;
    if (distance < 0 || distance % axis->stride) return -1;
    long place = distance / axis->stride;
    return place < axis->places ? place : -1;
}

static void max_pool_gradient_task(void *context, long index, int worker) {
    (void)worker;
    const pool_job *job = context;
    const martlet_max_pool2d_gradient_arguments *p = job->arguments;
    const martlet_window_axis *height = &p->window.height, *width = &p->window.width;
    long rows = p->images * height->extent, channels = p->channels;
    long end = share(rows, job->parts, index + 1);
    for (long row = share(rows, job->parts, index); row < end; row++) {
        long h = row % height->extent;
        long first = row / height->extent * height->places * width->places * channels;
        for (long w = 0; w < width->extent; w++) {
            float *sum = p->dx + (row * width->extent + w) * channels;
            memset(sum, 0, sizeof(float) * channels);
            // From the last tap to the first: places increase.
            for (long i = height->size - 1; i >= 0; i--) {
                long place_row = place_of_tap(height, h, i);
                if (place_row < 0) continue;
                for (long j = width->size - 1; j >= 0; j--) {
                    long column = place_of_tap(width, w, j);
                    if (column < 0) continue;
                    long from = first + (place_row * width->places + column) * channels;
                    max_pool_add(sum, p->dy + from, p->places + from, (int32_t)(h * width->extent + w), channels);
                }
            }
        }
    }
}

static void max_pool2d_gradient(martlet_pool *pool, const martlet_max_pool2d_gradient_arguments *p) {
    pool_rows(pool, max_pool_gradient_task, p, p->images * p->window.height.extent, p->window.width.extent * p->channels);
}

// MARK: Average

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
