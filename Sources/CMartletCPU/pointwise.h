// One loop per pointwise function of Shared/pointwise.h, and their table.
//
// Numeric order: none, elements are independent; that also is why `out` may be an argument, which the pragma promises.
//
// A formula is a long chain of dependent instructions, longer than the processor looks ahead: four vectors side by side take a
// quarter less time than one after the other. What is left behind them goes one by one.

enum { SIDE_BY_SIDE = 4 * VECTOR_WIDTH };

#define POINTWISE_LOOP(name, ...) \
    static void loop_##name(float *out, const float *a, const float *b, const float *c, long count) { \
        (void)b, (void)c; \
        long whole = count & -SIDE_BY_SIDE; \
        _Pragma("clang loop vectorize(assume_safety) interleave_count(4)") for (long i = 0; i < whole; i++) \
            out[i] = martlet_##name(__VA_ARGS__); \
        _Pragma("clang loop vectorize(assume_safety) interleave_count(1)") for (long i = whole; i < count; i++) \
            out[i] = martlet_##name(__VA_ARGS__); \
    }
#define UNARY(name) POINTWISE_LOOP(name, a[i])
#define BINARY(name) POINTWISE_LOOP(name, a[i], b[i])
#define TERNARY(name) POINTWISE_LOOP(name, a[i], b[i], c[i])
MARTLET_POINTWISE(UNARY, BINARY, TERNARY)
#undef UNARY
#undef BINARY
#undef TERNARY

static martlet_pointwise_loop pointwise_loop(const char *name, int *arity) {
    static const struct {
        const char *name;
        martlet_pointwise_loop loop;
        int arity;
    } rows[] = {
#define UNARY(name) {#name, loop_##name, 1},
#define BINARY(name) {#name, loop_##name, 2},
#define TERNARY(name) {#name, loop_##name, 3},
        MARTLET_POINTWISE(UNARY, BINARY, TERNARY)
#undef UNARY
#undef BINARY
#undef TERNARY
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(rows[i].name, name)) continue;
        *arity = rows[i].arity;
        return rows[i].loop;
    }
    return NULL;
}
