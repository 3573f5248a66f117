// What there is on this machine, and the making and releasing of objects.

#include "internal.h"

cl_int martlet_cl_platforms(cl_uint capacity, cl_platform_id *platforms, cl_uint *count) {
    return martlet_cl.clGetPlatformIDs(capacity, platforms, count);
}

cl_int martlet_cl_platform_info(
    cl_platform_id platform, cl_platform_info property, size_t size, void *value, size_t *needed) {
    return martlet_cl.clGetPlatformInfo(platform, property, size, value, needed);
}

cl_int martlet_cl_devices(cl_platform_id platform, cl_uint capacity, cl_device_id *devices, cl_uint *count) {
    return martlet_cl.clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, capacity, devices, count);
}

cl_int martlet_cl_device_info(cl_device_id device, cl_device_info property, size_t size, void *value, size_t *needed) {
    return martlet_cl.clGetDeviceInfo(device, property, size, value, needed);
}

cl_context martlet_cl_create_context(cl_platform_id platform, cl_device_id device, cl_int *status) {
    const cl_context_properties properties[] = {CL_CONTEXT_PLATFORM, (cl_context_properties)platform, 0};
    martlet_cl_add(MARTLET_CL_ALLOCATIONS);
    return martlet_cl.clCreateContext(properties, 1, &device, NULL, NULL, status);
}

cl_int martlet_cl_release_context(cl_context context) { return martlet_cl.clReleaseContext(context); }

cl_command_queue martlet_cl_create_queue(cl_context context, cl_device_id device, int profiling, cl_int *status) {
    martlet_cl_add(MARTLET_CL_ALLOCATIONS);
    return martlet_cl.clCreateCommandQueue(context, device, profiling ? CL_QUEUE_PROFILING_ENABLE : 0, status);
}

cl_int martlet_cl_release_queue(cl_command_queue queue) { return martlet_cl.clReleaseCommandQueue(queue); }

cl_mem martlet_cl_create_buffer(cl_context context, size_t size, cl_int *status) {
    martlet_cl_add(MARTLET_CL_ALLOCATIONS);
    return martlet_cl.clCreateBuffer(context, CL_MEM_READ_WRITE, size, NULL, status);
}

cl_mem martlet_cl_create_buffer_on_host(cl_context context, size_t size, void *memory, cl_int *status) {
    martlet_cl_add(MARTLET_CL_ALLOCATIONS);
    return martlet_cl.clCreateBuffer(context, CL_MEM_READ_WRITE | CL_MEM_USE_HOST_PTR, size, memory, status);
}

cl_int martlet_cl_retain_context(cl_context context) { return martlet_cl.clRetainContext(context); }
cl_int martlet_cl_retain_queue(cl_command_queue queue) { return martlet_cl.clRetainCommandQueue(queue); }
cl_int martlet_cl_retain_buffer(cl_mem buffer) { return martlet_cl.clRetainMemObject(buffer); }

cl_int martlet_cl_queue_info(cl_command_queue queue, cl_context *context, cl_device_id *device, int *out_of_order) {
    cl_command_queue_properties properties = 0;
    cl_int status = martlet_cl.clGetCommandQueueInfo(queue, CL_QUEUE_CONTEXT, sizeof *context, context, NULL);
    if (status == CL_SUCCESS)
        status = martlet_cl.clGetCommandQueueInfo(queue, CL_QUEUE_DEVICE, sizeof *device, device, NULL);
    if (status == CL_SUCCESS)
        status = martlet_cl.clGetCommandQueueInfo(queue, CL_QUEUE_PROPERTIES, sizeof properties, &properties, NULL);
    *out_of_order = (properties & CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE) != 0;
    return status;
}

cl_int martlet_cl_buffer_info(cl_mem buffer, cl_context *context, size_t *size) {
    cl_int status = martlet_cl.clGetMemObjectInfo(buffer, CL_MEM_CONTEXT, sizeof *context, context, NULL);
    if (status != CL_SUCCESS) return status;
    return martlet_cl.clGetMemObjectInfo(buffer, CL_MEM_SIZE, sizeof *size, size, NULL);
}

cl_int martlet_cl_release_buffer(cl_mem buffer) { return martlet_cl.clReleaseMemObject(buffer); }

cl_program martlet_cl_create_program(cl_context context, const char *source, size_t length, cl_int *status) {
    martlet_cl_add(MARTLET_CL_ALLOCATIONS);
    return martlet_cl.clCreateProgramWithSource(context, 1, &source, &length, status);
}

cl_program martlet_cl_create_program_from_binary(
    cl_context context, cl_device_id device, const unsigned char *binary, size_t length, cl_int *status) {
    cl_int accepted = CL_SUCCESS;
    martlet_cl_add(MARTLET_CL_ALLOCATIONS);
    return martlet_cl.clCreateProgramWithBinary(context, 1, &device, &length, &binary, &accepted, status);
}

cl_int martlet_cl_build_program(cl_program program, cl_device_id device, const char *options) {
    return martlet_cl.clBuildProgram(program, 1, &device, options, NULL, NULL);
}

cl_int martlet_cl_build_log(cl_program program, cl_device_id device, size_t size, void *value, size_t *needed) {
    return martlet_cl.clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, size, value, needed);
}

cl_int martlet_cl_binary_size(cl_program program, size_t *size) {
    return martlet_cl.clGetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, sizeof *size, size, NULL);
}

cl_int martlet_cl_binary(cl_program program, unsigned char *binary) {
    return martlet_cl.clGetProgramInfo(program, CL_PROGRAM_BINARIES, sizeof binary, &binary, NULL);
}

cl_int martlet_cl_release_program(cl_program program) { return martlet_cl.clReleaseProgram(program); }

cl_kernel martlet_cl_create_kernel(cl_program program, const char *name, cl_int *status) {
    martlet_cl_add(MARTLET_CL_ALLOCATIONS);
    return martlet_cl.clCreateKernel(program, name, status);
}

cl_int martlet_cl_set_argument(cl_kernel kernel, cl_uint index, size_t size, const void *value) {
    martlet_cl_add(MARTLET_CL_ARGUMENTS);
    return martlet_cl.clSetKernelArg(kernel, index, size, value);
}

cl_int martlet_cl_kernel_group_info(
    cl_kernel kernel, cl_device_id device, cl_kernel_work_group_info property, size_t size, void *value) {
    return martlet_cl.clGetKernelWorkGroupInfo(kernel, device, property, size, value, NULL);
}

cl_int martlet_cl_release_kernel(cl_kernel kernel) { return martlet_cl.clReleaseKernel(kernel); }

cl_int martlet_cl_event_status(cl_event event, cl_int *status) {
    return martlet_cl.clGetEventInfo(event, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof *status, status, NULL);
}

cl_int martlet_cl_event_times(cl_event event, cl_ulong *start, cl_ulong *end) {
    if (!martlet_cl.clGetEventProfilingInfo) return CL_INVALID_OPERATION;
    cl_int status =
        martlet_cl.clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_START, sizeof *start, start, NULL);
    if (status != CL_SUCCESS) return status;
    return martlet_cl.clGetEventProfilingInfo(event, CL_PROFILING_COMMAND_END, sizeof *end, end, NULL);
}

cl_int martlet_cl_release_event(cl_event event) { return martlet_cl.clReleaseEvent(event); }
