// One loop per optimizer rule of Shared/optimizer.h, and its launch over the segments of the parameter arena.

typedef void (*update_loop)(
    float *parameters, const float *gradients, float *const *states, long begin, long end, const martlet_step *step,
    float rate_scale, float decay_scale);

#define RULE(name, count) \
    static void update_##name( \
        float *parameters, const float *gradients, float *const *states, long begin, long end, \
        const martlet_step *step, float rate_scale, float decay_scale \
    ) { \
        enum { STATES = count }; \
        martlet_scalars scalars = martlet_load_scalars(step); \
        float *states0 = states[0], *states1 = states[1], *states2 = states[2]; \
        _Pragma("clang loop vectorize(assume_safety)") for (long i = begin; i < end; i++) { \
            float parameter = parameters[i]; \
            float state0 = STATES > 0 ? states0[i] : 0, state1 = STATES > 1 ? states1[i] : 0, \
                  state2 = STATES > 2 ? states2[i] : 0; \
            martlet_update_##name( \
                &parameter, gradients[i], &state0, &state1, &state2, scalars, rate_scale, decay_scale); \
            parameters[i] = parameter; \
            if (STATES > 0) states0[i] = state0; \
            if (STATES > 1) states1[i] = state1; \
            if (STATES > 2) states2[i] = state2; \
        } \
    }
MARTLET_OPTIMIZERS(RULE)
#undef RULE

static update_loop update_find(const char *rule) {
#define RULE(name, count) \
    if (!strcmp(rule, #name)) return update_##name;
    MARTLET_OPTIMIZERS(RULE)
#undef RULE
    return NULL;
}

typedef struct {
    const martlet_update_arguments *arguments;
    update_loop loop;
    long elements, parts;
} update_job;

/// The elements of all segments, one segment after the other, are shared evenly.
static void update_task(void *context, long index, int worker) {
    (void)worker;
    const update_job *job = context;
    const martlet_update_arguments *p = job->arguments;
    long begin = share_by(VECTOR_WIDTH, job->elements, job->parts, index);
    long end = share_by(VECTOR_WIDTH, job->elements, job->parts, index + 1);
    long before = 0;
    for (long s = 0; s < p->segment_count && before < end; before += p->segments[s++].count) {
        const martlet_segment *segment = &p->segments[s];
        long from = longer(begin - before, 0), to = shorter(end - before, segment->count);
        if (from >= to) continue;
        job->loop(
            p->parameters, p->gradients, p->states, segment->begin + from, segment->begin + to, p->step,
            segment->rate_scale, segment->decay_scale);
    }
}

static bool update(martlet_pool *pool, const martlet_update_arguments *p) {
    update_job job = {.arguments = p, .loop = update_find(p->rule)};
    if (!job.loop) return false;
    for (long s = 0; s < p->segment_count; s++) job.elements += p->segments[s].count;
    job.parts = task_count(pool, job.elements, LONG_MAX);
    martlet_pool_run(pool, update_task, &job, job.parts);
    return true;
}
