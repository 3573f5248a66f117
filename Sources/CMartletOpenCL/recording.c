// Launches recorded once in a command buffer of the driver's (cl_khr_command_buffer), and enqueued by one call from then on.
//
// The extension's functions belong to a platform and are asked for when something is recorded. They are declared here: not
// every header of OpenCL 1.2 knows them.

#include "internal.h"

#include <stdlib.h>

typedef struct recorded_commands *command_buffer;
typedef command_buffer(CL_API_CALL *create_function)(
    cl_uint queues, const cl_command_queue *queue, const void *properties, cl_int *status);
typedef cl_int(CL_API_CALL *finalize_function)(command_buffer);
typedef cl_int(CL_API_CALL *release_function)(command_buffer);
typedef cl_int(CL_API_CALL *launch_function)(
    command_buffer, cl_command_queue, const void *properties, cl_kernel, cl_uint rank, const size_t *offset,
    const size_t *global, const size_t *local, cl_uint points, const cl_uint *wait_for, cl_uint *point, void *handle);
typedef cl_int(CL_API_CALL *enqueue_function)(
    cl_uint queues, cl_command_queue *queue, command_buffer, cl_uint events, const cl_event *wait_for, cl_event *event);

struct martlet_cl_recording {
    command_buffer commands;
    enqueue_function enqueue;
    release_function release;
};

cl_int martlet_cl_release_recording(martlet_cl_recording *recording) {
    if (!recording) return CL_SUCCESS;
    cl_int status = recording->commands ? recording->release(recording->commands) : CL_SUCCESS;
    free(recording);
    return status;
}

static cl_int record(
    martlet_cl_recording *recording, cl_platform_id platform, cl_command_queue queue, const martlet_cl_launch *launches,
    size_t count) {
    if (!martlet_cl.clGetExtensionFunctionAddressForPlatform) return CL_INVALID_OPERATION;
#define FIND(type, name) type name = (type)martlet_cl.clGetExtensionFunctionAddressForPlatform(platform, #name)
    FIND(create_function, clCreateCommandBufferKHR);
    FIND(launch_function, clCommandNDRangeKernelKHR);
    FIND(finalize_function, clFinalizeCommandBufferKHR);
    FIND(enqueue_function, clEnqueueCommandBufferKHR);
    FIND(release_function, clReleaseCommandBufferKHR);
#undef FIND
    if (!clCreateCommandBufferKHR || !clCommandNDRangeKernelKHR || !clFinalizeCommandBufferKHR ||
        !clEnqueueCommandBufferKHR || !clReleaseCommandBufferKHR)
        return CL_INVALID_OPERATION;
    recording->enqueue = clEnqueueCommandBufferKHR;
    recording->release = clReleaseCommandBufferKHR;

    // A driver may take one for busy although the event of its last command is over (PoCL does): it is allowed to be. Who
    // does not know the property is asked without.
    const uint64_t busy[] = {0x1293 /* CL_COMMAND_BUFFER_FLAGS_KHR */, 1 /* CL_COMMAND_BUFFER_SIMULTANEOUS_USE_KHR */, 0};
    cl_int status = CL_SUCCESS;
    recording->commands = clCreateCommandBufferKHR(1, &queue, busy, &status);
    if (status != CL_SUCCESS) recording->commands = clCreateCommandBufferKHR(1, &queue, NULL, &status);
    if (status != CL_SUCCESS) {
        recording->commands = NULL;
        return status;
    }
    if (!recording->commands) return CL_OUT_OF_HOST_MEMORY;
    // The queue keeps its order, so no command names what it waits for. All properties are the usual ones.
    for (size_t i = 0; i < count && status == CL_SUCCESS; i++) {
        const size_t *local = launches[i].local[0] ? launches[i].local : NULL;
        status = clCommandNDRangeKernelKHR(
            recording->commands, NULL, NULL, launches[i].kernel, launches[i].rank, NULL, launches[i].global, local, 0, NULL,
            NULL, NULL);
    }
    return status == CL_SUCCESS ? clFinalizeCommandBufferKHR(recording->commands) : status;
}

martlet_cl_recording *martlet_cl_record_launches(
    cl_platform_id platform, cl_command_queue queue, const martlet_cl_launch *launches, size_t count, cl_int *status) {
    martlet_cl_add(MARTLET_CL_ALLOCATIONS);
    martlet_cl_recording *recording = calloc(1, sizeof *recording);
    *status = recording ? record(recording, platform, queue, launches, count) : CL_OUT_OF_HOST_MEMORY;
    if (*status == CL_SUCCESS) return recording;
    martlet_cl_release_recording(recording);
    return NULL;
}

cl_int martlet_cl_enqueue_recording(cl_command_queue queue, const martlet_cl_recording *recording, cl_event *event) {
    martlet_cl_add(MARTLET_CL_ENQUEUES);
    return recording->enqueue(1, &queue, recording->commands, 0, NULL, event);
}
