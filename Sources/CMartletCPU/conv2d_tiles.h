// A row of pixels as tiles of a matrix product, and the taps of each as runs of its k.

enum {
    CONV2D_RUNS = 64,       // of a tile at a time
    CONV2D_TILE_KINDS = 5,  // two next to either end of a row, and those between, which are alike
    CONV2D_BETWEEN = 2,
};

INLINE long conv2d_tile_kind(long tile, long tiles) {
    if (tile < 2) return tile;
    return tile >= tiles - 2 ? CONV2D_TILE_KINDS - (tiles - tile) : CONV2D_BETWEEN;
}

/// The rows of a band that one phase makes, for one panel of columns.
typedef struct {
    const conv2d_rows *job;
    const image_rows *source;
    float *image;               // of the target
    const conv2d_axis *down, *across;
    long begin, end;
    const conv2d_panel *panel;
} conv2d_band_panel;

/// The runs of a tile, from those of its first pixel and of the kernel's first row, the same in all rows of pixels. A tap leaves
/// out the pixels for which it is outside the image and its border.
typedef struct {
    bool leaves_out;
    long depth;                 // of a run
    long beside;                // runs of each of the kernel's rows
    tile_run list[CONV2D_RUNS];
} conv2d_runs;

/// Runs of each of the kernel's rows where no tap is outside: taps side by side are one where nothing lies between them.
INLINE long conv2d_beside(const conv2d_rows *job, const conv2d_axis *across) {
    bool joined = across->read_gap == 1 && across->weight_gap == 1 && job->depth == job->source_channels;
    return joined ? 1 : across->taps;
}

/// The taps part ..< part + CONV2D_RUNS of the kernel's rows row ..< end_row, for the pixels first ..< end.
static void conv2d_find_runs(
    const conv2d_band_panel *band, long first, long end, long row, long end_row, long part, conv2d_runs *runs
) {
    const conv2d_rows *job = band->job;
    const conv2d_axis *down = band->down, *across = band->across;
    long kernel_width = job->arguments->window.width.size, channels = job->source_channels;
    long low = -job->border.left, high = job->source_width + job->border.right;
    long read = across->read_first + first * across->read_step, span = (end - first - 1) * across->read_step;
    bool inside = read >= low && read + span + (across->taps - 1) * across->read_gap < high;
    long beside = inside ? conv2d_beside(job, across) : across->taps;
    runs->leaves_out = !inside;
    runs->depth = inside && beside == 1 ? across->taps * job->depth : job->depth;
    runs->beside = 0;
    long count = 0;
    for (; row < end_row; row++) {
        runs->beside = 0;
        long weight = (down->weight_first + row * down->weight_gap) * kernel_width + across->weight_first;
        for (long tap = part; tap < shorter(part + CONV2D_RUNS, beside); tap++) {
            long from = read + tap * across->read_gap, to = from + span;
            long before = from < low ? ceiling(low - from, across->read_step) : 0;
            long after = to >= high ? (to - high) / across->read_step + 1 : 0;
            if (before + after >= end - first) continue;
            runs->list[count++] = (tile_run){
                .a = row * down->read_gap * band->source->pitch + tap * across->read_gap * channels,
                .b = (weight + tap * across->weight_gap) * band->panel->tap,
                .outside = (int)(before - after)};
            runs->beside++;
        }
    }
}

/// Asks for the rows of the source that the next row of pixels is the first to read.
INLINE void conv2d_ask(const conv2d_band_panel *band, long first, long count) {
    const float *from = band->source->values + (first - band->source->first) * band->source->pitch;
    for (long i = 0; i < count * band->source->pitch; i += LINE_FLOATS) __builtin_prefetch(from + i);
}

/// The taps part ..< part + CONV2D_RUNS of the kernel's rows row ..< end_row.
static void conv2d_band_taps(const conv2d_band_panel *band, long row, long end_row, long part) {
    const conv2d_rows *job = band->job;
    const conv2d_panel *panel = band->panel;
    const conv2d_axis *down = band->down, *across = band->across;
    long tiles = ceiling(across->count, tile_limit(panel->vectors, true)), step = across->read_step * job->source_channels;
    tile_mode mode = row == 0 && part == 0 ? TILE_START : TILE_RESUME;
    bool asks = mode == TILE_START && panel->group == 0 && panel->column == 0 && !job->border.left && !job->border.right;
    conv2d_runs kinds[CONV2D_TILE_KINDS];
    for (long t = 0; t < tiles; t++)
        if (t <= CONV2D_BETWEEN || conv2d_tile_kind(t, tiles) != CONV2D_BETWEEN)
            conv2d_find_runs(
                band, share(across->count, tiles, t), share(across->count, tiles, t + 1), row, end_row, part,
                &kinds[conv2d_tile_kind(t, tiles)]);
    for (long i = band->begin; i < band->end; i++) {
        // The kernel's rows that are inside the image.
        long read = i * down->read_step + down->read_first, first = row, last = end_row;
        while (first < last && read + first * down->read_gap < 0) first++;
        while (last > first && read + (last - 1) * down->read_gap >= job->source_height) last--;
        if (first == last && mode == TILE_RESUME) continue;
        if (asks && first < last) conv2d_ask(band, read + (last - 1) * down->read_gap + 1, down->read_step);
        const float *a = band->source->values + (read - band->source->first) * band->source->pitch
            + across->read_first * job->source_channels + panel->group * job->depth;
        float *sum = band->image
            + ((down->first + i * down->step) * job->target_width + across->first) * job->target_channels
            + panel->group * job->columns + panel->column;
        for (long t = 0; t < tiles; t++) {
            long pixel = share(across->count, tiles, t), end = share(across->count, tiles, t + 1);
            const conv2d_runs *runs = &kinds[conv2d_tile_kind(t, tiles)];
            const gemm_tile *table = runs->leaves_out ? tile_table_outside(panel->vectors) : tile_table(panel->vectors, true);
            table[end - pixel](
                a + pixel * step, step, panel->weights, panel->stride, runs->list + (first - row) * runs->beside,
                (last - first) * runs->beside, runs->depth, sum + pixel * across->step * job->target_channels,
                across->step * job->target_channels, mode, panel->last, NULL);
        }
    }
}

/// So many of the kernel's rows at a time that their weights stay in cache.
static void conv2d_band_product(const conv2d_band_panel *band) {
    const conv2d_axis *down = band->down, *across = band->across;
    const conv2d_rows *job = band->job;
    long beside = job->leaves_out ? across->taps : conv2d_beside(job, across);
    long piece = CONV2D_PIECE_FLOATS / longer(across->taps * job->depth * band->panel->vectors * VECTOR_WIDTH, 1);
    piece = longer(shorter(piece, CONV2D_RUNS / longer(beside, 1)), 1);
    long row = 0;
    // Once at least: the sum over no taps is zero.
    do {
        long part = 0;
        do conv2d_band_taps(band, row, shorter(row + piece, down->taps), part);
        while ((part += CONV2D_RUNS) < beside);
    } while ((row += piece) < down->taps);
}
