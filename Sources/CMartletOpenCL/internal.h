// Shared by the shim's own files: the table of resolved functions and the counters.

#ifndef MARTLET_OPENCL_INTERNAL_H
#define MARTLET_OPENCL_INTERNAL_H

#include "martlet_opencl.h"

/// Every function that Martlet calls; all are part of OpenCL 1.2.
#define MARTLET_CL_FUNCTIONS(X) \
    X(clGetPlatformIDs) \
    X(clGetPlatformInfo) \
    X(clGetDeviceIDs) \
    X(clGetDeviceInfo) \
    X(clCreateContext) \
    X(clReleaseContext) \
    X(clRetainContext) \
    X(clCreateCommandQueue) \
    X(clReleaseCommandQueue) \
    X(clRetainCommandQueue) \
    X(clGetCommandQueueInfo) \
    X(clCreateBuffer) \
    X(clReleaseMemObject) \
    X(clRetainMemObject) \
    X(clGetMemObjectInfo) \
    X(clCreateProgramWithSource) \
    X(clCreateProgramWithBinary) \
    X(clBuildProgram) \
    X(clGetProgramInfo) \
    X(clGetProgramBuildInfo) \
    X(clReleaseProgram) \
    X(clCreateKernel) \
    X(clSetKernelArg) \
    X(clGetKernelWorkGroupInfo) \
    X(clReleaseKernel) \
    X(clGetEventInfo) \
    X(clReleaseEvent) \
    X(clEnqueueNDRangeKernel) \
    X(clEnqueueWriteBuffer) \
    X(clEnqueueReadBuffer) \
    X(clEnqueueCopyBuffer) \
    X(clFlush) \
    X(clFinish) \
    X(clWaitForEvents)

/// Functions that may be missing: NULL in the table then, and the wrapper says CL_INVALID_OPERATION.
#define MARTLET_CL_OPTIONAL_FUNCTIONS(X) \
    X(clEnqueueFillBuffer) \
    X(clEnqueueMarkerWithWaitList) \
    X(clEnqueueBarrierWithWaitList) \
    X(clGetEventProfilingInfo) \
    X(clGetExtensionFunctionAddressForPlatform)

typedef struct {
// `__typeof__` of a declared function makes no reference to its symbol: nothing is left for the linker to find.
#define FIELD(name) __typeof__(name) *name;
    MARTLET_CL_FUNCTIONS(FIELD)
    MARTLET_CL_OPTIONAL_FUNCTIONS(FIELD)
#undef FIELD
} martlet_cl_table;

/// Filled by `martlet_cl_open`, constant from then on.
extern martlet_cl_table martlet_cl;

void martlet_cl_add(martlet_cl_counter counter);

#endif
