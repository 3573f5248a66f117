// The gradient of filters of which each channel has one of its own.

enum { CONV2D_TAPS = 4 };  // of a row of the kernel at a time

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
