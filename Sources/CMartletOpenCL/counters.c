// Counts of calls: how the promise "a step sets no argument, allocates nothing and waits once" is kept honest.

#include "internal.h"

#include <stdatomic.h>

static _Atomic uint64_t all_threads[MARTLET_CL_COUNTERS];
static _Thread_local uint64_t this_thread[MARTLET_CL_COUNTERS];

void martlet_cl_add(martlet_cl_counter counter) {
    atomic_fetch_add_explicit(&all_threads[counter], 1, memory_order_relaxed);
    this_thread[counter]++;
}

uint64_t martlet_cl_count(martlet_cl_counter counter) {
    return atomic_load_explicit(&all_threads[counter], memory_order_relaxed);
}

uint64_t martlet_cl_thread_count(martlet_cl_counter counter) { return this_thread[counter]; }

void martlet_cl_reset_counts(void) {
    for (int i = 0; i < MARTLET_CL_COUNTERS; i++) atomic_store_explicit(&all_threads[i], 0, memory_order_relaxed);
}
