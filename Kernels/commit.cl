// Copies the staged running statistics over the ones in use, unless the run is unhealthy.
//
// Layout: count floats. One work-item to 16 elements at width 16, to one at width 1. No local memory.

#include "OpenCL/health.h"
#include "OpenCL/lanes.h"

__kernel void commit(
    const __global float *staged, uint staged_offset, const __global uint *health, uint health_offset,
    __global float *state, uint state_offset, uint count) {
    uint first = get_global_id(0) * MARTLET_WIDTH;
    if (first >= count || (health + health_offset)[0] != MARTLET_SOUND) return;
    uint lanes = martlet_lanes(first, count);
    martlet_store(martlet_load(staged + staged_offset + first, lanes), state + state_offset + first, lanes);
}
