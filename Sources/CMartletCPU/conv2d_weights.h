// The gradient of a convolution's weights: for each tap the transposed images times the upstream, over all places.
//
// A row of places is a run of k: the A of the product is the image, read along channels (and along neighbouring taps,
// which lie side by side), and its rows are a stride apart. With enough channels a tap leaves out the places for which it is
// outside the image; else the image is copied with zeros beside its rows. A worker takes a whole segment, or with few segments
// some of the kernel's rows and panels of output channels of one; segments' sums are added by a second pass over the pool.

typedef struct {
    const martlet_conv2d_arguments *arguments;
    bool depthwise;
    long channels, outputs;     // of a group
    int vectors;                // of a panel
    long panels;                // of all groups
    image_border border;        // none where taps leave out the places for which they are outside
    bool leaves_out;
    long band, band_reads;      // rows of places done together, and the image's rows that they may need
    long segments, parts;       // tasks: parts of each segment
    long count;                 // of weights
    float *sums;
    char *workers;
} conv2d_weights;

enum {
    CONV2D_BAND_PLACES = 1024,   // times a panel: stays in L2
    CONV2D_TAPS = 4,            // of a depthwise row of the kernel at a time
    CONV2D_ADD_SHARE = 1 << 12,
};

static conv2d_weights conv2d_weights_plan(const martlet_conv2d_arguments *p, int threads) {
    const martlet_window_axis *height = &p->window.height, *width = &p->window.width;
    conv2d_weights job = {.arguments = p, .channels = p->channels / p->groups, .outputs = p->output_channels / p->groups};
    job.depthwise = p->groups > 1 && job.channels == 1 && job.outputs == 1;
    job.vectors = gemm_vectors(LONG_MAX, job.outputs, IN_PLACE);
    job.panels = job.depthwise ? ceiling(p->channels, 2 * VECTOR_WIDTH) : p->groups * ceiling(job.outputs, job.vectors * VECTOR_WIDTH);
    conv2d_axis axis = conv2d_forward_axis(width);
    long low = 0, high = width->extent;
    conv2d_reads(&axis, 0, axis.count, &low, &high);
    job.border = (image_border){-low, high - width->extent};
    job.leaves_out = !job.depthwise && job.channels >= CONV2D_LEAST_RUN && (job.border.left || job.border.right);
    if (job.leaves_out) job.border = (image_border){0};
    job.band = longer(shorter(CONV2D_BAND_PLACES / width->places, height->places), 1);
    job.band_reads = shorter((job.band - 1) * height->stride + (height->size - 1) * height->dilation + 1, height->extent);
    job.segments = longer(ceiling(p->images, p->segment_images), 1);
    job.parts = 1;
    if (threads > 1 && job.segments < 2 * threads)
        job.parts = shorter(ceiling((long)threads * GEMM_TASKS_PER_WORKER, job.segments), height->size * job.panels);
    job.count = height->size * width->size * job.channels * p->output_channels;
    return job;
}

INLINE size_t conv2d_weights_worker_bytes(const conv2d_weights *job) {
    if (!job->border.left && !job->border.right) return 0;
    const martlet_conv2d_arguments *p = job->arguments;
    return cache_lines(sizeof(float) * job->band_reads * image_pitch(p->window.width.extent, p->channels, job->border));
}

INLINE size_t conv2d_sums_bytes(const conv2d_weights *job) {
    return job->segments > 1 ? cache_lines(sizeof(float) * job->segments * job->count) : 0;
}

/// Rows of places of one image, and what of it is in reach.
typedef struct {
    image_rows source;
    const float *dy;            // the image's
    long first, end;            // rows of places
    tile_mode mode;
} conv2d_places;

/// The run for each row of places whose tap is inside the image; gives their number, from `*row` on, at most CONV2D_RUNS.
static long conv2d_place_runs(const conv2d_weights *job, const conv2d_places *places, long tap, long *row, tile_run *runs) {
    const martlet_conv2d_arguments *p = job->arguments;
    const martlet_window_axis *height = &p->window.height;
    long count = 0;
    for (; *row < places->end && count < CONV2D_RUNS; (*row)++) {
        long h = *row * height->stride + tap * height->dilation - height->before;
        if (h < 0 || h >= height->extent) continue;
        runs[count++] = (tile_run){
            .a = (h - places->source.first) * places->source.pitch, .b = *row * p->window.width.places * p->output_channels};
    }
    return count;
}

