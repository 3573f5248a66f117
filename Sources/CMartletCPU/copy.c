// Boxes of words moved between two arrays: transposing, slicing, padding. The same for every variant.

#include "scratch.h"

enum {
    COPY_SHARE = 1 << 15,
    COPY_SHARES_PER_WORKER = 4,
    COPY_TOGETHER = 16,  // words of a cache line
};

typedef struct {
    uint32_t *to;
    const uint32_t *from;
    const martlet_copy_axis *axes;
    int count;     // of axes outside the rows
    int together;  // the axis whose neighbours are neighbours in the source: so many rows are moved at once; -1 for none
    long rows, parts;
    martlet_copy_axis row;
} copy_job;

/// How often an axis is walked.
static long copy_turns(const copy_job *job, int axis) {
    long extent = job->axes[axis].extent;
    return axis == job->together ? (extent + COPY_TOGETHER - 1) / COPY_TOGETHER : extent;
}

static void copy_rows_task(void *context, long index, int worker) {
    (void)worker;
    const copy_job *job = context;
    long end = job->rows * (index + 1) / job->parts;
    long columns = job->row.extent, source_step = job->row.source_stride, target_step = job->row.target_stride;
    for (long row = job->rows * index / job->parts; row < end; row++) {
        long rest = row, source = 0, target = 0, lanes = 1, lane_step = 0;
        for (int axis = job->count; axis-- > 0;) {
            long extent = job->axes[axis].extent, turns = copy_turns(job, axis), place = rest % turns;
            rest /= turns;
            if (axis == job->together) {
                place *= COPY_TOGETHER;
                lanes = extent - place < COPY_TOGETHER ? extent - place : COPY_TOGETHER;
                lane_step = job->axes[axis].target_stride;
            }
            source += place * job->axes[axis].source_stride;
            target += place * job->axes[axis].target_stride;
        }
        const uint32_t *from = job->from + source;
        uint32_t *to = job->to + target;
        if (source_step == 1 && target_step == 1)
            memcpy(to, from, sizeof *to * (size_t)columns);
        else
            for (long i = 0; i < columns; i++)
                for (long l = 0; l < lanes; l++) to[i * target_step + l * lane_step] = from[i * source_step + l];
    }
}

void martlet_copy_box(martlet_pool *pool, void *to, const void *from, const martlet_copy_axis *axes, int count) {
    copy_job job = {.to = to, .from = from, .axes = axes, .together = -1, .rows = 1, .row = {1, 1, 1}};
    if (count > 0) {
        job.count = count - 1;
        job.row = axes[count - 1];
    }
    for (int axis = 0; axis < job.count && job.row.source_stride != 1; axis++)
        if (axes[axis].source_stride == 1) job.together = axis;
    long words = job.row.extent;
    for (int axis = 0; axis < job.count; axis++) {
        job.rows *= copy_turns(&job, axis);
        words *= axes[axis].extent;
    }
    if (words <= 0) return;
    long most = (long)martlet_pool_threads(pool) * COPY_SHARES_PER_WORKER;
    long wanted = words / COPY_SHARE + 1;
    if (wanted > job.rows) wanted = job.rows;
    job.parts = wanted < most ? wanted : most;
    martlet_pool_run(pool, copy_rows_task, &job, job.parts);
}
