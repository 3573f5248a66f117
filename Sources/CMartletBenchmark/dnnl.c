// oneDNN 2: its single-precision product, and convolutions in its own blocked layouts, in NHWC and in NCHW. The types of
// convolutions come from its headers, where they are installed when this is built; functions are looked up at run time.

#define _POSIX_C_SOURCE 200809L

#include "library.h"
#include "martlet_benchmark.h"

#include <stdlib.h>

#if __has_include(<dnnl.h>)
#include <dnnl.h>
#if DNNL_VERSION_MAJOR == 2
#define HAS_CONVOLUTIONS 1
#endif
#endif

typedef struct {
    int major, minor, patch;
    const char *hash;
    unsigned cpu_runtime, gpu_runtime;
} version_head;

static int (*sgemm)(
    char, char, int64_t, int64_t, int64_t, float, const float *, int64_t, const float *, int64_t, float, float *, int64_t);
static void *library;

#if HAS_CONVOLUTIONS
#define FUNCTIONS(X) \
    X(dnnl_engine_create) \
    X(dnnl_stream_create) \
    X(dnnl_stream_wait) \
    X(dnnl_memory_desc_init_by_tag) \
    X(dnnl_memory_create) \
    X(dnnl_memory_destroy) \
    X(dnnl_memory_get_memory_desc) \
    X(dnnl_convolution_forward_desc_init) \
    X(dnnl_convolution_backward_data_desc_init) \
    X(dnnl_convolution_backward_weights_desc_init) \
    X(dnnl_primitive_desc_create) \
    X(dnnl_primitive_desc_destroy) \
    X(dnnl_primitive_desc_query_md) \
    X(dnnl_reorder_primitive_desc_create) \
    X(dnnl_primitive_create) \
    X(dnnl_primitive_destroy) \
    X(dnnl_primitive_execute)

static struct {
#define FIELD(name) __typeof__(name) *name;
    FUNCTIONS(FIELD)
#undef FIELD
    dnnl_engine_t engine;
    dnnl_stream_t stream;
} dnnl;

