// A 32-bit word, and one that holds a product of two: what the host and a device exchange, and what the random generator is
// made of.

#ifndef MARTLET_WORD_H
#define MARTLET_WORD_H

// An OpenCL driver defines the first of these, a compiler that only checks the syntax the second.
#if defined(__OPENCL_VERSION__) || defined(__OPENCL_C_VERSION__)
#define MARTLET_OPENCL
#endif

#ifdef MARTLET_OPENCL
typedef uint martlet_word;
typedef ulong martlet_wide;
#else
#include <stdint.h>
typedef uint32_t martlet_word;
typedef uint64_t martlet_wide;
#endif

#endif
