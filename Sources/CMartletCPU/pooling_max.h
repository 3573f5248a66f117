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

/// Where a place of the window reads: its first tap inside the image, and the steps from tap to tap, in pixels.
typedef struct {
    long first, rows, columns;  // the first tap; how many there are
    long down, across;
} max_pool_taps;

INLINE max_pool_taps max_pool_taps_at(const martlet_window2d *window, long top, long left, tap_range down, tap_range across) {
    const martlet_window_axis *height = &window->height, *width = &window->width;
    return (max_pool_taps){
        .first = (top + down.first * height->dilation) * width->extent + left + across.first * width->dilation,
        .rows = down.end - down.first, .columns = across.end - across.first,
        .down = height->dilation * width->extent, .across = width->dilation,
    };
}

/// A vector of channels at one place of the window, which holds an element: the greatest of the image's elements under it.
INLINE void max_pool_channels(
    const float *image, max_pool_taps taps, long channels, float *best, int32_t *places, vector_mask lanes
) {
    vector greatest = vector_load_partial(image + taps.first * channels, lanes);
    vector_int place = (vector_int){0} + (int32_t)taps.first;
    for (long i = 0; i < taps.rows; i++) {
        long here = taps.first + i * taps.down;
        for (long j = 0; j < taps.columns; j++, here += taps.across) {
            vector x = vector_load_partial(image + here * channels, lanes);
            // Nothing takes the place of a NaN, nor the first element its own.
            vector_int take = (greatest == greatest) & ((x > greatest) | (x != x));
            greatest = (vector)vector_choose(take, (vector_int)x, (vector_int)greatest);
            place = vector_choose(take, (vector_int){0} + (int32_t)here, place);
        }
    }
    vector_store_partial(best, greatest, lanes);
    vector_int_store_partial(places, place, lanes);
}

INLINE void max_pool_place(const float *image, max_pool_taps taps, long channels, float *best, int32_t *places) {
    long c = 0;
    for (; c + VECTOR_WIDTH <= channels; c += VECTOR_WIDTH)
        max_pool_channels(image + c, taps, channels, best + c, places + c, vector_first(VECTOR_WIDTH));
    if (c < channels) max_pool_channels(image + c, taps, channels, best + c, places + c, vector_first(channels - c));
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
            max_pool_taps taps = max_pool_taps_at(
                &p->window, place_row * height->stride - height->before, column * width->stride - width->before, down,
                taps_inside(width, column));
            // The usual window, unrolled.
            if (taps.rows == 2 && taps.columns == 2) {
                taps.rows = taps.columns = 2;
                max_pool_place(image, taps, channels, p->y + to, p->places + to);
            } else {
                max_pool_place(image, taps, channels, p->y + to, p->places + to);
            }
        }
    }
}

static void max_pool2d(martlet_pool *pool, const martlet_max_pool2d_arguments *p) {
    pool_rows(pool, max_pool_task, p, p->images * p->window.height.places, p->window.width.places * p->channels);
}

// MARK: Gradient

/// What one place of the window sends to one of its taps, in a vector of channels; `alone` where no element is under two
/// places.
INLINE void max_pool_send_channels(
    float *to, const float *upstream, const int32_t *places, long here, vector_mask lanes, bool alone
) {
    vector_int dy = (vector_int)vector_load_partial(upstream, lanes), place = vector_int_load_partial(places, lanes);
    vector sent = (vector)(dy & (place == (int32_t)here));
    vector_store_partial(to, alone ? sent : vector_load_partial(to, lanes) + sent, lanes);
}

/// The same for all channels and the taps in one row: the first of them, how many, and how far apart, in pixels.
INLINE void max_pool_send(
    float *image, long first, long taps, long apart, long channels, const float *upstream, const int32_t *places, bool alone
) {
    for (long j = 0, here = first; j < taps; j++, here += apart) {
        float *to = image + here * channels;
        long c = 0;
        // A mask that the compiler knows costs nothing.
        for (; c + VECTOR_WIDTH <= channels; c += VECTOR_WIDTH)
            max_pool_send_channels(to + c, upstream + c, places + c, here, vector_first(VECTOR_WIDTH), alone);
        if (c < channels) max_pool_send_channels(to + c, upstream + c, places + c, here, vector_first(channels - c), alone);
    }
}

INLINE bool places_are_apart(const martlet_window_axis *axis) { return (axis->size - 1) * axis->dilation < axis->stride; }

/// Every element is under a window.
INLINE bool places_cover(const martlet_window_axis *axis) {
    return axis->stride <= axis->size && axis->dilation == 1 && (axis->places - 1) * axis->stride - axis->before + axis->size >= axis->extent;
}

/// The rows of one image from `begin` to `end`: places in increasing order send what they have.
INLINE void max_pool_gradient_rows(
    const martlet_max_pool2d_gradient_arguments *p, long image, long begin, long end, bool alone
) {
    const martlet_window_axis *height = &p->window.height, *width = &p->window.width;
    long channels = p->channels, row_floats = width->extent * channels;
    float *dx = p->dx + image * height->extent * row_floats;
    if (!(alone && places_cover(height) && places_cover(width)))
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
        // Row by row, so that the gradient is written in runs.
        for (long i = down.first; i < down.end; i++) {
            long row = (top + i * height->dilation) * width->extent;
            long from = (image * height->places + place_row) * width->places * channels;
            for (long column = 0; column < width->places; column++, from += channels) {
                tap_range across = taps_inside(width, column);
                max_pool_send(
                    dx, row + column * width->stride - width->before + across.first * width->dilation, across.end - across.first,
                    width->dilation, channels, p->dy + from, p->places + from, alone);
            }
        }
    }
}

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
