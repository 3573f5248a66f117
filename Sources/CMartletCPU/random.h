// Random numbers for a run of flat element indices, by quads (Shared/random.h).

typedef struct {
    martlet_instruction_kind kind;
    uint32_t step, seed_low, seed_high;
    uint32_t stream, threshold;
    float scale;
} random_source;

INLINE martlet_quad random_quad(const random_source *source, martlet_instruction_kind kind, uint32_t quad) {
    martlet_words bits = martlet_random_quad(quad, source->step, source->stream, source->seed_low, source->seed_high);
    if (kind == MARTLET_NORMAL) return martlet_normal_quad(bits);
    martlet_quad result;
    for (int i = 0; i < 4; i++)
        result.value[i] = kind == MARTLET_UNIFORM ? martlet_uniform(bits.word[i])
                                                  : martlet_dropout_scale(bits.word[i], source->threshold, source->scale);
    return result;
}

INLINE void random_run(const random_source *source, martlet_instruction_kind kind, uint32_t first, long count, float *out) {
    random_source s = *source;
    for (; count > 0 && first % 4; first++, count--) *out++ = random_quad(&s, kind, first / 4).value[first % 4];
    long quads = count / 4;
#pragma clang loop vectorize(enable)
    for (long q = 0; q < quads; q++) {
        martlet_quad values = random_quad(&s, kind, first / 4 + (uint32_t)q);
        out[4 * q] = values.value[0];
        out[4 * q + 1] = values.value[1];
        out[4 * q + 2] = values.value[2];
        out[4 * q + 3] = values.value[3];
    }
    if (count % 4) {
        martlet_quad values = random_quad(&s, kind, first / 4 + (uint32_t)quads);
        for (long i = 0; i < count % 4; i++) out[4 * quads + i] = values.value[i];
    }
}

static void random_fill(const random_source *source, uint32_t first, long count, float *out) {
    switch (source->kind) {
    case MARTLET_UNIFORM: random_run(source, MARTLET_UNIFORM, first, count, out); break;
    case MARTLET_NORMAL: random_run(source, MARTLET_NORMAL, first, count, out); break;
    default: random_run(source, MARTLET_DROPOUT, first, count, out); break;
    }
}
