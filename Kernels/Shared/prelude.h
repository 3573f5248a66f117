// The language of the formulas: the common subset of C23 (clang) and OpenCL C 1.2.
//
// A formula is written once, over martlet_real. That is float, except in OpenCL C compiled with
// -D MARTLET_WIDTH=2, 4, 8 or 16, where it is float2 ... float16. Every lane is computed by the same operations.
//
// The rules that make the bits equal everywhere:
// - contraction is off, and every multiply-add that is meant is written MARTLET_FMA;
// - only operations that IEEE 754 rounds correctly: + - * / fma, square root, rounding to an integer;
// - no branches, only selects; conditions are joined by & and |, since a vector condition has no && and ||;
// - no formula lets the sign of a zero matter: -0 and +0 are one value. NaN in, NaN out;
// - no float is converted to an integer that cannot hold it.

#ifndef MARTLET_PRELUDE_H
#define MARTLET_PRELUDE_H

#include "Shared/word.h"

#ifndef MARTLET_WIDTH
#define MARTLET_WIDTH 1
#endif

// A file uses only some of the functions that its headers define. In C they must be inlined, or a loop compiled for
// wider vectors would call the version for the baseline processor.
#if defined(MARTLET_OPENCL) && defined(__clang__)
#define MARTLET_FUNCTION static inline __attribute__((unused))
#elif defined(MARTLET_OPENCL)
#define MARTLET_FUNCTION static inline
#else
#define MARTLET_FUNCTION static inline __attribute__((unused, always_inline))
#endif

#define MARTLET_JOIN(a, b) MARTLET_JOIN_EXPANDED(a, b)
#define MARTLET_JOIN_EXPANDED(a, b) a##b

#ifdef MARTLET_OPENCL

#pragma OPENCL FP_CONTRACT OFF

#if MARTLET_WIDTH == 1
#define MARTLET_TYPE(scalar) scalar
#define MARTLET_FIRST(x) (x)
#else
#define MARTLET_TYPE(scalar) MARTLET_JOIN(scalar, MARTLET_WIDTH)
#define MARTLET_FIRST(x) ((x).s0)
#endif

#define MARTLET_GLOBAL __global

typedef MARTLET_TYPE(float) martlet_real;
typedef MARTLET_TYPE(int) martlet_int;
typedef MARTLET_TYPE(uint) martlet_uint;

// fma(a, b, c) = a * b + c, rounded once.
#define MARTLET_FMA(a, b, c) fma((martlet_real)(a), (martlet_real)(b), (martlet_real)(c))
#define MARTLET_SQRT(x) sqrt((martlet_real)(x))
#define MARTLET_ABSOLUTE(x) fabs((martlet_real)(x))
// To the nearest integer, halfway cases to the even one; stays a real.
#define MARTLET_ROUND(x) rint((martlet_real)(x))
// The bits of a value, read as another type.
#define MARTLET_AS_REAL(x) MARTLET_TYPE(as_float)(x)
#define MARTLET_AS_INT(x) MARTLET_TYPE(as_int)(x)
#define MARTLET_AS_UINT(x) MARTLET_TYPE(as_uint)(x)
// The value, converted. To an integer: towards zero, and only of a value that the integer can hold.
#define MARTLET_TO_REAL(x) MARTLET_TYPE(convert_float)(x)
#define MARTLET_TO_INT(x) MARTLET_TYPE(convert_int)(x)
// The upper half of the 64-bit product of two words.
// (Written out because PoCL makes its own mul_hi of 16-bit products.)
#define MARTLET_MULHI(a, b) ((uint)(((ulong)(a) * (ulong)(b)) >> 32))

#else

#include <stdint.h>

#if MARTLET_WIDTH != 1
#error "MARTLET_WIDTH is for OpenCL C; in C the loops over these functions are vectorised by the compiler"
#endif

#pragma STDC FP_CONTRACT OFF

#define MARTLET_FIRST(x) (x)
#define MARTLET_GLOBAL

typedef float martlet_real;
typedef int32_t martlet_int;
typedef uint32_t martlet_uint;

// The elementwise builtins, unlike __builtin_fmaf and __builtin_sqrtf, never become library calls in a loop
// where the processor has the instruction.
#define MARTLET_FMA(a, b, c) __builtin_elementwise_fma((float)(a), (float)(b), (float)(c))
#define MARTLET_SQRT(x) __builtin_elementwise_sqrt((float)(x))
#define MARTLET_ABSOLUTE(x) __builtin_elementwise_abs((float)(x))
#define MARTLET_ROUND(x) __builtin_elementwise_rint((float)(x))
#define MARTLET_AS_REAL(x) martlet_as_real((uint32_t)(x))
#define MARTLET_AS_INT(x) ((int32_t)martlet_as_uint(x))
#define MARTLET_AS_UINT(x) martlet_as_uint(x)
#define MARTLET_TO_REAL(x) ((float)(x))
#define MARTLET_TO_INT(x) ((int32_t)(x))
#define MARTLET_MULHI(a, b) ((uint32_t)(((uint64_t)(uint32_t)(a) * (uint32_t)(b)) >> 32))

MARTLET_FUNCTION float martlet_as_real(uint32_t bits) {
    float value;
    __builtin_memcpy(&value, &bits, sizeof value);
    return value;
}

MARTLET_FUNCTION uint32_t martlet_as_uint(float value) {
    uint32_t bits;
    __builtin_memcpy(&bits, &value, sizeof bits);
    return bits;
}

#endif

// Lane by lane: yes where the condition holds, else no. Both are computed.
#define MARTLET_SELECT(condition, yes, no) ((condition) ? (martlet_real)(yes) : (martlet_real)(no))
#define MARTLET_SELECT_INT(condition, yes, no) ((condition) ? (martlet_int)(yes) : (martlet_int)(no))

#define MARTLET_INFINITY MARTLET_AS_REAL((martlet_uint)(0x7f800000u))
#define MARTLET_NAN MARTLET_AS_REAL((martlet_uint)(0x7fc00000u))

// Both zeros become +0, so that what is divided by them has one value. (An added +0 may be folded away.)
MARTLET_FUNCTION martlet_real martlet_unsigned_zero(martlet_real x) {
    return MARTLET_SELECT(x == 0.0f, 0.0f, x);
}

#endif
