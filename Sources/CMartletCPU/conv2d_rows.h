// The convolution and the gradient of its images, row of pixels by row of pixels, without a copy of the images in columns.
//
// Neighbouring results of a row read pixels that lie the same distance apart, and a tap reads all channels of a pixel in
// a run: a row is the A of a matrix product whose k is a list of runs. The gradient is a convolution of the upstream with
// the reversed, transposed kernel; at a stride of s, one for each of the s x s phases of its pixels, with some of
// the taps. Rows of the kernel that are outside the image are left out; columns read zeros of the border.
// Weights are read where they lie, or from panels where they have to be transposed or their rows
// are far apart.

typedef struct {
    const martlet_conv2d_arguments *arguments;
    bool depthwise;
    // What is read and what is written: images of these extents.
    const float *source;
    float *target;
    long source_height, source_width, source_channels;
    long target_height, target_width, target_channels;
    // Of a group: channels read, channels written.
    long depth, columns;
    bool gradient;
    int vectors;                // of a panel of columns
    bool packed;
    const float *weights;       // panels where they are packed
    image_border border;
    // Rows of the target done together, and how many rows of the source they may need.
    long band, band_reads;
    long tasks;
    char *workers;
} conv2d_rows;

enum {
    CONV2D_BAND_FLOATS = 1 << 15,  // of the source's rows, and twice that of the target's: they stay in L2
    CONV2D_PIECE_FLOATS = 1 << 15, // of a panel: some rows of the kernel are done for the whole band before the next
    CONV2D_PACK_STRIDE = 128,      // weights whose rows are this far apart fall into few sets of the caches
    CONV2D_RUNS = 64,              // a longer list is done in pieces
    CONV2D_PIXELS = 6,             // of a depthwise row at a time
};

INLINE conv2d_axis conv2d_rows_axis(const conv2d_rows *job, const martlet_window_axis *window, long phase) {
    return job->gradient ? conv2d_gradient_axis(window, phase, !job->depthwise) : conv2d_forward_axis(window);
}

INLINE long conv2d_phases(const conv2d_rows *job, const martlet_window_axis *window) {
    return job->gradient ? shorter(window->stride, window->extent) : 1;
}

/// Which of an axis's results are among begin..<end of the target.
INLINE long conv2d_first_result(const conv2d_axis *axis, long begin) {
    return shorter(begin <= axis->first ? 0 : ceiling(begin - axis->first, axis->step), axis->count);
}

/// The rows of the source that `count` rows of the target from `first` read, clipped to the image.
static void conv2d_band_reads(const conv2d_rows *job, long first, long count, long *low, long *high) {
    const martlet_window_axis *window = &job->arguments->window.height;
    *low = job->source_height;
    *high = 0;
    for (long phase = 0; phase < conv2d_phases(job, window); phase++) {
        conv2d_axis axis = conv2d_rows_axis(job, window, phase);
        conv2d_reads(&axis, conv2d_first_result(&axis, first), conv2d_first_result(&axis, first + count), low, high);
    }
    *low = longer(*low, 0);
    *high = shorter(*high, job->source_height);
    if (*high < *low) *high = *low;
}

/// Everything but the pointers.
static conv2d_rows conv2d_rows_plan(const martlet_conv2d_arguments *p, int threads) {
    bool gradient = p->pass == MARTLET_CONV2D_INPUT_GRADIENT;
    const martlet_window_axis *height = &p->window.height, *width = &p->window.width;
    long channels = p->channels / p->groups, outputs = p->output_channels / p->groups;
    conv2d_rows job = {.arguments = p, .depthwise = p->groups > 1 && channels == 1 && outputs == 1, .gradient = gradient};
    if (gradient) {
        job.source_height = height->places, job.source_width = width->places, job.source_channels = p->output_channels;
        job.target_height = height->extent, job.target_width = width->extent, job.target_channels = p->channels;
        job.depth = outputs, job.columns = channels;
    } else {
        job.source_height = height->extent, job.source_width = width->extent, job.source_channels = p->channels;
        job.target_height = height->places, job.target_width = width->places, job.target_channels = p->output_channels;
        job.depth = channels, job.columns = outputs;
    }
    job.vectors = gemm_vectors(ceiling(job.target_width, conv2d_phases(&job, width)), job.columns, IN_PLACE);
    job.packed = !job.depthwise && (gradient || p->output_channels >= CONV2D_PACK_STRIDE);
    long low = 0, high = job.source_width;
    for (long phase = 0; phase < conv2d_phases(&job, width); phase++) {
        conv2d_axis axis = conv2d_rows_axis(&job, width, phase);
        conv2d_reads(&axis, 0, axis.count, &low, &high);
    }
    job.border = (image_border){-low, high - job.source_width};

    // Rows of the target per row of the source, and what a window needs beyond.
    long pitch = image_pitch(job.source_width, job.source_channels, job.border);
    long span = (height->size - 1) * height->dilation;
    long room = CONV2D_BAND_FLOATS / pitch;
    long band = gradient ? (room - 1) * height->stride - span : (room - 1 - span) / height->stride + 1;
    band = shorter(band, 2 * CONV2D_BAND_FLOATS / (job.target_width * job.target_channels));
    job.band = longer(shorter(band, job.target_height), gradient ? shorter(height->stride, job.target_height) : 1);
    job.band_reads = gradient ? (job.band - 1 + span) / height->stride + 2 : (job.band - 1) * height->stride + span + 1;
    job.band_reads = shorter(job.band_reads, job.source_height);

    long rows = p->images * job.target_height;
    double flops = 2.0 * p->images * height->places * width->places * height->size * width->size * channels * p->output_channels;
    job.tasks = threads == 1 ? 1 : (long)(flops / GEMM_TASK_FLOPS);
    job.tasks = longer(shorter(shorter(job.tasks, (long)threads * GEMM_TASKS_PER_WORKER), rows), 1);
    return job;
}

