// What needs no arithmetic and is the same for every variant: copies, fills, the batch's indices, sizes of scratch.

#include "scratch.h"

#include "Shared/optimizer.h"
#include "Shared/permutation.h"

enum { MEMORY_SHARE = 1 << 18, MEMORY_SHARES_PER_WORKER = 4 };

typedef struct {
    char *to;
    const char *from;
    uint32_t word;
    size_t bytes;
    long parts;
} memory_job;

/// Parts of bytes with borders at whole cache lines.
static memory_job memory_cut(martlet_pool *pool, void *to, const void *from, uint32_t word, size_t bytes) {
    long most = (long)martlet_pool_threads(pool) * MEMORY_SHARES_PER_WORKER, wanted = (long)(bytes / MEMORY_SHARE) + 1;
    return (memory_job){to, from, word, bytes, wanted < most ? wanted : most};
}

static size_t memory_border(const memory_job *job, long index) {
    return index == job->parts ? job->bytes : job->bytes / 64 * (size_t)index / (size_t)job->parts * 64;
}

static void copy_task(void *context, long index, int worker) {
    (void)worker;
    const memory_job *job = context;
    size_t begin = memory_border(job, index), end = memory_border(job, index + 1);
    memcpy(job->to + begin, job->from + begin, end - begin);
}

void martlet_copy(martlet_pool *pool, void *to, const void *from, size_t bytes) {
    if (bytes == 0) return;
    memory_job job = memory_cut(pool, to, from, 0, bytes);
    martlet_pool_run(pool, copy_task, &job, job.parts);
}

static void fill_task(void *context, long index, int worker) {
    (void)worker;
    const memory_job *job = context;
    size_t begin = memory_border(job, index), end = memory_border(job, index + 1);
    for (size_t i = begin / 4; i < end / 4; i++) ((uint32_t *)job->to)[i] = job->word;
}

void martlet_fill(martlet_pool *pool, uint32_t *to, uint32_t word, long count) {
    if (count <= 0) return;
    memory_job job = memory_cut(pool, to, NULL, word, (size_t)count * 4);
    martlet_pool_run(pool, fill_task, &job, job.parts);
}

void martlet_batch_indices(const martlet_step *step, long count, int32_t *out) {
    for (long row = 0; row < count; row++) {
        uint64_t position = (uint64_t)step->batch_start + (uint64_t)row;
        if (position >= step->sample_count)
            out[row] = -1;
        else if (step->shuffled)
            out[row] = (int32_t)martlet_permute(
                (uint32_t)position, step->sample_count, step->shuffle_low, step->shuffle_high);
        else
            out[row] = (int32_t)position;
    }
}

int martlet_update_states(const char *rule) {
#define RULE(name, states) \
    if (!strcmp(rule, #name)) return states;
    MARTLET_OPTIMIZERS(RULE)
#undef RULE
    return -1;
}

// MARK: Scratch

size_t martlet_program_scratch_bytes(int instruction_count) { return program_scratch(instruction_count); }

size_t martlet_reduce_columns_scratch_bytes(const martlet_reduce_arguments *p, int threads) {
    long blocks = (p->columns + REDUCE_BLOCK - 1) / REDUCE_BLOCK;
    size_t results = blocks > 1 ? cache_lines(sizeof(float) * (size_t)(p->rows * blocks)) : 0;
    return results + reduce_worker_scratch(p, REDUCE_BLOCK) * (size_t)threads;
}

size_t martlet_reduce_rows_scratch_bytes(const martlet_reduce_arguments *p, int threads) {
    long blocks = (p->rows + REDUCE_ROWS - 1) / REDUCE_ROWS, second = (blocks + REDUCE_ROWS - 1) / REDUCE_ROWS;
    size_t results = 0;
    if (blocks > 1) results += cache_lines(sizeof(float) * (size_t)(blocks * p->columns));
    if (second > 1) results += cache_lines(sizeof(float) * (size_t)(second * p->columns));
    return results + reduce_worker_scratch(p, REDUCE_MADE) * (size_t)threads;
}

size_t martlet_row_sweep_scratch_bytes(const martlet_row_sweep *sweep, int threads) {
    return row_sweep_worker_scratch(sweep) * (size_t)threads;
}
