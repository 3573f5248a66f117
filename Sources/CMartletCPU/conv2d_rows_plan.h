// How a convolution or the gradient of its images is computed row by row: what is read, with which border, in which bands.

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
    image_border border;        // none where tiles leave out what is outside
    bool leaves_out;
    long plane_pitch;           // of a row, where the source is copied to planes; else 0
    // Rows of the target done together, and how many rows of the source they may need.
    long band, band_reads;
    long tasks;
    char *workers;
} conv2d_rows;

enum {
    CONV2D_BAND_FLOATS = 1 << 15,  // of the source's rows, and twice that of the target's: they stay in L2
    CONV2D_PIECE_FLOATS = 1 << 15, // of a panel: some rows of the kernel are done for the whole band before the next
    CONV2D_PACK_STRIDE = 128,      // weights whose rows are this far apart fall into few sets of the caches
    CONV2D_PLANES_COLUMNS = VECTOR_WIDTH / 2, // more than these fill vectors well enough
    CONV2D_LEAST_RUN = 8,          // shorter ones cost more than the border that they need none of
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

/// Whether tiles can leave out the columns outside the image, so that it needs no border: where these are few on either side,
/// no tap is beyond both sides of a tile, and channels are enough for runs of single taps.
static bool conv2d_leaves_out(const conv2d_rows *job) {
    if (job->depthwise || job->depth < CONV2D_LEAST_RUN) return false;
    if (job->border.left > TILE_OUTSIDE || job->border.right > TILE_OUTSIDE) return false;
    const martlet_window_axis *window = &job->arguments->window.width;
    for (long phase = 0; phase < conv2d_phases(job, window); phase++) {
        conv2d_axis axis = conv2d_rows_axis(job, window, phase);
        for (int vectors = job->vectors; vectors > 0; vectors /= 2) {
            long tiles = ceiling(axis.count, tile_limit(vectors, true));
            if (tiles > 0 && (ceiling(axis.count, tiles) - 1) * axis.read_step >= job->source_width) return false;
        }
    }
    return true;
}

/// The pitch of planes with lanes along pixels, or 0 where lanes along channels are better: planes save vectors where columns are
/// few, and are for neighbouring pixels that read neighbouring ones.
static long conv2d_plane_pitch(const conv2d_rows *job) {
    const martlet_window2d *window = &job->arguments->window;
    long vectors = ceiling(job->target_width, VECTOR_WIDTH);
    if (job->arguments->groups > 1 || job->columns > CONV2D_PLANES_COLUMNS) return 0;
    if (4 * vectors * job->columns > 3 * job->target_width) return 0;
    if (window->width.stride > 1 || (job->gradient && window->height.stride > 1)) return 0;
    conv2d_axis across = conv2d_rows_axis(job, &window->width, 0);
    long last = job->border.left + across.read_first + vectors * VECTOR_WIDTH + (across.taps - 1) * across.read_gap;
    return longer(job->border.left + job->source_width + job->border.right, last);
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
    job.plane_pitch = conv2d_plane_pitch(&job);
    job.leaves_out = !job.plane_pitch && conv2d_leaves_out(&job);
    if (job.leaves_out) job.border = (image_border){0};

    // Rows of the target per row of the source, and what a window needs beyond.
    long pitch = image_pitch(job.source_width, job.source_channels, job.border);
    if (job.plane_pitch) pitch = job.plane_pitch * job.source_channels;
    long span = (height->size - 1) * height->dilation;
    long room = CONV2D_BAND_FLOATS / pitch;
    long band = gradient ? (room - 1) * height->stride - span : (room - 1 - span) / height->stride + 1;
    band = shorter(band, 2 * CONV2D_BAND_FLOATS / (job.target_width * job.target_channels));
    job.band = longer(shorter(band, job.target_height), gradient ? shorter(height->stride, job.target_height) : 1);
    job.band_reads = gradient ? (job.band - 1 + span) / height->stride + 2 : (job.band - 1) * height->stride + span + 1;
    if (!job.plane_pitch) job.band_reads = shorter(job.band_reads, job.source_height);

    long rows = p->images * job.target_height;
    double flops = 2.0 * p->images * height->places * width->places * height->size * width->size * channels * p->output_channels;
    job.tasks = threads == 1 ? 1 : (long)(flops / GEMM_TASK_FLOPS);
    job.tasks = longer(shorter(shorter(job.tasks, (long)threads * GEMM_TASKS_PER_WORKER), rows), 1);
    return job;
}

INLINE size_t conv2d_rows_worker_bytes(const conv2d_rows *job) {
    if (job->plane_pitch) return cache_lines(sizeof(float) * job->band_reads * job->plane_pitch * job->source_channels);
    if (!job->border.left && !job->border.right) return 0;
    return cache_lines(sizeof(float) * job->band_reads * image_pitch(job->source_width, job->source_channels, job->border));
}
