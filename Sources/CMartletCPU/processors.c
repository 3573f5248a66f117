// How many processors the process may use, which a container or taskset may have made fewer than there are.

#define _GNU_SOURCE
#include "martlet_cpu.h"

#ifdef __linux__
#include <sched.h>
#endif
#include <unistd.h>

int martlet_cpu_processors(void) {
#ifdef __linux__
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) {
        return CPU_COUNT(&set);
    }
#endif
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}
