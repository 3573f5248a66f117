// What changes from one replay of a plan to the next. The host writes one of these per step;
// everything else about a launch stays as it was planned. Included by the OpenCL kernels and by C.
//
// Layout: 32 words of 4 bytes, no padding.

#ifndef MARTLET_STEP_H
#define MARTLET_STEP_H

#include "Shared/word.h"

#define MARTLET_STEP_SCALARS 20

typedef struct {
    martlet_word step;          // iterations done before this one, over the whole run
    martlet_word seed_low;      // key of the counter-based generator
    martlet_word seed_high;
    martlet_word shuffle_low;   // key of this epoch's permutation
    martlet_word shuffle_high;
    martlet_word shuffled;      // 1: rows come in permuted order, 0: in stored order
    martlet_word batch_start;   // position in the epoch of the batch's first row
    martlet_word sample_count;  // rows of the data set
    martlet_word reserved[4];
    float scalars[MARTLET_STEP_SCALARS];  // the optimizer's: learning rate, bias corrections, ...
} martlet_step;

#endif