/// One row of the kernel and one panel of a group's output channels.
static void conv2d_weights_product(
    const conv2d_weights *job, const conv2d_places *places, long tap, long group, long column, const tile_run *runs, long count,
    tile_mode mode, float *sums
) {
    const martlet_conv2d_arguments *p = job->arguments;
    const martlet_window_axis *width = &p->window.width;
    int vectors = panel_vectors(job->vectors, job->outputs - column);
    vector_mask last = panel_mask(vectors, job->outputs - column);
    const gemm_tile *table = tile_table(vectors, false);
    // Taps side by side are neighbouring rows where nothing lies between them, and all have the same places.
    bool joined = width->dilation == 1 && p->groups == 1 && !job->leaves_out;
    long rows = joined ? width->size * job->channels : job->channels;
    long tiles = ceiling(rows, tile_limit(vectors, false));
    for (long beside = 0; beside < (joined ? 1 : width->size); beside++) {
        long read = beside * width->dilation - width->before, begin = 0, end = width->places;
        if (job->leaves_out) {
            if (read < 0) begin = shorter(ceiling(-read, width->stride), end);
            end = longer(shorter(end, ceiling(width->extent - read, width->stride)), begin);
        }
        const float *a = places->source.values + (read + begin * width->stride) * p->channels + group * job->channels;
        const float *b = places->dy + begin * p->output_channels + group * job->outputs + column;
        float *sum = sums + (tap * width->size + beside) * job->channels * p->output_channels + group * job->outputs + column;
        for (long t = 0; t < tiles; t++) {
            long row = share(rows, tiles, t), end_row = share(rows, tiles, t + 1);
            table[end_row - row](
                a + row, width->stride * p->channels, b, p->output_channels, runs, count, end - begin,
                sum + row * p->output_channels, p->output_channels, mode, last, NULL);
        }
    }
}

/// One row of the kernel and two vectors of channels, each of which has a filter of its own.
static void conv2d_weights_depthwise(
    const conv2d_weights *job, const conv2d_places *places, long tap, long channel, const tile_run *runs, long count, tile_mode mode,
    float *sums
) {
    const martlet_conv2d_arguments *p = job->arguments;
    const martlet_window_axis *width = &p->window.width;
    long left = p->channels - channel, channels = p->channels;
    vector_mask masks[2] = {
        vector_first(shorter(left, VECTOR_WIDTH)), vector_first(longer(shorter(left - VECTOR_WIDTH, VECTOR_WIDTH), 0))};
    for (long first = 0; first < width->size; first += CONV2D_TAPS) {
        long taps = shorter(width->size - first, CONV2D_TAPS);
        float *sum = sums + (tap * width->size + first) * channels + channel;
        vector chain[CONV2D_TAPS][2];
#pragma clang loop unroll(full)
        for (int t = 0; t < CONV2D_TAPS; t++)
#pragma clang loop unroll(full)
            for (int v = 0; v < 2; v++)
                chain[t][v] = mode == TILE_START || t >= taps
                    ? (vector){0} : vector_load_partial(sum + t * channels + v * VECTOR_WIDTH, masks[v]);
        for (long run = 0; run < count; run++) {
            const float *x = places->source.values + runs[run].a + (first * width->dilation - width->before) * channels + channel;
            const float *dy = places->dy + runs[run].b + channel;
            for (long place = 0; place < width->places; place++) {
                vector upstream[2] = {
                    vector_load_partial(dy, masks[0]), vector_load_partial(dy + VECTOR_WIDTH, masks[1])};
#pragma clang loop unroll(full)
                for (int t = 0; t < CONV2D_TAPS; t++) {
                    if (t >= taps) break;
                    const float *pixel = x + t * width->dilation * channels;
#pragma clang loop unroll(full)
                    for (int v = 0; v < 2; v++)
                        chain[t][v] = vector_fma(vector_load_partial(pixel + v * VECTOR_WIDTH, masks[v]), upstream[v], chain[t][v]);
                }
                x += width->stride * channels;
                dy += channels;
            }
        }
#pragma clang loop unroll(full)
        for (int t = 0; t < CONV2D_TAPS; t++)
#pragma clang loop unroll(full)
            for (int v = 0; v < 2; v++)
                if (t < taps) vector_store_partial(sum + t * channels + v * VECTOR_WIDTH, chain[t][v], masks[v]);
    }
}

