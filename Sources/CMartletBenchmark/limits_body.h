// The loops of one instruction set; included by limits.c inside its target pragma. VECTOR_WIDTH is the floats of a
// register, LOOPS the name of the table.

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(name) JOIN(JOIN(name, _), LOOPS)

typedef float NAME(vector) __attribute__((vector_size(4 * VECTOR_WIDTH)));
typedef int NAME(bits) __attribute__((vector_size(4 * VECTOR_WIDTH)));

/// Two units with a latency of four need eight chains; twelve leave some room.
static float NAME(chains)(long steps) {
    // Read one by one, so that the compiler cannot know them to be equal.
    volatile float start = MARTLET_CHAIN_START;
    NAME(vector) x[CHAINS];
    for (int i = 0; i < CHAINS; i++) x[i] = start - (NAME(vector)){0};
    const NAME(vector) factor = MARTLET_CHAIN_FACTOR - (NAME(vector)){0}, term = MARTLET_CHAIN_TERM - (NAME(vector)){0};
    for (long step = 0; step < steps; step++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < CHAINS; i++) x[i] = __builtin_elementwise_fma(x[i], factor, term);
    }
    for (int i = 0; i < CHAINS; i++)
        for (int lane = 0; lane < VECTOR_WIDTH; lane++)
            if (x[i][lane] != x[0][0]) return __builtin_nanf("");
    return x[0][0];
}

static void NAME(triad)(float *a, const float *b, const float *c, float factor, long count) {
    const NAME(vector) f = factor - (NAME(vector)){0};
#pragma clang loop unroll_count(4)
    for (long i = 0; i < count; i += VECTOR_WIDTH)
        *(NAME(vector) *)(a + i) =
            __builtin_elementwise_fma(f, *(const NAME(vector) *)(c + i), *(const NAME(vector) *)(b + i));
}

static void NAME(streaming_triad)(float *a, const float *b, const float *c, float factor, long count) {
    const NAME(vector) f = factor - (NAME(vector)){0};
#pragma clang loop unroll_count(4)
    for (long i = 0; i < count; i += VECTOR_WIDTH)
        __builtin_nontemporal_store(
            __builtin_elementwise_fma(f, *(const NAME(vector) *)(c + i), *(const NAME(vector) *)(b + i)),
            (NAME(vector) *)(a + i));
}

/// Chunks `first` ..< `end` of as many of each array, one array after the other. Gives the bits that were read, put together.
static int NAME(stream)(
    const martlet_stream_array *arrays, int array_count, long first, long end, long chunks, bool streaming
) {
    NAME(bits) bits = {0};
    const NAME(vector) one = 1 - (NAME(vector)){0};
    for (long chunk = first; chunk < end; chunk++)
        for (int a = 0; a < array_count; a++) {
            long lines = arrays[a].count / STREAM_LINE;
            float *from = arrays[a].values + lines * chunk / chunks * STREAM_LINE;
            float *to = arrays[a].values + lines * (chunk + 1) / chunks * STREAM_LINE;
            if (arrays[a].is_read && arrays[a].is_written)
                for (; from < to; from += VECTOR_WIDTH) {
                    bits |= *(const NAME(bits) *)from;
                    *(NAME(vector) *)from = one;
                }
            else if (arrays[a].is_read)
                for (; from < to; from += VECTOR_WIDTH) bits |= *(const NAME(bits) *)from;
            else if (streaming)
                for (; from < to; from += VECTOR_WIDTH) __builtin_nontemporal_store(one, (NAME(vector) *)from);
            else
                for (; from < to; from += VECTOR_WIDTH) *(NAME(vector) *)from = one;
        }
    return __builtin_reduce_or(bits);
}

static const martlet_limit_loops LOOPS = {
    .name = VARIANT,
    .chain_flops = 2 * CHAINS * VECTOR_WIDTH,
    .chains = NAME(chains),
    .triad = NAME(triad),
    .streaming_triad = NAME(streaming_triad),
    .stream = NAME(stream),
};

#undef JOIN_
#undef JOIN
#undef NAME
#undef VARIANT
#undef VECTOR_WIDTH
#undef LOOPS
