// The convolution of images n x h x w x channels with weights kernel height x kernel width x channels of a group x output
// channels, and its gradients.

typedef struct {
    const martlet_conv2d_arguments *arguments;
    long parts;
} conv2d_job;

INLINE void conv2d_add(float *restrict sum, float x, const float *restrict weights, long count) {
#pragma clang loop vectorize(enable)
    for (long i = 0; i < count; i++) sum[i] = __builtin_elementwise_fma(x, weights[i], sum[i]);
}

static void conv2d_task(void *context, long index, int worker) {
    const conv2d_job *job = context;
    const martlet_conv2d_arguments *p = job->arguments;
    const martlet_window_axis *height = &p->window.height, *width = &p->window.width;
    long channels = p->channels / p->groups, outputs = p->output_channels / p->groups;
    long rows = p->images * height->places, first = share(rows, job->parts, index), end = share(rows, job->parts, index + 1);
    for (long row = first; row < end; row++) {
        const float *image = p->x + row / height->places * height->extent * width->extent * p->channels;
        tap_range down = taps_inside(height, row % height->places);
        for (long column = 0; column < width->places; column++) {
            float *sum = p->y + (row * width->places + column) * p->output_channels;
            memset(sum, 0, sizeof(float) * p->output_channels);
            tap_range across = taps_inside(width, column);
            for (long i = down.first; i < down.end; i++)
                for (long j = across.first; j < across.end; j++) {
                    long h = row % height->places * height->stride - height->before + i * height->dilation;
                    long w = column * width->stride - width->before + j * width->dilation;
                    const float *x = image + (h * width->extent + w) * p->channels;
                    const float *weights = p->weights + (i * width->size + j) * channels * p->output_channels;
                    for (long group = 0; group < p->groups; group++)
                        for (long c = 0; c < channels; c++)
                            conv2d_add(
                                sum + group * outputs, x[group * channels + c],
                                weights + c * p->output_channels + group * outputs, outputs);
                }
        }
    }
    if (p->epilogue)
        p->epilogue(
            p->epilogue_context, first * width->places, (end - first) * width->places, 0, p->output_channels,
            p->y + first * width->places * p->output_channels, p->output_channels, worker);
}

static void conv2d(martlet_pool *pool, const martlet_conv2d_arguments *p) {
    long rows = p->images * p->window.height.places;
    conv2d_job job = {p, task_count(pool, rows * p->window.width.places * p->output_channels, rows)};
    if (rows > 0) martlet_pool_run(pool, conv2d_task, &job, job.parts);
}

static void conv2d_input_gradient_task(void *context, long index, int worker) {
    const conv2d_job *job = context;
    const martlet_conv2d_arguments *p = job->arguments;
    const martlet_window_axis *height = &p->window.height, *width = &p->window.width;
    long channels = p->channels / p->groups, outputs = p->output_channels / p->groups;
    long rows = p->images * height->extent, first = share(rows, job->parts, index), end = share(rows, job->parts, index + 1);
    for (long row = first; row < end; row++)
        for (long w = 0; w < width->extent; w++) {
            float *sum = p->dx + (row * width->extent + w) * p->channels;
            memset(sum, 0, sizeof(float) * p->channels);
            // From the last tap to the first: places increase.
            for (long i = height->size - 1; i >= 0; i--)
                for (long j = width->size - 1; j >= 0; j--) {
                    long place_row = place_of_tap(height, row % height->extent, i), column = place_of_tap(width, w, j);
                    if (place_row < 0 || column < 0) continue;
                    const float *dy =
                        p->dy + ((row / height->extent * height->places + place_row) * width->places + column) * p->output_channels;
                    const float *weights = p->weights + (i * width->size + j) * channels * p->output_channels;
                    for (long group = 0; group < p->groups; group++)
                        for (long o = group * outputs; o < (group + 1) * outputs; o++)
                            for (long c = 0; c < channels; c++)
                                sum[group * channels + c] = __builtin_elementwise_fma(
                                    dy[o], weights[c * p->output_channels + o], sum[group * channels + c]);
                }
        }
    if (p->epilogue)
        p->epilogue(
            p->epilogue_context, first * width->extent, (end - first) * width->extent, 0, p->channels,
            p->dx + first * width->extent * p->channels, p->channels, worker);
}

static void conv2d_input_gradient(martlet_pool *pool, const martlet_conv2d_arguments *p) {
    long rows = p->images * p->window.height.extent;
    conv2d_job job = {p, task_count(pool, rows * p->window.width.extent * p->channels, rows)};
    if (rows > 0) martlet_pool_run(pool, conv2d_input_gradient_task, &job, job.parts);
}

/// One tap and channel: a row of the weights.
static void conv2d_weight_gradient_task(void *context, long index, int worker) {
    (void)worker;
    const martlet_conv2d_arguments *p = ((const conv2d_job *)context)->arguments;
    const martlet_window_axis *height = &p->window.height, *width = &p->window.width;
    long channels = p->channels / p->groups, outputs = p->output_channels / p->groups;
    long tap = index / channels, channel = index % channels, i = tap / width->size, j = tap % width->size;
    float *row = p->dweights + index * p->output_channels;
    for (long group = 0; group < p->groups; group++)
        for (long o = group * outputs; o < (group + 1) * outputs; o++) {
            float total = 0, sum = 0;
            for (long n = 0; n < p->images; n++) {
                if (n % p->segment_images == 0) {
                    total += sum;
                    sum = 0;
                }
                for (long place = 0; place < height->places * width->places; place++) {
                    long h = place / width->places * height->stride - height->before + i * height->dilation;
                    long w = place % width->places * width->stride - width->before + j * width->dilation;
                    if (h < 0 || h >= height->extent || w < 0 || w >= width->extent) continue;
                    sum = __builtin_elementwise_fma(
                        p->x[((n * height->extent + h) * width->extent + w) * p->channels + group * channels + channel],
                        p->dy[(n * height->places * width->places + place) * p->output_channels + o], sum);
                }
            }
            row[o] = total + sum;
        }
}

static void conv2d_weight_gradient(martlet_pool *pool, const martlet_conv2d_arguments *p) {
    conv2d_job job = {p, 1};
    martlet_pool_run(
        pool, conv2d_weight_gradient_task, &job, p->window.height.size * p->window.width.size * (p->channels / p->groups));
}
