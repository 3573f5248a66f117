// One loop per pointwise function of Shared/pointwise.h and for some pairs of them, and their table.
//
// Numeric order: none, elements are independent; that also is why `out` may be an argument, which the pragma promises.
//
// A formula is a long chain of dependent instructions, longer than the processor looks ahead: four vectors side by side take a
// quarter less time than one after the other. What is left behind them goes one by one.

enum { SIDE_BY_SIDE = 4 * VECTOR_WIDTH };

// Functions of which the second's first argument is the first's result, where steps have them one after the other in long
// programs (normalisation, softmax): a loop of both goes through the nearest cache once. Between the two a value is rounded as ever.

#define POINTWISE_PAIRS(PAIR) \
    PAIR(subtract, square, 2, martlet_square(martlet_subtract(a[i], b[i]))) \
    PAIR(subtract, exp, 2, martlet_exp(martlet_subtract(a[i], b[i]))) \
    PAIR(subtract, multiply, 3, martlet_multiply(martlet_subtract(a[i], b[i]), c[i])) \
    PAIR(negate, multiply_add, 3, martlet_multiply_add(martlet_negate(a[i]), b[i], c[i])) \
    PAIR(multiply_add, relu, 3, martlet_relu(martlet_multiply_add(a[i], b[i], c[i])))

#define POINTWISE_LOOP(name, ...) \
    static void loop_##name(float *out, const float *a, const float *b, const float *c, long count) { \
        (void)b, (void)c; \
        long whole = count & -SIDE_BY_SIDE; \
        _Pragma("clang loop vectorize(assume_safety) interleave_count(4)") for (long i = 0; i < whole; i++) \
            out[i] = __VA_ARGS__; \
        _Pragma("clang loop vectorize(assume_safety) interleave_count(1)") for (long i = whole; i < count; i++) \
            out[i] = __VA_ARGS__; \
    }
#define UNARY(name) POINTWISE_LOOP(name, martlet_##name(a[i]))
#define BINARY(name) POINTWISE_LOOP(name, martlet_##name(a[i], b[i]))
#define TERNARY(name) POINTWISE_LOOP(name, martlet_##name(a[i], b[i], c[i]))
#define PAIR(first, second, arity, ...) POINTWISE_LOOP(first##_##second, __VA_ARGS__)
MARTLET_POINTWISE(UNARY, BINARY, TERNARY)
POINTWISE_PAIRS(PAIR)
#undef UNARY
#undef BINARY
#undef TERNARY
#undef PAIR

static martlet_pointwise_loop pointwise_loop(const char *name, int *arity) {
    static const struct {
        const char *name;
        martlet_pointwise_loop loop;
        int arity;
    } rows[] = {
#define UNARY(name) {#name, loop_##name, 1},
#define BINARY(name) {#name, loop_##name, 2},
#define TERNARY(name) {#name, loop_##name, 3},
#define PAIR(first, second, arity, ...) {#first " " #second, loop_##first##_##second, arity},
        MARTLET_POINTWISE(UNARY, BINARY, TERNARY)
        POINTWISE_PAIRS(PAIR)
#undef UNARY
#undef BINARY
#undef TERNARY
#undef PAIR
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(rows[i].name, name)) continue;
        *arity = rows[i].arity;
        return rows[i].loop;
    }
    return NULL;
}