INLINE size_t conv2d_rows_worker_bytes(const conv2d_rows *job) {
    if (!job->border.left && !job->border.right) return 0;
    return cache_lines(sizeof(float) * job->band_reads * image_pitch(job->source_width, job->source_channels, job->border));
}

// MARK: Panels of weights

/// Some columns of a group: of tap t and k, those begin at weights[t * tap + k * stride].
typedef struct {
    long group, column;
    int vectors;
    vector_mask last;
    const float *weights;
    long tap, stride;
} conv2d_panel;

INLINE long conv2d_taps(const conv2d_rows *job) {
    return job->arguments->window.height.size * job->arguments->window.width.size;
}

/// Room for all panels of one group.
INLINE long conv2d_group_panels(const conv2d_rows *job) {
    return conv2d_taps(job) * job->depth * ceiling(job->columns, VECTOR_WIDTH) * VECTOR_WIDTH;
}

INLINE size_t conv2d_panels_bytes(const conv2d_rows *job) {
    return job->packed ? cache_lines(sizeof(float) * job->arguments->groups * conv2d_group_panels(job)) : 0;
}

INLINE conv2d_panel conv2d_panel_at(const conv2d_rows *job, long group, long column, int vectors) {
    conv2d_panel panel = {.group = group, .column = column, .vectors = vectors, .last = panel_mask(vectors, job->columns - column)};
    if (job->packed) {
        panel.stride = vectors * VECTOR_WIDTH;
        panel.weights = job->weights + group * conv2d_group_panels(job) + column * conv2d_taps(job) * job->depth;
    } else {
        panel.stride = job->arguments->output_channels;
        panel.weights = job->weights + group * job->columns + column;
    }
    panel.tap = job->depth * panel.stride;
    return panel;
}

/// Copies one tap of all panels; the gradient's are transposed, and stand where they are counted from the other end.
static void conv2d_pack_task(void *context, long index, int worker) {
    (void)worker;
    const conv2d_rows *job = context;
    const martlet_conv2d_arguments *p = job->arguments;
    long outputs = p->output_channels;
    const float *tap = p->weights + index * (p->channels / p->groups) * outputs;
    for (long group = 0; group < p->groups; group++) {
        int vectors;
        for (long column = 0; column < job->columns; column += vectors * VECTOR_WIDTH) {
            vectors = panel_vectors(job->vectors, job->columns - column);
            conv2d_panel panel = conv2d_panel_at(job, group, column, vectors);
            float *to = (float *)panel.weights + (job->gradient ? conv2d_taps(job) - 1 - index : index) * panel.tap;
            long width = shorter(panel.stride, job->columns - column);
            if (job->gradient)
                transpose(tap + column * outputs + group * job->depth, outputs, to, panel.stride, width, job->depth);
            else
                for (long k = 0; k < job->depth; k++)
                    memcpy(to + k * panel.stride, tap + k * outputs + group * job->columns + column, sizeof(float) * width);
        }
    }
}

// MARK: A row

/// The pixels of one row of the target that one phase makes.
typedef struct {
    const conv2d_rows *job;
    const image_rows *source;
    const conv2d_axis *across;
    float *target;  // the row
    // Taps of the kernel's rows that are inside, and where they read.
    long taps, read, read_gap, weight, weight_gap;
} conv2d_row;

