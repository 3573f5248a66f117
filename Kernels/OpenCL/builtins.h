// The builtin functions that kernels call, in the place of Clang's opencl-c.h, which declares them all: reading its 900 KB is
// most of what PoCL takes to build a program (see OpenCLProgram+Builtins.swift). OpenCL C alone.
//
// A kernel that calls another function is built with Clang's header. Names, types and attributes are Clang's, so that the
// same functions are called.

#ifndef MARTLET_BUILTINS_H
#define MARTLET_BUILTINS_H

#define MARTLET_PLAIN __attribute__((overloadable))
#define MARTLET_CONST __attribute__((overloadable, const))
#define MARTLET_PURE __attribute__((overloadable, pure))
#define MARTLET_CONVERGENT __attribute__((overloadable, convergent))

size_t MARTLET_CONST get_global_id(uint);
size_t MARTLET_CONST get_global_size(uint);
size_t MARTLET_CONST get_group_id(uint);
size_t MARTLET_CONST get_local_id(uint);
size_t MARTLET_CONST get_local_size(uint);
size_t MARTLET_CONST get_num_groups(uint);

void MARTLET_CONVERGENT barrier(cl_mem_fence_flags);
uint MARTLET_PLAIN atomic_cmpxchg(volatile __global uint *, uint, uint);
uint MARTLET_PLAIN atomic_min(volatile __global uint *, uint);

#define MARTLET_BUILTINS_OF_REALS(real) \
    real MARTLET_CONST fma(real, real, real); \
    real MARTLET_CONST sqrt(real); \
    real MARTLET_CONST rint(real); \
    real MARTLET_CONST fabs(real); \
    real MARTLET_CONST min(real, real); \
    real MARTLET_CONST max(real, real);
MARTLET_BUILTINS_OF_REALS(float)
MARTLET_BUILTINS_OF_REALS(float16)
int MARTLET_CONST isfinite(float);
int MARTLET_CONST any(int16);

int MARTLET_CONST min(int, int);
int MARTLET_CONST max(int, int);
uint MARTLET_CONST min(uint, uint);
uint MARTLET_CONST max(uint, uint);
ulong MARTLET_CONST min(ulong, ulong);
ulong MARTLET_CONST max(ulong, ulong);

float MARTLET_CONST convert_float(int);
float MARTLET_CONST convert_float(uint);
int MARTLET_CONST convert_int(float);
float16 MARTLET_CONST convert_float16(uchar16);
float16 MARTLET_CONST convert_float16(int16);
float16 MARTLET_CONST convert_float16(uint16);
int16 MARTLET_CONST convert_int16(float16);
uint8 MARTLET_CONST convert_uint8(ulong8);
ulong8 MARTLET_CONST convert_ulong8(uint8);

#define MARTLET_MOVES(scalar, vector, width) \
    vector MARTLET_PURE vload##width(size_t, const __global scalar *); \
    vector MARTLET_PURE vload##width(size_t, const scalar *); \
    void MARTLET_PLAIN vstore##width(vector, size_t, __global scalar *); \
    void MARTLET_PLAIN vstore##width(vector, size_t, scalar *);
MARTLET_MOVES(float, float2, 2)
MARTLET_MOVES(float, float4, 4)
MARTLET_MOVES(float, float8, 8)
MARTLET_MOVES(float, float16, 16)
MARTLET_MOVES(int, int16, 16)
MARTLET_MOVES(uint, uint16, 16)
MARTLET_MOVES(uchar, uchar16, 16)

#endif
