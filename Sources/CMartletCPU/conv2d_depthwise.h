// Rows of pixels of which each channel has a filter of its own.

enum { CONV2D_PIXELS = 6 };  // of a row at a time

/// The pixels of one row of the target that one phase makes.
typedef struct {
    const conv2d_rows *job;
    const image_rows *source;
    const conv2d_axis *across;
    float *target;  // the row
    // Taps of the kernel's rows that are inside, and where they read.
    long taps, read, read_gap, weight, weight_gap;
} conv2d_row;

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

/// Row `i` of those that one phase makes.
static void conv2d_row_depthwise(
    const conv2d_rows *job, const image_rows *source, float *image, const conv2d_axis *down, const conv2d_axis *across, long i
) {
    long read = i * down->read_step + down->read_first, tap = 0, end = down->taps;
    while (tap < end && read + tap * down->read_gap < 0) tap++;
    while (end > tap && read + (end - 1) * down->read_gap >= job->source_height) end--;
    conv2d_row row = {
        .job = job, .source = source, .across = across,
        .target = image + (down->first + i * down->step) * job->target_width * job->target_channels,
        .taps = end - tap, .read = read + tap * down->read_gap - source->first, .read_gap = down->read_gap,
        .weight = down->weight_first + tap * down->weight_gap, .weight_gap = down->weight_gap,
    };
    for (long channel = 0; channel < job->target_channels; channel += VECTOR_WIDTH) {
        vector_mask mask = vector_first(shorter(job->target_channels - channel, VECTOR_WIDTH));
        long pixel = 0;
        for (; pixel + CONV2D_PIXELS <= across->count; pixel += CONV2D_PIXELS)
            conv2d_row_channels(&row, pixel, CONV2D_PIXELS, channel, mask);
        for (; pixel < across->count; pixel++) conv2d_row_channels(&row, pixel, 1, channel, mask);
    }
}
