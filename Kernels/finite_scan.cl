// Looks for a value that is not finite and records the lowest place, counted from 1 (0 is the loss).
//
// Layout: count floats. Width 16: one work-item to `chunk` elements, a multiple of 16, work-groups of one. Width 1: one
// work-item to an element. No local memory.

#include "OpenCL/health.h"

__kernel void finite_scan(
    const __global float *values, uint values_offset, uint count, uint chunk,
    volatile __global uint *health, uint health_offset, const __global martlet_step *step) {
    values += values_offset;
    health += health_offset;
#if MARTLET_WIDTH == 1
    uint index = get_global_id(0);
    if (index < count && !isfinite(values[index])) martlet_mark(health, step, index + 1u);
#else
    uint first = get_global_id(0) * chunk;
    uint end = first + min(chunk, count - first);
    // Its exponent's bits are all ones. Lane by lane: to look at all lanes of each vector would take most of the time.
    int16 found = 0;
    uint next = first;
    for (; next + 16u <= end; next += 16u) found |= (as_uint16(vload16(0, values + next)) & 0x7f800000u) == 0x7f800000u;
    if (next < end) found |= (as_uint16(martlet_load(values + next, end - next)) & 0x7f800000u) == 0x7f800000u;
    if (!any(found)) return;
    while (isfinite(values[first])) ++first;
    martlet_mark(health, step, first + 1u);
#endif
}
