// The gradient of a convolution's weights: for each tap the transposed images times the upstream, over all places.
//
// A row of places is a run of k: the A of the product is the image, read along channels (and along neighbouring taps,
// which lie side by side), and its rows are a stride apart. With enough channels a tap leaves out the places for which it is
// outside the image; else the image is copied with zeros around it, and short rows of the kernel share a tile. A worker takes a
// whole segment, or with few segments some of the kernel's rows and panels of output channels of one; segments' sums are added by
// a second pass over the pool.

#include "conv2d_weights_plan.h"

#include "conv2d_weights_together.h"

#include "conv2d_weights_depthwise.h"

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

/// A group of the kernel's rows and one panel of output channels.
static void conv2d_weights_group(const conv2d_weights *job, const conv2d_places *places, long group, long column, float *sums) {
    const martlet_conv2d_arguments *p = job->arguments;
    const martlet_window_axis *height = &p->window.height, *width = &p->window.width;
    int vectors = panel_vectors(job->vectors, job->outputs - column);
    long tap = share(height->size, job->taps, group), taps = share(height->size, job->taps, group + 1) - tap;
    long elements = width->size * p->channels, pitch = places->source.pitch;
    long read = places->first * height->stride + tap * height->dilation - height->before - places->source.first;
    conv2d_stretch stretch = {
        .x = places->source.values + read * pitch - width->before * p->channels, .x_row = height->stride * pitch,
        .x_step = width->stride * p->channels, .x_tap = height->dilation * pitch,
        .dy = places->dy + places->first * width->places * p->output_channels + column, .dy_step = p->output_channels,
        .rows = places->end - places->first, .places = width->places};
    conv2d_together(
        &stretch, sums + tap * elements * p->output_channels + column, p->output_channels, places->mode,
        panel_mask(vectors, job->outputs - column), elements, taps, vectors);
}

/// Adds some rows of places to the sums of some of the kernel's rows and panels.
static void conv2d_weights_add(const conv2d_weights *job, const conv2d_places *places, long first, long end, float *sums) {
    long panels_of_group = job->depthwise ? 1 : ceiling(job->outputs, job->vectors * VECTOR_WIDTH);
    for (long unit = first; unit < end; unit++) {
        long tap = unit / job->panels, panel = unit % job->panels, row = places->first;
        tile_mode mode = places->mode;
        if (job->together) {
            conv2d_weights_group(job, places, tap, panel * job->vectors * VECTOR_WIDTH, sums);
            continue;
        }
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
    long segment = index / job->parts, part = index % job->parts, units = job->taps * job->panels;
    long first_unit = share(units, job->parts, part), end_unit = share(units, job->parts, part + 1);
    long end = shorter((segment + 1) * p->segment_images, p->images);
    conv2d_axis down = conv2d_forward_axis(height);
    conv2d_places places = {.mode = TILE_START};
    for (long number = segment * p->segment_images; number < end; number++)
        for (long row = 0; row < height->places; row += job->band) {
            places.first = row;
            places.end = shorter(row + job->band, height->places);
            long low = LONG_MAX, high = LONG_MIN;
            conv2d_reads(&down, places.first, places.end, &low, &high);
            if (!job->together) {
                low = longer(low, 0);
                high = longer(shorter(high, height->extent), low);
            }
            places.source = image_take(
                p->x + number * height->extent * width->extent * p->channels, height->extent, width->extent, p->channels, low, high,
                job->border, scratch);
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