/// Adds some rows of places to the sums of some of the kernel's rows and panels.
static void conv2d_weights_add(const conv2d_weights *job, const conv2d_places *places, long first, long end, float *sums) {
    long panels_of_group = job->depthwise ? 1 : ceiling(job->outputs, job->vectors * VECTOR_WIDTH);
    for (long unit = first; unit < end; unit++) {
        long tap = unit / job->panels, panel = unit % job->panels, row = places->first;
        tile_mode mode = places->mode;
        do {
            tile_run runs[CONV2D_RUNS];
            long count = conv2d_place_runs(job, places, tap, &row, runs);
            if (count == 0 && mode == TILE_RESUME) continue;
            if (job->depthwise)
                conv2d_weights_depthwise(job, places, tap, panel * 2 * VECTOR_WIDTH, runs, count, mode, sums);
            else
                conv2d_weights_product(
                    job, places, tap, panel / panels_of_group, panel % panels_of_group * job->vectors * VECTOR_WIDTH, runs, count,
                    mode, sums);
            mode = TILE_RESUME;
        } while (row < places->end);
    }
}

static void conv2d_weights_task(void *context, long index, int worker) {
    const conv2d_weights *job = context;
    const martlet_conv2d_arguments *p = job->arguments;
    const martlet_window_axis *height = &p->window.height, *width = &p->window.width;
    float *scratch = (float *)(job->workers + conv2d_weights_worker_bytes(job) * worker);
    long segment = index / job->parts, part = index % job->parts, units = height->size * job->panels;
    long first_unit = share(units, job->parts, part), end_unit = share(units, job->parts, part + 1);
    long end = shorter((segment + 1) * p->segment_images, p->images);
    conv2d_axis down = conv2d_forward_axis(height);
    conv2d_places places = {.mode = TILE_START};
    for (long number = segment * p->segment_images; number < end; number++)
        for (long row = 0; row < height->places; row += job->band) {
            places.first = row;
            places.end = shorter(row + job->band, height->places);
            long low = height->extent, high = 0;
            conv2d_reads(&down, places.first, places.end, &low, &high);
            low = longer(low, 0);
            high = longer(shorter(high, height->extent), low);
            places.source = image_take(
                p->x + number * height->extent * width->extent * p->channels, width->extent, p->channels, low, high, job->border,
                scratch);
            places.dy = p->dy + number * height->places * width->places * p->output_channels;
            conv2d_weights_add(job, &places, first_unit, end_unit, job->sums + segment * job->count);
            places.mode = TILE_RESUME;
        }
}

/// Adds the segments' sums in order, for a share of the weights.
static void conv2d_join_task(void *context, long index, int worker) {
    (void)worker;
    const conv2d_weights *job = context;
    long end = shorter((index + 1) * CONV2D_ADD_SHARE, job->count);
    for (long i = index * CONV2D_ADD_SHARE; i < end; i += VECTOR_WIDTH) {
        vector_mask mask = vector_first(shorter(end - i, VECTOR_WIDTH));
        vector sum = vector_load_partial(job->sums + i, mask);
        for (long segment = 1; segment < job->segments; segment++)
            sum = sum + vector_load_partial(job->sums + segment * job->count + i, mask);
        vector_store_partial(job->arguments->dweights + i, sum, mask);
    }
}

static void conv2d_weights_run(martlet_pool *pool, const martlet_conv2d_arguments *p) {
    conv2d_weights job = conv2d_weights_plan(p, martlet_pool_threads(pool));
    if (p->images == 0) {
        memset(p->dweights, 0, sizeof(float) * job.count);
        return;
    }
    job.sums = job.segments > 1 ? p->scratch : p->dweights;
    job.workers = (char *)p->scratch + conv2d_sums_bytes(&job);
    martlet_pool_run(pool, conv2d_weights_task, &job, job.segments * job.parts);
    if (job.segments > 1) martlet_pool_run(pool, conv2d_join_task, &job, ceiling(job.count, CONV2D_ADD_SHARE));
}