/// One panel of a group's columns, as matrix products.
static void conv2d_row_product(const conv2d_row *row, const conv2d_panel *panel, tile_mode mode) {
    const conv2d_rows *job = row->job;
    const conv2d_axis *across = row->across;
    long kernel_width = job->arguments->window.width.size, channels = job->source_channels;
    // Taps side by side are one run where nothing lies between them.
    bool joined = across->read_gap == 1 && across->weight_gap == 1 && job->depth == channels;
    long beside = joined || across->taps == 0 ? 1 : across->taps, depth = joined ? across->taps * job->depth : job->depth;
    long count = across->taps ? row->taps * beside : 0;
    const float *a = row->source->values + across->read_first * channels + panel->group * job->depth;
    const float *b = panel->weights + across->weight_first * panel->tap;
    float *sum = row->target + across->first * job->target_channels + panel->group * job->columns + panel->column;
    long tiles = ceiling(across->count, tile_limit(panel->vectors, true));
    const gemm_tile *table = tile_table(panel->vectors, true);

    long done = 0;
    do {
        tile_run runs[CONV2D_RUNS];
        long piece = shorter(count - done, CONV2D_RUNS);
        for (long i = 0; i < piece; i++) {
            long down = (done + i) / beside, tap = (done + i) % beside;
            runs[i].a = (row->read + down * row->read_gap) * row->source->pitch + tap * across->read_gap * channels;
            runs[i].b = ((row->weight + down * row->weight_gap) * kernel_width + tap * across->weight_gap) * panel->tap;
        }
        for (long t = 0; t < tiles; t++) {
            long pixel = share(across->count, tiles, t), end = share(across->count, tiles, t + 1);
            table[end - pixel](
                a + pixel * across->read_step * channels, across->read_step * channels, b, panel->stride, runs, piece, depth,
                sum + pixel * across->step * job->target_channels, across->step * job->target_channels, mode, panel->last, NULL);
        }
        mode = TILE_RESUME;
        done += piece;
    } while (done < count);
}

/// `pixels` pixels from `pixel` on, one vector of channels: each channel has a filter of its own.
INLINE void conv2d_row_channels(const conv2d_row *row, long pixel, int pixels, long channel, vector_mask mask) {
    const conv2d_rows *job = row->job;
    const conv2d_axis *across = row->across;
    long channels = job->source_channels, kernel_width = job->arguments->window.width.size;
    vector chain[CONV2D_PIXELS];
#pragma clang loop unroll(full)
    for (int i = 0; i < CONV2D_PIXELS; i++) chain[i] = (vector){0};
    for (long down = 0; down < row->taps; down++) {
        const float *x = row->source->values + (row->read + down * row->read_gap) * row->source->pitch
            + (pixel * across->read_step + across->read_first) * channels + channel;
        const float *weights =
            job->weights + ((row->weight + down * row->weight_gap) * kernel_width + across->weight_first) * channels + channel;
        for (long tap = 0; tap < across->taps; tap++) {
            vector weight = vector_load_partial(weights, mask);
#pragma clang loop unroll(full)
            for (int i = 0; i < pixels; i++)
                chain[i] = vector_fma(vector_load_partial(x + i * across->read_step * channels, mask), weight, chain[i]);
            x += across->read_gap * channels;
            weights += across->weight_gap * channels;
        }
    }
    float *sum = row->target + (across->first + pixel * across->step) * channels + channel;
#pragma clang loop unroll(full)
    for (int i = 0; i < pixels; i++) vector_store_partial(sum + i * across->step * channels, chain[i], mask);
}

static void conv2d_row_depthwise(const conv2d_row *row) {
    for (long channel = 0; channel < row->job->target_channels; channel += VECTOR_WIDTH) {
        vector_mask mask = vector_first(shorter(row->job->target_channels - channel, VECTOR_WIDTH));
        long pixel = 0;
        for (; pixel + CONV2D_PIXELS <= row->across->count; pixel += CONV2D_PIXELS)
            conv2d_row_channels(row, pixel, CONV2D_PIXELS, channel, mask);
        for (; pixel < row->across->count; pixel++) conv2d_row_channels(row, pixel, 1, channel, mask);
    }
}

// MARK: Bands

