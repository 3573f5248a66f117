// One optimizer step over the parameter arena, unless the run is unhealthy.
//
// Layout: parameters, gradients and states alike; blocks of any number of elements, none across two segments, as
// (offset, count, rate scale, decay scale), the scales as bits of floats. Elements outside every block stay.
// Width 16: one work-item to a block, work-groups of one. Width 1: a work-group to a block.
// RULE: a rule of Shared/optimizer.h; STATES: how many states it keeps. No local memory.
// Order: every element by itself.

#include "OpenCL/health.h"
#include "OpenCL/lanes.h"
#include "Shared/optimizer.h"

#ifndef RULE
#define RULE sgd
#define STATES 0
#endif

__kernel void update(
    __global float *parameters, uint parameters_offset, const __global float *gradients, uint gradients_offset,
    __global float *states0, uint states0_offset, __global float *states1, uint states1_offset,
    __global float *states2, uint states2_offset, const __global uint *health, uint health_offset,
    const __global uint4 *blocks, const __global martlet_step *step) {
    if ((health + health_offset)[0] != MARTLET_SOUND) return;
    uint4 block = blocks[get_group_id(0)];
    float rate_scale = as_float(block.z), decay_scale = as_float(block.w);
    // Not martlet_load_scalars: Oclgrind does not know what becomes of a returned structure when it is inlined.
    martlet_scalars scalars;
    for (int slot = 0; slot < MARTLET_STEP_SCALARS; ++slot) scalars.value[slot] = step->scalars[slot];
    for (uint i = get_local_id(0) * MARTLET_WIDTH; i < block.y; i += get_local_size(0) * MARTLET_WIDTH) {
        uint index = block.x + i, lanes = martlet_lanes(i, block.y);
        __global float *target = parameters + parameters_offset + index;
        martlet_real parameter = martlet_load(target, lanes);
        martlet_real gradient = martlet_load(gradients + gradients_offset + index, lanes);
        martlet_real state0 = (martlet_real)(0.0f), state1 = (martlet_real)(0.0f), state2 = (martlet_real)(0.0f);
#if STATES > 0
        state0 = martlet_load(states0 + states0_offset + index, lanes);
#endif
#if STATES > 1
        state1 = martlet_load(states1 + states1_offset + index, lanes);
#endif
#if STATES > 2
        state2 = martlet_load(states2 + states2_offset + index, lanes);
#endif
        MARTLET_JOIN(martlet_update_, RULE)(
            &parameter, gradient, &state0, &state1, &state2, scalars, rate_scale, decay_scale);
        martlet_store(parameter, target, lanes);
#if STATES > 0
        martlet_store(state0, states0 + states0_offset + index, lanes);
#endif
#if STATES > 1
        martlet_store(state1, states1 + states1_offset + index, lanes);
#endif
#if STATES > 2
        martlet_store(state2, states2 + states2_offset + index, lanes);
#endif
    }
}
