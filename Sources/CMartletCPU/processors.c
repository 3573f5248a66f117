// How many processors the process may use, which a container or taskset may have made fewer than there are, and their caches.

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

long martlet_cache_bytes(int level) {
    long bytes = 0;
#if defined(_SC_LEVEL1_DCACHE_SIZE)
    bytes = sysconf(level == 1 ? _SC_LEVEL1_DCACHE_SIZE : level == 2 ? _SC_LEVEL2_CACHE_SIZE : _SC_LEVEL3_CACHE_SIZE);
#endif
    if (bytes <= 0) return level == 1 ? 32 << 10 : level == 2 ? 512 << 10 : 8 << 20;
    // Virtual machines report the sum of all the third-level caches of their host; one of them is seldom larger.
    return level == 3 && bytes > 32 << 20 ? 32 << 20 : bytes;
}
