// The convolution of images n x h x w x channels with weights kernel height x kernel width x channels of a group x output
// channels, and its gradients: which method does it.

#include "conv2d_image.h"

#include "conv2d_rows.h"

#include "conv2d_weights.h"

/// A kernel of one element, one group, no stride and no padding: pixels are rows of a matrix.
static bool conv2d_is_product(const martlet_conv2d_arguments *p) {
    const martlet_window_axis *axes[] = {&p->window.height, &p->window.width};
    for (int i = 0; i < 2; i++)
        if (axes[i]->size != 1 || axes[i]->stride != 1 || axes[i]->before != 0 || axes[i]->places != axes[i]->extent) return false;
    return p->groups == 1;
}

static martlet_gemm_arguments conv2d_product(const martlet_conv2d_arguments *p) {
    long positions = p->window.height.extent * p->window.width.extent, pixels = p->images * positions;
    martlet_gemm_arguments product = {
        .m = pixels, .alpha = 1, .epilogue = p->epilogue, .epilogue_context = p->epilogue_context, .scratch = p->scratch};
    switch (p->pass) {
    case MARTLET_CONV2D_FORWARD:
        product.n = product.b_stride = product.c_stride = p->output_channels;
        product.k = product.a_stride = product.segment_length = p->channels;
        product.a = p->x, product.b = p->weights, product.c = p->y;
        break;
    case MARTLET_CONV2D_INPUT_GRADIENT:
        product.n = product.c_stride = p->channels;
        product.k = product.a_stride = product.b_stride = product.segment_length = p->output_channels;
        product.transpose_b = true;
        product.a = p->dy, product.b = p->weights, product.c = p->dx;
        break;
    case MARTLET_CONV2D_WEIGHT_GRADIENT:
        product.m = product.a_stride = p->channels;
        product.n = product.b_stride = product.c_stride = p->output_channels;
        product.k = pixels;
        product.transpose_a = true;
        product.segment_length = longer(p->segment_images * positions, 1);
        product.a = p->x, product.b = p->dy, product.c = p->dweights;
        break;
    }
    return product;
}

static size_t conv2d_scratch_bytes(const martlet_conv2d_arguments *p, int threads) {
    if (conv2d_is_product(p)) {
        martlet_gemm_arguments product = conv2d_product(p);
        return cache_lines(gemm_scratch_bytes(&product, threads));
    }
    if (p->pass == MARTLET_CONV2D_WEIGHT_GRADIENT) {
        conv2d_weights job = conv2d_weights_plan(p, threads);
        return conv2d_sums_bytes(&job) + conv2d_weights_worker_bytes(&job) * threads;
    }
    conv2d_rows job = conv2d_rows_plan(p, threads);
    return conv2d_panels_bytes(&job) + conv2d_rows_worker_bytes(&job) * threads;
}

static void conv2d(martlet_pool *pool, const martlet_conv2d_arguments *p) {
    if (conv2d_is_product(p)) {
        martlet_gemm_arguments product = conv2d_product(p);
        gemm_run(pool, &product);
    } else if (p->pass == MARTLET_CONV2D_WEIGHT_GRADIENT) {
        conv2d_weights_run(pool, p);
    } else {
        conv2d_rows_run(pool, p);
    }
}
