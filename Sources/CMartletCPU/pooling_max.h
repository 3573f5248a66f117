// The greatest element under windows over images n x h x w x channels with its place, and the gradient.
//
// Numeric order: of equal elements the first in row-major order is taken; the gradient adds contributions from zero by
// output row and output column, increasing.

/// The taps of a window that are inside the image.
typedef struct {
    long first, end;
} tap_range;

INLINE tap_range taps_inside(const martlet_window_axis *axis, long place) {
    long start = place * axis->stride - axis->before;
    // Most windows are inside as a whole, and divisions are dear.
    if (start >= 0 && start + (axis->size - 1) * axis->dilation < axis->extent) return (tap_range){0, axis->size};
    tap_range taps = {start < 0 ? ceiling(-start, axis->dilation) : 0, axis->size};
    long room = axis->extent - start;
    taps.end = room <= 0 ? 0 : shorter(axis->size, ceiling(room, axis->dilation));
    return taps;
}

/// One place of the window, which holds an element: for each channel the greatest of the image's elements under it.
INLINE void max_pool_place(
    const float *image, const martlet_window2d *window, long top, long left, tap_range down, tap_range across, long channels,
    float *best, int32_t *places
) {
    const long row = window->height.dilation * window->width.extent, column = window->width.dilation;
    const long first = (top + down.first * window->height.dilation) * window->width.extent + left + across.first * column;
    for (long c = 0; c < channels; c += VECTOR_WIDTH) {
        vector_mask lanes = channel_lanes(c, channels);
        vector greatest = vector_load_partial(image + first * channels + c, lanes);
        vector_int place = (vector_int){0} + (int32_t)first;
        for (long i = down.first; i < down.end; i++) {
            long here = first + (i - down.first) * row;
            for (long j = across.first; j < across.end; j++, here += column) {
                vector x = vector_load_partial(image + here * channels + c, lanes);
                // Nothing takes the place of a NaN, nor the first element its own.
                vector_int take = (greatest == greatest) & ((x > greatest) | (x != x));
                greatest = (vector)vector_choose(take, (vector_int)x, (vector_int)greatest);
                place = vector_choose(take, (vector_int){0} + (int32_t)here, place);
            }
        }
        vector_store_partial(best + c, greatest, lanes);
        vector_int_store_partial(places + c, place, lanes);
    }
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
            long to = (row * width->places + column) * channels;
            long top = place_row * height->stride - height->before, left = column * width->stride - width->before;
            tap_range across = taps_inside(width, column);
            // The usual window, unrolled.
            if (down.first == 0 && down.end == 2 && across.first == 0 && across.end == 2)
                max_pool_place(image, &p->window, top, left, (tap_range){0, 2}, (tap_range){0, 2}, channels, p->y + to, p->places + to);
            else
                max_pool_place(image, &p->window, top, left, down, across, channels, p->y + to, p->places + to);
        }
    }
}

static void max_pool2d(martlet_pool *pool, const martlet_max_pool2d_arguments *p) {
    pool_rows(pool, max_pool_task, p, p->images * p->window.height.places, p->window.width.places * p->channels);
}

// MARK: Gradient

/// What one place of the window sends to the taps in some rows of its image; `alone` where no element is under two places.
INLINE void max_pool_send(
    float *image, const martlet_window2d *window, long top, long left, tap_range down, tap_range across, long channels,
    const float *upstream, const int32_t *places, bool alone
) {
    for (long c = 0; c < channels; c += VECTOR_WIDTH) {
        vector_mask lanes = channel_lanes(c, channels);
        vector_int dy = (vector_int)vector_load_partial(upstream + c, lanes);
        vector_int place = vector_int_load_partial(places + c, lanes);
        for (long i = down.first; i < down.end; i++) {
            for (long j = across.first; j < across.end; j++) {
                long here = (top + i * window->height.dilation) * window->width.extent + left + j * window->width.dilation;
                float *to = image + here * channels + c;
                vector sent = (vector)(dy & (place == (int32_t)here));
                vector_store_partial(to, alone ? sent : vector_load_partial(to, lanes) + sent, lanes);
            }
        }
    }
}

/// The rows of one image from `begin` to `end`: places in increasing order send what they have.
INLINE void max_pool_gradient_rows(
    const martlet_max_pool2d_gradient_arguments *p, long image, long begin, long end, bool alone
) {
    const martlet_window_axis *height = &p->window.height, *width = &p->window.width;
    long channels = p->channels, row_floats = width->extent * channels;
    float *dx = p->dx + image * height->extent * row_floats;
    memset(dx + begin * row_floats, 0, sizeof(float) * (end - begin) * row_floats);
    // The places whose windows reach these rows.
    long reach = (height->size - 1) * height->dilation;
    long first = begin + height->before - reach;
    first = first <= 0 ? 0 : ceiling(first, height->stride);
    long last = shorter(height->places, (end - 1 + height->before) / height->stride + 1);
    for (long place_row = first; place_row < last; place_row++) {
        long top = place_row * height->stride - height->before;
        tap_range down = taps_inside(height, place_row);
        while (down.first < down.end && top + down.first * height->dilation < begin) down.first++;
        while (down.end > down.first && top + (down.end - 1) * height->dilation >= end) down.end--;
        long from = (image * height->places + place_row) * width->places * channels;
        for (long column = 0; column < width->places; column++)
            max_pool_send(
                dx, &p->window, top, column * width->stride - width->before, down, taps_inside(width, column), channels,
                p->dy + from + column * channels, p->places + from + column * channels, alone);
    }
}

INLINE bool places_are_apart(const martlet_window_axis *axis) { return (axis->size - 1) * axis->dilation < axis->stride; }

static void max_pool_gradient_task(void *context, long index, int worker) {
    (void)worker;
    const pool_job *job = context;
    const martlet_max_pool2d_gradient_arguments *p = job->arguments;
    long extent = p->window.height.extent, rows = p->images * extent;
    long row = share(rows, job->parts, index), end = share(rows, job->parts, index + 1);
    bool alone = places_are_apart(&p->window.height) && places_are_apart(&p->window.width);
    while (row < end) {
        long image = row / extent, begin = row - image * extent;
        long stop = shorter(extent, begin + end - row);
        if (alone)
            max_pool_gradient_rows(p, image, begin, stop, true);
        else
            max_pool_gradient_rows(p, image, begin, stop, false);
        row += stop - begin;
    }
}

static void max_pool2d_gradient(martlet_pool *pool, const martlet_max_pool2d_gradient_arguments *p) {
    pool_rows(pool, max_pool_gradient_task, p, p->images * p->window.height.extent, p->window.width.extent * p->channels);
}
