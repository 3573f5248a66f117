// A handful of metrics a step: not worth a variant for each instruction set.

#include "martlet_cpu.h"

#include "Shared/two_sum.h"

void martlet_accumulate(const float *values, long count, float *sums) {
    for (long i = 0; i < count; ++i) {
        martlet_two_sum(&sums[2 * i], &sums[2 * i + 1], values[i]);
    }
}