static int open_convolutions(char *message, size_t size) {
#define RESOLVE(name) \
    if (!resolve(library, #name, &dnnl.name, message, size)) return 0;
    FUNCTIONS(RESOLVE)
#undef RESOLVE
    return dnnl.dnnl_engine_create(&dnnl.engine, dnnl_cpu, 0) == dnnl_success
        && dnnl.dnnl_stream_create(&dnnl.stream, dnnl.engine, dnnl_stream_default_flags) == dnnl_success;
}
#endif

bool martlet_dnnl_open(int threads, char *message, size_t size) {
    if (!sgemm) {
        char count[16];
        snprintf(count, sizeof count, "%d", threads);
        setenv("OMP_NUM_THREADS", count, 1);
        // Version 3 keeps the product and has other convolutions.
        library = open_library((const char *const[]){"libdnnl.so.2", "libdnnl.so.3", NULL}, message, size);
        if (!library || !resolve(library, "dnnl_sgemm", &sgemm, message, size)) return false;
    }
    const void *(*version)(void);
    if (!resolve(library, "dnnl_version", &version, message, size)) return false;
    const version_head *head = version();
    const char *convolutions = "without convolutions (its headers were not there when this was built)";
#if HAS_CONVOLUTIONS
    if (head->major == 2 && (dnnl.engine || open_convolutions(message, size))) convolutions = "with convolutions";
#endif
    snprintf(message, size, "%d.%d.%d, %s", head->major, head->minor, head->patch, convolutions);
    return true;
}

bool martlet_dnnl_sgemm(const martlet_opponent_product *p) {
    return sgemm(
               p->transpose_a ? 'T' : 'N', p->transpose_b ? 'T' : 'N', p->m, p->n, p->k, 1, p->a,
               p->transpose_a ? p->m : p->k, p->b, p->transpose_b ? p->k : p->n, 0, p->c, p->n)
        == 0;
}

#if HAS_CONVOLUTIONS

struct martlet_dnnl_conv {
    dnnl_primitive_t primitive;
    dnnl_memory_t memories[3];  // two operands, the result
    dnnl_exec_arg_t arguments[3];
    /// What the result is to be read as.
    dnnl_memory_desc_t result;
};

bool martlet_dnnl_has_conv(void) { return dnnl.engine != NULL; }

static bool reorder(dnnl_memory_t from, const dnnl_memory_desc_t *from_type, dnnl_memory_t to, const dnnl_memory_desc_t *to_type) {
    dnnl_primitive_desc_t description;
    if (dnnl.dnnl_reorder_primitive_desc_create(&description, from_type, dnnl.engine, to_type, dnnl.engine, NULL)) return false;
    dnnl_primitive_t primitive;
    dnnl_status_t status = dnnl.dnnl_primitive_create(&primitive, description);
    dnnl.dnnl_primitive_desc_destroy(description);
    if (status) return false;
    dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
    status = dnnl.dnnl_primitive_execute(primitive, dnnl.stream, 2, arguments);
    if (!status) status = dnnl.dnnl_stream_wait(dnnl.stream);
    dnnl.dnnl_primitive_destroy(primitive);
    return !status;
}

static dnnl_memory_desc_t described(const dnnl_dims_t dims, dnnl_format_tag_t tag) {
    dnnl_memory_desc_t type;
    memset(&type, 0, sizeof type);
    dnnl.dnnl_memory_desc_init_by_tag(&type, 4, dims, dnnl_f32, tag);
    return type;
}

/// The primitive for tensors that may be in any layout where their tag is `dnnl_format_tag_any`.
static dnnl_primitive_desc_t describe(
    martlet_conv_kind kind, const martlet_conv_extents *e, const dnnl_memory_desc_t *images, const dnnl_memory_desc_t *weights,
    const dnnl_memory_desc_t *results
) {
    dnnl_dims_t strides = {e->stride, e->stride}, padding = {e->padding, e->padding};
    dnnl_convolution_desc_t forward, backward;
    dnnl_primitive_desc_t hint, description = NULL;
    if (dnnl.dnnl_convolution_forward_desc_init(
            &forward, dnnl_forward_training, dnnl_convolution_direct, images, weights, NULL, results, strides, padding, padding)
        || dnnl.dnnl_primitive_desc_create(&hint, &forward, NULL, dnnl.engine, NULL))
        return NULL;
    if (kind == MARTLET_CONV_FORWARD) return hint;
    dnnl_status_t status = kind == MARTLET_CONV_INPUT_GRADIENT
        ? dnnl.dnnl_convolution_backward_data_desc_init(
              &backward, dnnl_convolution_direct, images, weights, results, strides, padding, padding)
        : dnnl.dnnl_convolution_backward_weights_desc_init(
              &backward, dnnl_convolution_direct, images, weights, NULL, results, strides, padding, padding);
    if (!status) status = dnnl.dnnl_primitive_desc_create(&description, &backward, NULL, dnnl.engine, hint);
    dnnl.dnnl_primitive_desc_destroy(hint);
    return status ? NULL : description;
}

martlet_dnnl_conv *martlet_dnnl_conv_create(
    martlet_conv_kind kind, martlet_conv_layout layout, const martlet_conv_extents *e, const float *first, const float *second
) {
    dnnl_dims_t image_dims = {e->images, e->channels, e->height, e->width};
    dnnl_dims_t weight_dims = {e->result_channels, e->channels, e->kernel, e->kernel};
    dnnl_dims_t result_dims = {e->images, e->result_channels, e->result_height, e->result_width};
    dnnl_format_tag_t tag =
        layout == MARTLET_LAYOUT_NHWC ? dnnl_nhwc : layout == MARTLET_LAYOUT_NCHW ? dnnl_nchw : dnnl_format_tag_any;
    dnnl_memory_desc_t any[] = {
        described(image_dims, tag), described(weight_dims, dnnl_format_tag_any), described(result_dims, tag)};
    dnnl_memory_desc_t ours[] = {
        described(image_dims, dnnl_nhwc), described(weight_dims, dnnl_hwio), described(result_dims, dnnl_nhwc)};

    dnnl_primitive_desc_t description = describe(kind, e, &any[0], &any[1], &any[2]);
    if (!description) return NULL;
    // Of images, weights and results, which are the two operands and the result; what oneDNN calls them.
    static const struct {
        int tensors[3];
        dnnl_query_t queries[3];
        int arguments[3];
    } roles[] = {
        {{0, 1, 2}, {dnnl_query_src_md, dnnl_query_weights_md, dnnl_query_dst_md}, {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST}},
        {{2, 1, 0},
         {dnnl_query_diff_dst_md, dnnl_query_weights_md, dnnl_query_diff_src_md},
         {DNNL_ARG_DIFF_DST, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_SRC}},
        {{0, 2, 1},
         {dnnl_query_src_md, dnnl_query_diff_dst_md, dnnl_query_diff_weights_md},
         {DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_WEIGHTS}},
    };
    martlet_dnnl_conv *conv = calloc(1, sizeof *conv);
    bool done = conv && !dnnl.dnnl_primitive_create(&conv->primitive, description);
    const float *values[] = {first, second};
    for (int i = 0; i < 3 && done; i++) {
        const dnnl_memory_desc_t *type = dnnl.dnnl_primitive_desc_query_md(description, roles[kind].queries[i], 0);
        const dnnl_memory_desc_t *own = &ours[roles[kind].tensors[i]];
        done = type && !dnnl.dnnl_memory_create(&conv->memories[i], type, dnnl.engine, DNNL_MEMORY_ALLOCATE);
        if (!done) break;
        conv->arguments[i] = (dnnl_exec_arg_t){roles[kind].arguments[i], conv->memories[i]};
        if (i == 2) {
            conv->result = *own;
            break;
        }
        dnnl_memory_t given;
        done = !dnnl.dnnl_memory_create(&given, own, dnnl.engine, (void *)values[i]);
        if (!done) break;
        done = reorder(given, own, conv->memories[i], type);
        dnnl.dnnl_memory_destroy(given);
    }
    dnnl.dnnl_primitive_desc_destroy(description);
    if (done) return conv;
    martlet_dnnl_conv_destroy(conv);
    return NULL;
}

bool martlet_dnnl_conv_run(martlet_dnnl_conv *conv) {
    return !dnnl.dnnl_primitive_execute(conv->primitive, dnnl.stream, 3, conv->arguments) && !dnnl.dnnl_stream_wait(dnnl.stream);
}

bool martlet_dnnl_conv_read(martlet_dnnl_conv *conv, float *result) {
    const dnnl_memory_desc_t *type;
    if (dnnl.dnnl_memory_get_memory_desc(conv->memories[2], &type)) return false;
    dnnl_memory_t target;
    if (dnnl.dnnl_memory_create(&target, &conv->result, dnnl.engine, result)) return false;
    bool done = reorder(conv->memories[2], type, target, &conv->result);
    dnnl.dnnl_memory_destroy(target);
    return done;
}

void martlet_dnnl_conv_destroy(martlet_dnnl_conv *conv) {
    if (!conv) return;
    for (int i = 0; i < 3; i++)
        if (conv->memories[i]) dnnl.dnnl_memory_destroy(conv->memories[i]);
    if (conv->primitive) dnnl.dnnl_primitive_destroy(conv->primitive);
    free(conv);
}

#else

bool martlet_dnnl_has_conv(void) { return false; }
martlet_dnnl_conv *martlet_dnnl_conv_create(
    martlet_conv_kind kind, martlet_conv_layout layout, const martlet_conv_extents *e, const float *first, const float *second
) {
    (void)kind, (void)layout, (void)e, (void)first, (void)second;
    return NULL;
}
bool martlet_dnnl_conv_run(martlet_dnnl_conv *conv) { return (void)conv, false; }
bool martlet_dnnl_conv_read(martlet_dnnl_conv *conv, float *result) { return (void)conv, (void)result, false; }
void martlet_dnnl_conv_destroy(martlet_dnnl_conv *conv) { (void)conv; }

#endif
