// The convolution and the gradient of its images, row of pixels by row of pixels, without a copy of the images in columns.
//
// Neighbouring results of a row read pixels that lie the same distance apart, and a tap reads all channels of a pixel in
// a run: a row is the A of a matrix product whose k is a list of runs. The gradient is a convolution of the upstream with
// the reversed, transposed kernel; at a stride of s, one for each of the s x s phases of its pixels, with some of
// the taps. Taps outside the image are left out: whole rows of the kernel, and columns for the pixels of a tile that they concern.
// Where channels are too few or the columns too many for that, the image is copied with zeros beside its rows.
// Weights are read where they lie, or from panels where they have to be transposed or their rows
// are far apart.

#include "conv2d_rows_plan.h"

#include "conv2d_panels.h"

#include "conv2d_tiles.h"

#include "conv2d_depthwise.h"

#include "conv2d_planes.h"

/// One phase's rows begin..<end of a band, panel by panel of the columns.
static void conv2d_band_phase(
    const conv2d_rows *job, const image_rows *source, float *image, const conv2d_axis *down, const conv2d_axis *across, long begin,
    long end
) {
    if (job->depthwise) {
        for (long i = begin; i < end; i++) conv2d_row_depthwise(job, source, image, down, across, i);
        return;
    }
    for (long group = 0; group < job->arguments->groups; group++) {
        int vectors;
        for (long column = 0; column < job->columns; column += vectors * VECTOR_WIDTH) {
            vectors = panel_vectors(job->vectors, job->columns - column);
            conv2d_panel panel = conv2d_panel_at(job, group, column, vectors);
            conv2d_band_panel band = {
                .job = job, .source = source, .image = image, .down = down, .across = across, .begin = begin, .end = end,
                .panel = &panel};
            conv2d_band_product(&band);
        }
    }
}

static void conv2d_band(const conv2d_rows *job, long number, long first, long count, float *scratch) {
    const martlet_window2d *window = &job->arguments->window;
    const float *from = job->source + number * job->source_height * job->source_width * job->source_channels;
    float *to = job->target + number * job->target_height * job->target_width * job->target_channels;
    if (job->plane_pitch) {
        conv2d_planes_band(job, from, to, first, count, scratch);
        return;
    }
    long low, high;
    conv2d_band_reads(job, first, count, &low, &high);
    image_rows source = image_take(from, job->source_height, job->source_width, job->source_channels, low, high, job->border, scratch);
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
