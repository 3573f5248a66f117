// The text of every kernel and shared header, embedded at compile time: a program needs no files at run time.
// Adding a file is adding its two lines. Editing one rebuilds this file.

#include "martlet_kernels.h"

static const martlet_source sources[] = {
    {"Shared/activation.h", (const char[]) {
#embed "Shared/activation.h" suffix(, 0)
    }}, {"Shared/arithmetic.h", (const char[]) {
#embed "Shared/arithmetic.h" suffix(, 0)
    }}, {"Shared/error_function.h", (const char[]) {
#embed "Shared/error_function.h" suffix(, 0)
    }}, {"Shared/exponential.h", (const char[]) {
#embed "Shared/exponential.h" suffix(, 0)
    }}, {"Shared/optimizer.h", (const char[]) {
#embed "Shared/optimizer.h" suffix(, 0)
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
    }}, {"Shared/word.h", (const char[]) {
#embed "Shared/word.h" suffix(, 0)
    }},
};

const martlet_source *martlet_sources(size_t *count) {
    *count = sizeof sources / sizeof sources[0];
    return sources;
}
