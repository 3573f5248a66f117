// What goes into a queue, and the waiting for it.

#include "internal.h"

cl_int martlet_cl_enqueue_launch(cl_command_queue queue, const martlet_cl_launch *launch, cl_event *event) {
    const size_t *local = launch->local[0] ? launch->local : NULL;
    martlet_cl_add(MARTLET_CL_ENQUEUES);
    return martlet_cl.clEnqueueNDRangeKernel(
        queue, launch->kernel, launch->rank, NULL, launch->global, local, 0, NULL, event);
}

cl_int martlet_cl_enqueue_launches(
    cl_command_queue queue, const martlet_cl_launch *launches, size_t count, size_t *done, cl_event *event) {
    cl_int status = CL_SUCCESS;
    size_t i = 0;
    for (; i < count && status == CL_SUCCESS; i++)
        status = martlet_cl_enqueue_launch(queue, &launches[i], i + 1 == count ? event : NULL);
    *done = status == CL_SUCCESS ? i : i - 1;
    return status;
}

cl_int martlet_cl_enqueue_write(
    cl_command_queue queue, cl_mem buffer, int blocking, size_t offset, size_t size, const void *bytes,
    cl_event *event) {
    martlet_cl_add(MARTLET_CL_ENQUEUES);
    if (blocking) martlet_cl_add(MARTLET_CL_BLOCKING);
    return martlet_cl.clEnqueueWriteBuffer(
        queue, buffer, blocking ? CL_TRUE : CL_FALSE, offset, size, bytes, 0, NULL, event);
}

cl_int martlet_cl_enqueue_read(
    cl_command_queue queue, cl_mem buffer, int blocking, size_t offset, size_t size, void *bytes, cl_event *event) {
    martlet_cl_add(MARTLET_CL_ENQUEUES);
    if (blocking) martlet_cl_add(MARTLET_CL_BLOCKING);
    return martlet_cl.clEnqueueReadBuffer(
        queue, buffer, blocking ? CL_TRUE : CL_FALSE, offset, size, bytes, 0, NULL, event);
}

cl_int martlet_cl_enqueue_fill(
    cl_command_queue queue, cl_mem buffer, const void *pattern, size_t pattern_size, size_t offset, size_t size,
    cl_event *event) {
    if (!martlet_cl.clEnqueueFillBuffer) return CL_INVALID_OPERATION;
    martlet_cl_add(MARTLET_CL_ENQUEUES);
    return martlet_cl.clEnqueueFillBuffer(queue, buffer, pattern, pattern_size, offset, size, 0, NULL, event);
}

cl_int martlet_cl_enqueue_copy(
    cl_command_queue queue, cl_mem source, cl_mem target, size_t source_offset, size_t target_offset, size_t size,
    cl_event *event) {
    martlet_cl_add(MARTLET_CL_ENQUEUES);
    return martlet_cl.clEnqueueCopyBuffer(queue, source, target, source_offset, target_offset, size, 0, NULL, event);
}

cl_int martlet_cl_enqueue_marker(cl_command_queue queue, cl_event *event) {
    if (!martlet_cl.clEnqueueMarkerWithWaitList) return CL_INVALID_OPERATION;
    martlet_cl_add(MARTLET_CL_ENQUEUES);
    return martlet_cl.clEnqueueMarkerWithWaitList(queue, 0, NULL, event);
}

cl_int martlet_cl_enqueue_wait(cl_command_queue queue, cl_event event) {
    if (!martlet_cl.clEnqueueMarkerWithWaitList) return CL_INVALID_OPERATION;
    martlet_cl_add(MARTLET_CL_ENQUEUES);
    return martlet_cl.clEnqueueMarkerWithWaitList(queue, 1, &event, NULL);
}

cl_int martlet_cl_flush(cl_command_queue queue) { return martlet_cl.clFlush(queue); }

cl_int martlet_cl_finish(cl_command_queue queue) {
    martlet_cl_add(MARTLET_CL_BLOCKING);
    return martlet_cl.clFinish(queue);
}

cl_int martlet_cl_wait(cl_event event) {
    martlet_cl_add(MARTLET_CL_BLOCKING);
    return martlet_cl.clWaitForEvents(1, &event);
}
