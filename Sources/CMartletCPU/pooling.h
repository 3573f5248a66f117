// What windows over images n x h x w x channels have in common: a task takes whole rows of pixels of the result, and loops
// run over the channels of a pixel, a vector at a time, of which the last may be partial.

typedef struct {
    const void *arguments;
    long parts;
} pool_job;

/// Every task's share of the rows of all images.
static void pool_rows(
    martlet_pool *pool, void (*task)(void *, long, int), const void *arguments, long rows, long row_elements
) {
    if (rows <= 0 || row_elements <= 0) return;
    pool_job job = {arguments, task_count(pool, rows * row_elements, rows)};
    martlet_pool_run(pool, task, &job, job.parts);
}
