// Adds a step's metrics to running sums, and marks the run as unhealthy where the first, the loss, is not finite.
//
// Layout: metrics float; sums pairs of float, the sum and what its rounding has lost. One work-item to a metric.
// No local memory. Order: Knuth's two-sum; the lost parts are added up by themselves.

#include "OpenCL/health.h"
#include "Shared/two_sum.h"

__kernel void accumulate(
    const __global float *metrics, uint metrics_offset, __global float *sums, uint sums_offset,
    volatile __global uint *health, uint health_offset, uint count,
    const __global martlet_step *step) {
    uint index = get_global_id(0);
    if (index >= count) return;
    float value = (metrics + metrics_offset)[index];
    sums += sums_offset + 2u * index;
    martlet_real sum = (martlet_real)(sums[0]), lost = (martlet_real)(sums[1]);
    martlet_two_sum(&sum, &lost, (martlet_real)(value));
    sums[0] = MARTLET_FIRST(sum);
    sums[1] = MARTLET_FIRST(lost);
    if (index == 0u && !isfinite(value)) martlet_mark(health + health_offset, step, 0u);
}
