// Launches that take each row by itself, one after the other on a few rows at a time: what one leaves to the next is still
// in the cache, and the pool is visited once.
//
// Numeric order: that of each launch.

typedef struct {
    const martlet_row_sweep *sweep;
    long parts;
    size_t scratch_bytes;
} row_sweep_job;

static void row_stage_run(const martlet_row_stage *stage, long all_rows, long row, long rows, void *scratch) {
    const martlet_reduce_arguments *reduction = stage->reduction;
    if (reduction) {
        long blocks = ceiling(reduction->columns, REDUCE_BLOCK);
        // Block results of these rows only, before the place for what a program makes.
        float *results = blocks == 1 ? reduction->out + row : (float *)scratch;
        if (blocks > 1) scratch = (char *)scratch + cache_lines(sizeof(float) * rows * blocks);
        reduce_blocks(reduction, blocks, row * blocks, (row + rows) * blocks, results, scratch);
        if (blocks > 1) reduce_block_results(reduction, blocks, row, row + rows, results);
        return;
    }
    const martlet_program *program = stage->program;
    if (program->rows == all_rows) {
        program_run_block(
            program, row, rows, 0, program->columns, stage->out + row * program->columns, program->columns, scratch);
    } else {
        // One long row, of which each row of the sweep is an equal part.
        long columns = program->columns / all_rows;
        program_run_block(
            program, 0, 1, row * columns, rows * columns, stage->out + row * columns, rows * columns, scratch);
    }
}

static void row_sweep_task(void *context, long index, int worker) {
    const row_sweep_job *job = context;
    const martlet_row_sweep *sweep = job->sweep;
    char *scratch = (char *)sweep->scratch + job->scratch_bytes * worker;
    long end = share(sweep->rows, job->parts, index + 1);
    for (long row = share(sweep->rows, job->parts, index); row < end; row += sweep->together) {
        long rows = shorter(sweep->together, end - row);
        for (int s = 0; s < sweep->stage_count; s++) row_stage_run(&sweep->stages[s], sweep->rows, row, rows, scratch);
    }
}

static void row_sweep(martlet_pool *pool, const martlet_row_sweep *sweep) {
    long parts = task_count(pool, sweep->rows * sweep->row_elements, ceiling(sweep->rows, sweep->together));
    row_sweep_job job = {.sweep = sweep, .parts = parts, .scratch_bytes = row_sweep_worker_scratch(sweep)};
    martlet_pool_run(pool, row_sweep_task, &job, job.parts);
}
