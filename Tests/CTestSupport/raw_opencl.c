#include "raw_opencl.h"

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <dlfcn.h>
#include <stdlib.h>

struct raw_opencl {
    cl_context context;
    cl_command_queue queue;
};

static void *library(void) { return dlopen("libOpenCL.so.1", RTLD_NOW | RTLD_LOCAL); }
#define CALL(name) ((__typeof__(name) *)dlsym(library(), #name))

raw_opencl *raw_opencl_create(int platform, int device, int out_of_order) {
    cl_platform_id platforms[16];
    cl_device_id devices[16];
    cl_uint count = 0;
    if (!library() || CALL(clGetPlatformIDs)(16, platforms, &count) != CL_SUCCESS || platform >= (int)count) return NULL;
    if (CALL(clGetDeviceIDs)(platforms[platform], CL_DEVICE_TYPE_ALL, 16, devices, &count) != CL_SUCCESS) return NULL;
    if (device >= (int)count) return NULL;
    cl_int status = CL_SUCCESS;
    cl_context context = CALL(clCreateContext)(NULL, 1, &devices[device], NULL, NULL, &status);
    if (status != CL_SUCCESS) return NULL;
    cl_command_queue queue = CALL(clCreateCommandQueue)(
        context, devices[device], out_of_order ? CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE : 0, &status);
    if (status != CL_SUCCESS) {
        CALL(clReleaseContext)(context);
        return NULL;
    }
    raw_opencl *raw = malloc(sizeof *raw);
    if (raw) *raw = (raw_opencl){context, queue};
    return raw;
}

void raw_opencl_destroy(raw_opencl *raw) {
    CALL(clReleaseCommandQueue)(raw->queue);
    CALL(clReleaseContext)(raw->context);
    free(raw);
}

cl_context raw_opencl_context(raw_opencl *raw) { return raw->context; }
cl_command_queue raw_opencl_queue(raw_opencl *raw) { return raw->queue; }

cl_mem raw_opencl_buffer(raw_opencl *raw, const float *values, int count) {
    return CALL(clCreateBuffer)(
        raw->context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, sizeof(float) * (size_t)count, (void *)values, NULL);
}

int raw_opencl_read(raw_opencl *raw, cl_mem memory, float *values, int count) {
    return CALL(clEnqueueReadBuffer)(
        raw->queue, memory, CL_TRUE, 0, sizeof(float) * (size_t)count, values, 0, NULL, NULL);
}

void raw_opencl_release(cl_mem memory) { CALL(clReleaseMemObject)(memory); }
