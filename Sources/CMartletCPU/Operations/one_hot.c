// Labels as rows of zeros with a 1 at the label.
//
// Arguments: labels, result rows x classes, classes, whether a label is ignored, that label. Items: rows.

#include "operation.h"

KERNEL(one_hot, MARTLET_MEMORY, MARTLET_MEMORY, MARTLET_COUNT, MARTLET_COUNT, MARTLET_COUNT) {
    const int32_t *labels = arguments[0].memory;
    long classes = arguments[2].count, ignores = arguments[3].count, ignored = arguments[4].count;
    for (long row = first; row < end; row++) {
        float *out = (float *)arguments[1].memory + row * classes;
        long label = labels[row];
        bool is_ignored = ignores && label == ignored, is_known = label >= 0 && label < classes;
        float value = is_known || is_ignored ? 0 : NAN;
        for (long i = 0; i < classes; i++) out[i] = value;
        if (is_known && !is_ignored) out[label] = 1;
    }
}
