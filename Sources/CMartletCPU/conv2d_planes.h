// The convolution and the gradient of its images where few channels are written, so that vectors along channels would be mostly
// empty: lanes are neighbouring pixels of a row. They are read from planes, one for each channel of the source, with zeros
// around them. A tile is a vector for each channel that is written and each of a few units, which are vectors of pixels.
// Numeric order: as everywhere, one chain per result by kernel row, kernel column, channel.

enum {
    CONV2D_PLANES_UNITS = 8,                        // of a tile, at most
    CONV2D_PLANES_CHAINS = 2 * TILE_LIMIT_2_1,      // of a tile, at most: what the registers hold
};

/// The planes of a band's rows, and what is made of them.
typedef struct {
    const conv2d_rows *job;
    const float *values;
    long plane;                 // from one plane to the next
    long first;                 // row of the source that planes begin with
    float *image;               // of the target
    const conv2d_axis *down, *across;
    conv2d_panel panel;
} conv2d_planes;

/// Copies the source's rows low ..< high, of which some may be outside the image, to planes.
static void conv2d_planes_take(const conv2d_rows *job, const float *image, long low, long high, float *planes) {
    long pitch = job->plane_pitch, plane = (high - low) * pitch, channels = job->source_channels, width = job->source_width;
    memset(planes, 0, sizeof(float) * channels * plane);
    for (long row = longer(low, 0); row < shorter(high, job->source_height); row++) {
        const float *from = image + row * width * channels;
        float *to = planes + (row - low) * pitch + job->border.left;
        if (channels == 1)
            memcpy(to, from, sizeof(float) * width);
        else
            transpose(from, channels, to, plane, width, channels);
    }
}

/// `units` vectors of pixels from `unit` on, of which a row has `beside`; the compiler knows `columns` and `units`.
INLINE void conv2d_planes_tile(const conv2d_planes *p, long unit, long beside, int columns, int units) {
    const conv2d_rows *job = p->job;
    const conv2d_axis *down = p->down, *across = p->across;
    long kernel_width = job->arguments->window.width.size, width = job->target_width;
    long place[CONV2D_PLANES_UNITS];
    vector chain[CONV2D_PLANES_COLUMNS][CONV2D_PLANES_UNITS];
#pragma clang loop unroll(full)
    for (int u = 0; u < units; u++) {
        long row = (unit + u) / beside * down->read_step + down->read_first - p->first;
        place[u] = row * job->plane_pitch + (unit + u) % beside * VECTOR_WIDTH + across->read_first + job->border.left;
#pragma clang loop unroll(full)
        for (int j = 0; j < columns; j++) chain[j][u] = (vector){0};
    }
    // The kernel's rows that are inside the image for one of the units at least.
    long first_read = unit / beside * down->read_step + down->read_first;
    long last_read = (unit + units - 1) / beside * down->read_step + down->read_first, row = 0, end = down->taps;
    while (row < end && last_read + row * down->read_gap < 0) row++;
    while (end > row && first_read + (end - 1) * down->read_gap >= job->source_height) end--;
    for (; row < end; row++)
        for (long tap = 0; tap < across->taps; tap++) {
            const float *x = p->values + row * down->read_gap * job->plane_pitch + tap * across->read_gap;
            const float *weights = p->panel.weights
                + ((down->weight_first + row * down->weight_gap) * kernel_width + across->weight_first + tap * across->weight_gap)
                    * p->panel.tap;
#pragma clang loop unroll(disable)
            for (long k = 0; k < job->depth; k++) {
                vector pixels[CONV2D_PLANES_UNITS];
#pragma clang loop unroll(full)
                for (int u = 0; u < units; u++) pixels[u] = vector_load(x + place[u]);
#pragma clang loop unroll(full)
                for (int j = 0; j < columns; j++) {
                    vector weight = vector_all(weights[j]);
#pragma clang loop unroll(full)
                    for (int u = 0; u < units; u++) chain[j][u] = vector_fma(pixels[u], weight, chain[j][u]);
                }
                x += p->plane;
                weights += p->panel.stride;
            }
        }
#pragma clang loop unroll(full)
    for (int u = 0; u < units; u++) {
        float block[CONV2D_PLANES_COLUMNS * VECTOR_WIDTH];
#pragma clang loop unroll(full)
        for (int j = 0; j < columns; j++) vector_store(block + j * VECTOR_WIDTH, chain[j][u]);
        long pixel = (unit + u) % beside * VECTOR_WIDTH;
        transpose(
            block, VECTOR_WIDTH, p->image + ((unit + u) / beside * width + pixel) * columns, columns, columns,
            shorter(width - pixel, VECTOR_WIDTH));
    }
}

/// As many units as make a tile, or some of the last ones; gives their number.
INLINE int conv2d_planes_some(const conv2d_planes *p, long unit, long end, long beside, int columns) {
    if (8 * columns <= CONV2D_PLANES_CHAINS && end - unit >= 8) return conv2d_planes_tile(p, unit, beside, columns, 8), 8;
    if (4 * columns <= CONV2D_PLANES_CHAINS && end - unit >= 4) return conv2d_planes_tile(p, unit, beside, columns, 4), 4;
    if (2 * columns <= CONV2D_PLANES_CHAINS && end - unit >= 2) return conv2d_planes_tile(p, unit, beside, columns, 2), 2;
    return conv2d_planes_tile(p, unit, beside, columns, 1), 1;
}

/// Rows begin ..< end of the target.
static void conv2d_planes_rows(const conv2d_planes *p, long begin, long end) {
    long beside = ceiling(p->job->target_width, VECTOR_WIDTH);
    for (long unit = begin * beside; unit < end * beside;)
        switch (p->job->columns) {
        case 1: unit += conv2d_planes_some(p, unit, end * beside, beside, 1); break;
        case 2: unit += conv2d_planes_some(p, unit, end * beside, beside, 2); break;
#if VECTOR_WIDTH >= 8
        case 3: unit += conv2d_planes_some(p, unit, end * beside, beside, 3); break;
        case 4: unit += conv2d_planes_some(p, unit, end * beside, beside, 4); break;
#endif
#if VECTOR_WIDTH >= 16
        case 5: unit += conv2d_planes_some(p, unit, end * beside, beside, 5); break;
        case 6: unit += conv2d_planes_some(p, unit, end * beside, beside, 6); break;
        case 7: unit += conv2d_planes_some(p, unit, end * beside, beside, 7); break;
        case 8: unit += conv2d_planes_some(p, unit, end * beside, beside, 8); break;
#endif
        }
}

/// Some rows of an image of the target.
static void conv2d_planes_band(const conv2d_rows *job, const float *from, float *to, long first, long count, float *scratch) {
    const martlet_window2d *window = &job->arguments->window;
    conv2d_axis down = conv2d_rows_axis(job, &window->height, 0), across = conv2d_rows_axis(job, &window->width, 0);
    long low = first * down.read_step + down.read_first;
    long high = low + (count - 1) * down.read_step + (down.taps - 1) * down.read_gap + 1;
    conv2d_planes_take(job, from, low, high, scratch);
    conv2d_planes planes = {
        .job = job, .values = scratch, .plane = (high - low) * job->plane_pitch, .first = low, .image = to, .down = &down,
        .across = &across, .panel = conv2d_panel_at(job, 0, 0, 1)};
    conv2d_planes_rows(&planes, first, first + count);
}