/// The pixels of a band's row that one phase makes, by those of the taps first..<end that are inside the image.
static conv2d_row conv2d_band_row(
    const conv2d_rows *job, const image_rows *source, float *image, const conv2d_axis *down, const conv2d_axis *across, long i,
    long tap, long end
) {
    long read = i * down->read_step + down->read_first;
    while (tap < end && read + tap * down->read_gap < 0) tap++;
    while (end > tap && read + (end - 1) * down->read_gap >= job->source_height) end--;
    return (conv2d_row){
        .job = job, .source = source, .across = across,
        .target = image + (down->first + i * down->step) * job->target_width * job->target_channels,
        .taps = end - tap, .read = read + tap * down->read_gap - source->first, .read_gap = down->read_gap,
        .weight = down->weight_first + tap * down->weight_gap, .weight_gap = down->weight_gap,
    };
}

/// One phase's rows begin..<end of a band, panel by panel of the columns, and in a panel so many rows of the kernel at a time
/// that their weights stay in cache.
static void conv2d_band_phase(
    const conv2d_rows *job, const image_rows *source, float *image, const conv2d_axis *down, const conv2d_axis *across, long begin,
    long end
) {
    if (job->depthwise) {
        for (long i = begin; i < end; i++) {
            conv2d_row row = conv2d_band_row(job, source, image, down, across, i, 0, down->taps);
            conv2d_row_depthwise(&row);
        }
        return;
    }
    for (long group = 0; group < job->arguments->groups; group++) {
        int vectors;
        for (long column = 0; column < job->columns; column += vectors * VECTOR_WIDTH) {
            vectors = panel_vectors(job->vectors, job->columns - column);
            conv2d_panel panel = conv2d_panel_at(job, group, column, vectors);
            long piece = longer(CONV2D_PIECE_FLOATS / longer(across->taps * job->depth * vectors * VECTOR_WIDTH, 1), 1), tap = 0;
            // Once at least: the sum over no taps is zero.
            do {
                for (long i = begin; i < end; i++) {
                    conv2d_row row = conv2d_band_row(job, source, image, down, across, i, tap, shorter(tap + piece, down->taps));
                    if (tap == 0 || row.taps > 0) conv2d_row_product(&row, &panel, tap == 0 ? TILE_START : TILE_RESUME);
                }
                tap += piece;
            } while (tap < down->taps);
        }
    }
}

static void conv2d_band(const conv2d_rows *job, long number, long first, long count, float *scratch) {
    const martlet_window2d *window = &job->arguments->window;
    const float *from = job->source + number * job->source_height * job->source_width * job->source_channels;
    float *to = job->target + number * job->target_height * job->target_width * job->target_channels;
    long low, high;
    conv2d_band_reads(job, first, count, &low, &high);
    image_rows source = image_take(from, job->source_width, job->source_channels, low, high, job->border, scratch);
    for (long i = 0; i < conv2d_phases(job, &window->height); i++) {
        conv2d_axis down = conv2d_rows_axis(job, &window->height, i);
        long begin = conv2d_first_result(&down, first), end = conv2d_first_result(&down, first + count);
        for (long j = 0; j < conv2d_phases(job, &window->width); j++) {
            conv2d_axis across = conv2d_rows_axis(job, &window->width, j);
            conv2d_band_phase(job, &source, to, &down, &across, begin, end);
        }
    }
}

static void conv2d_rows_task(void *context, long index, int worker) {
    const conv2d_rows *job = context;
    const martlet_conv2d_arguments *p = job->arguments;
    float *scratch = (float *)(job->workers + conv2d_rows_worker_bytes(job) * worker);
    long rows = p->images * job->target_height, end = share(rows, job->tasks, index + 1), count;
    for (long row = share(rows, job->tasks, index); row < end; row += count) {
        long number = row / job->target_height, first = row % job->target_height;
        count = shorter(shorter(end - row, job->band), job->target_height - first);
        conv2d_band(job, number, first, count, scratch);
        if (p->epilogue)
            p->epilogue(
                p->epilogue_context, row * job->target_width, count * job->target_width, 0, job->target_channels,
                job->target + row * job->target_width * job->target_channels, job->target_channels, worker);
    }
}

static void conv2d_rows_run(martlet_pool *pool, const martlet_conv2d_arguments *p) {
    conv2d_rows job = conv2d_rows_plan(p, martlet_pool_threads(pool));
    if (p->images == 0) return;
    job.source = job.gradient ? p->dy : p->x;
    job.target = job.gradient ? p->dx : p->y;
    job.weights = job.packed ? p->scratch : p->weights;
    job.workers = (char *)p->scratch + conv2d_panels_bytes(&job);
    if (job.packed) martlet_pool_run(pool, conv2d_pack_task, &job, p->window.height.size * p->window.width.size);
    martlet_pool_run(pool, conv2d_rows_task, &job, job.tasks);
}
