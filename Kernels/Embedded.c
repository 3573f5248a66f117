// The text of every kernel and shared header, embedded at compile time: a program needs no files at run time.
// Adding a file is adding its two lines. Editing one rebuilds this file.

#include "martlet_kernels.h"

static const martlet_source sources[] = {
    {"OpenCL/expression.h", (const char[]) {
#embed "OpenCL/expression.h" suffix(, 0)
    }}, {"OpenCL/health.h", (const char[]) {
#embed "OpenCL/health.h" suffix(, 0)
    }}, {"OpenCL/lanes.h", (const char[]) {
#embed "OpenCL/lanes.h" suffix(, 0)
    }}, {"OpenCL/place.h", (const char[]) {
#embed "OpenCL/place.h" suffix(, 0)
    }}, {"OpenCL/random_lanes.h", (const char[]) {
#embed "OpenCL/random_lanes.h" suffix(, 0)
    }}, {"OpenCL/turn.h", (const char[]) {
#embed "OpenCL/turn.h" suffix(, 0)
    }}, {"OpenCL/window.h", (const char[]) {
#embed "OpenCL/window.h" suffix(, 0)
    }}, {"Shared/activation.h", (const char[]) {
#embed "Shared/activation.h" suffix(, 0)
    }}, {"Shared/adam.h", (const char[]) {
#embed "Shared/adam.h" suffix(, 0)
    }}, {"Shared/adaptive_rate.h", (const char[]) {
#embed "Shared/adaptive_rate.h" suffix(, 0)
    }}, {"Shared/arithmetic.h", (const char[]) {
#embed "Shared/arithmetic.h" suffix(, 0)
    }}, {"Shared/augmentation.h", (const char[]) {
#embed "Shared/augmentation.h" suffix(, 0)
    }}, {"Shared/augmentation_settings.h", (const char[]) {
#embed "Shared/augmentation_settings.h" suffix(, 0)
    }}, {"Shared/comparison.h", (const char[]) {
#embed "Shared/comparison.h" suffix(, 0)
    }}, {"Shared/error_function.h", (const char[]) {
#embed "Shared/error_function.h" suffix(, 0)
    }}, {"Shared/exponential.h", (const char[]) {
#embed "Shared/exponential.h" suffix(, 0)
    }}, {"Shared/gated.h", (const char[]) {
#embed "Shared/gated.h" suffix(, 0)
    }}, {"Shared/loss.h", (const char[]) {
#embed "Shared/loss.h" suffix(, 0)
    }}, {"Shared/momentum.h", (const char[]) {
#embed "Shared/momentum.h" suffix(, 0)
    }}, {"Shared/normal_tail.h", (const char[]) {
#embed "Shared/normal_tail.h" suffix(, 0)
    }}, {"Shared/optimizer.h", (const char[]) {
#embed "Shared/optimizer.h" suffix(, 0)
    }}, {"Shared/optimizer_rule.h", (const char[]) {
#embed "Shared/optimizer_rule.h" suffix(, 0)
    }}, {"Shared/permutation.h", (const char[]) {
#embed "Shared/permutation.h" suffix(, 0)
    }}, {"Shared/philox.h", (const char[]) {
#embed "Shared/philox.h" suffix(, 0)
    }}, {"Shared/pointwise.h", (const char[]) {
#embed "Shared/pointwise.h" suffix(, 0)
    }}, {"Shared/prelude.h", (const char[]) {
#embed "Shared/prelude.h" suffix(, 0)
    }}, {"Shared/random.h", (const char[]) {
#embed "Shared/random.h" suffix(, 0)
    }}, {"Shared/sigmoid.h", (const char[]) {
#embed "Shared/sigmoid.h" suffix(, 0)
    }}, {"Shared/step.h", (const char[]) {
#embed "Shared/step.h" suffix(, 0)
    }}, {"Shared/trigonometry.h", (const char[]) {
#embed "Shared/trigonometry.h" suffix(, 0)
    }}, {"Shared/two_sum.h", (const char[]) {
#embed "Shared/two_sum.h" suffix(, 0)
    }}, {"Shared/word.h", (const char[]) {
#embed "Shared/word.h" suffix(, 0)
    }}, {"accumulate.cl", (const char[]) {
#embed "accumulate.cl" suffix(, 0)
    }}, {"argmax.cl", (const char[]) {
#embed "argmax.cl" suffix(, 0)
    }}, {"average_pool2d.cl", (const char[]) {
#embed "average_pool2d.cl" suffix(, 0)
    }}, {"batch_indices.cl", (const char[]) {
#embed "batch_indices.cl" suffix(, 0)
    }}, {"commit.cl", (const char[]) {
#embed "commit.cl" suffix(, 0)
    }}, {"conv2d.cl", (const char[]) {
#embed "conv2d.cl" suffix(, 0)
    }}, {"conv2d_input_gradient.cl", (const char[]) {
#embed "conv2d_input_gradient.cl" suffix(, 0)
    }}, {"conv2d_weight_gradient.cl", (const char[]) {
#embed "conv2d_weight_gradient.cl" suffix(, 0)
    }}, {"copy.cl", (const char[]) {
#embed "copy.cl" suffix(, 0)
    }}, {"finite_scan.cl", (const char[]) {
#embed "finite_scan.cl" suffix(, 0)
    }}, {"gather.cl", (const char[]) {
#embed "gather.cl" suffix(, 0)
    }}, {"gather_gradient.cl", (const char[]) {
#embed "gather_gradient.cl" suffix(, 0)
    }}, {"image_batch.cl", (const char[]) {
#embed "image_batch.cl" suffix(, 0)
    }}, {"limits.cl", (const char[]) {
#embed "limits.cl" suffix(, 0)
    }}, {"matmul.cl", (const char[]) {
#embed "matmul.cl" suffix(, 0)
    }}, {"matmul_groups.cl", (const char[]) {
#embed "matmul_groups.cl" suffix(, 0)
    }}, {"max_pool2d.cl", (const char[]) {
#embed "max_pool2d.cl" suffix(, 0)
    }}, {"one_hot.cl", (const char[]) {
#embed "one_hot.cl" suffix(, 0)
    }}, {"pack.cl", (const char[]) {
#embed "pack.cl" suffix(, 0)
    }}, {"pointwise.cl", (const char[]) {
#embed "pointwise.cl" suffix(, 0)
    }}, {"reduce.cl", (const char[]) {
#embed "reduce.cl" suffix(, 0)
    }}, {"softmax_cross_entropy.cl", (const char[]) {
#embed "softmax_cross_entropy.cl" suffix(, 0)
    }}, {"softmax_cross_entropy_gradient.cl", (const char[]) {
#embed "softmax_cross_entropy_gradient.cl" suffix(, 0)
    }}, {"top_class_match.cl", (const char[]) {
#embed "top_class_match.cl" suffix(, 0)
    }}, {"update.cl", (const char[]) {
#embed "update.cl" suffix(, 0)
    }},
};

const martlet_source *martlet_sources(size_t *count) {
    *count = sizeof sources / sizeof sources[0];
    return sources;
}
