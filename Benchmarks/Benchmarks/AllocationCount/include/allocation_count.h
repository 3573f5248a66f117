// How often this process has asked for memory.

#ifndef ALLOCATION_COUNT_H
#define ALLOCATION_COUNT_H

#include <stdint.h>

/// Calls of malloc, calloc, realloc and their aligned kin by all threads, and the bytes that they asked for.
/// 0 where the C library is not glibc, whose functions are counted.
uint64_t allocation_count(void);
uint64_t allocation_bytes(void);

#endif
