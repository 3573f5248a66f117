// How the gradient of a convolution's weights is computed: what a tile holds, in which bands, parts and segments.

typedef struct {
    const martlet_conv2d_arguments *arguments;
    bool depthwise;
    long channels, outputs;     // of a group
    int vectors;                // of a panel
    long panels;                // of all groups
    image_border border;        // none where taps leave out the places for which they are outside
    bool leaves_out;
    int together;               // rows of the kernel in a tile, at most; 0: one, by runs
    long taps;                  // into how many such groups, or single rows, the kernel is cut
    long band, band_reads;      // rows of places done together, and the image's rows that they may need
    long segments, parts;       // tasks: parts of each segment
    long count;                 // of weights
    float *sums;
    char *workers;
} conv2d_weights;

enum {
    CONV2D_BAND_PLACES = 1024,  // times a panel: stays in L2
    CONV2D_ADD_SHARE = 1 << 12,
    CONV2D_TOGETHER_TAPS = 5,
    CONV2D_TOGETHER_ELEMENTS = 7,
    CONV2D_TOGETHER_CHAINS = 2 * TILE_LIMIT_2_0,  // what the registers hold
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
    job.band_reads = (job.band - 1) * height->stride + (height->size - 1) * height->dilation + 1;
    long elements = width->size * job.channels, most = CONV2D_TOGETHER_CHAINS / (elements * job.vectors);
    if (p->groups == 1 && width->dilation == 1 && !job.leaves_out && elements <= CONV2D_TOGETHER_ELEMENTS && most > 1)
        job.together = (int)shorter(most, CONV2D_TOGETHER_TAPS);
    else
        job.band_reads = shorter(job.band_reads, height->extent);
    job.taps = ceiling(height->size, longer(job.together, 1));
    job.segments = longer(ceiling(p->images, p->segment_images), 1);
    job.parts = 1;
    if (threads > 1 && job.segments < 2 * threads)
        job.parts = shorter(ceiling((long)threads * GEMM_TASKS_PER_WORKER, job.segments), job.taps * job.panels);
    job.count = height->size * width->size * job.channels * p->output_channels;
    return job;
}

INLINE size_t conv2d_weights_worker_bytes(const conv2d_weights *job) {
    if (!job->border.left && !job->border.right && !job->together) return 0;
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
