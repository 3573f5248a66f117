// The record of a run's first non-finite value: two words, step and place, all ones while there is none. OpenCL C alone.

#ifndef MARTLET_HEALTH_H
#define MARTLET_HEALTH_H

#include "OpenCL/lanes.h"
#include "Shared/step.h"

// The first word while there is nothing to report.
#define MARTLET_SOUND 0xffffffffu

// Records a place of this step, unless an earlier step was recorded. Integer atomics: whatever the order in which
// work-items come here, the lowest place stays.
MARTLET_FUNCTION void martlet_mark(volatile __global uint *health, const __global martlet_step *step, uint place) {
    uint first = atomic_cmpxchg(health, MARTLET_SOUND, step->step);
    if (first == MARTLET_SOUND || first == step->step) atomic_min(health + 1, place);
}

#endif
