// The OpenCL loader, opened at run time: a program linked with this runs where there is no OpenCL at all.
//
// `martlet_cl_open` comes first; every `martlet_cl_*` function that forwards to the driver may only be called after it
// has returned 1. The forwarding functions return OpenCL's status codes, count what they do, and add nothing else.
// OpenCL 1.2 is the baseline. All functions may be called from any thread, save that the arguments of one kernel
// must not be set from two threads at once (that is OpenCL's own rule).

#ifndef MARTLET_OPENCL_H
#define MARTLET_OPENCL_H

#ifndef CL_TARGET_OPENCL_VERSION
#define CL_TARGET_OPENCL_VERSION 120
#endif
#include <CL/cl.h>
#include <stddef.h>
#include <stdint.h>

// --- The library --------------------------------------------------------------------------------------------------

/// Opens the loader: the library that MARTLET_OPENCL_LIBRARY names (then only that), else libOpenCL.so.1, libOpenCL.so,
/// or a copy of either beside the executable. Returns 1 and puts the path that worked into `message`, or returns 0 and
/// puts what was tried, and why each failed, there. Later calls give the first one's answer.
int martlet_cl_open(char *message, size_t size);

/// Whether `path` is a library with every function of OpenCL 1.2 that Martlet uses. Changes nothing; the reason, where
/// it is not, goes to `message`.
int martlet_cl_inspect(const char *path, char *message, size_t size);

/// Whether the dynamic linker can open `path` at all (a driver named by an .icd file need not export cl*).
int martlet_cl_can_load(const char *path, char *message, size_t size);

/// `CL_OUT_OF_RESOURCES` for -5; "unknown OpenCL code" for what no header names.
const char *martlet_cl_error_name(int code);

// --- Counters -----------------------------------------------------------------------------------------------------

typedef enum {
    MARTLET_CL_ENQUEUES,     // commands put into a queue
    MARTLET_CL_ARGUMENTS,    // kernel arguments set
    MARTLET_CL_BLOCKING,     // calls that wait for the device
    MARTLET_CL_ALLOCATIONS,  // contexts, queues, buffers, programs and kernels created
    MARTLET_CL_COUNTERS
} martlet_cl_counter;

/// Calls of this kind by all threads since the last reset.
uint64_t martlet_cl_count(martlet_cl_counter counter);
/// Calls of this kind by the calling thread, ever: for tests that run beside others.
uint64_t martlet_cl_thread_count(martlet_cl_counter counter);
/// Sets the counts of all threads together to zero (a thread's own go on).
void martlet_cl_reset_counts(void);

// --- What there is ------------------------------------------------------------------------------------------------

cl_int martlet_cl_platforms(cl_uint capacity, cl_platform_id *platforms, cl_uint *count);
cl_int martlet_cl_platform_info(
    cl_platform_id platform, cl_platform_info property, size_t size, void *value, size_t *needed);
cl_int martlet_cl_devices(cl_platform_id platform, cl_uint capacity, cl_device_id *devices, cl_uint *count);
cl_int martlet_cl_device_info(cl_device_id device, cl_device_info property, size_t size, void *value, size_t *needed);

// --- Objects ------------------------------------------------------------------------------------------------------

cl_context martlet_cl_create_context(cl_platform_id platform, cl_device_id device, cl_int *status);
cl_int martlet_cl_release_context(cl_context context);

/// An in-order queue.
cl_command_queue martlet_cl_create_queue(cl_context context, cl_device_id device, int profiling, cl_int *status);
cl_int martlet_cl_release_queue(cl_command_queue queue);

/// One more owner of what somebody else made.
cl_int martlet_cl_retain_context(cl_context context);
cl_int martlet_cl_retain_queue(cl_command_queue queue);
cl_int martlet_cl_retain_buffer(cl_mem buffer);
/// What a queue belongs to, and whether it may run commands out of order.
cl_int martlet_cl_queue_info(cl_command_queue queue, cl_context *context, cl_device_id *device, int *out_of_order);
cl_int martlet_cl_buffer_info(cl_mem buffer, cl_context *context, size_t *size);

cl_mem martlet_cl_create_buffer(cl_context context, size_t size, cl_int *status);
/// A buffer in memory of the host, which must outlive it.
cl_mem martlet_cl_create_buffer_on_host(cl_context context, size_t size, void *memory, cl_int *status);
cl_int martlet_cl_release_buffer(cl_mem buffer);

cl_program martlet_cl_create_program(cl_context context, const char *source, size_t length, cl_int *status);
cl_program martlet_cl_create_program_from_binary(
    cl_context context, cl_device_id device, const unsigned char *binary, size_t length, cl_int *status);
cl_int martlet_cl_build_program(cl_program program, cl_device_id device, const char *options);
cl_int martlet_cl_build_log(cl_program program, cl_device_id device, size_t size, void *value, size_t *needed);
/// The size of the program's binary for its only device.
cl_int martlet_cl_binary_size(cl_program program, size_t *size);
/// Writes the binary, whose size was asked for before, to `binary`.
cl_int martlet_cl_binary(cl_program program, unsigned char *binary);
cl_int martlet_cl_release_program(cl_program program);

cl_kernel martlet_cl_create_kernel(cl_program program, const char *name, cl_int *status);
cl_int martlet_cl_set_argument(cl_kernel kernel, cl_uint index, size_t size, const void *value);
cl_int martlet_cl_kernel_group_info(
    cl_kernel kernel, cl_device_id device, cl_kernel_work_group_info property, size_t size, void *value);
cl_int martlet_cl_release_kernel(cl_kernel kernel);

cl_int martlet_cl_event_status(cl_event event, cl_int *status);
/// Device times in nanoseconds; only where the queue was made with profiling.
cl_int martlet_cl_event_times(cl_event event, cl_ulong *start, cl_ulong *end);
cl_int martlet_cl_release_event(cl_event event);

// --- Commands -----------------------------------------------------------------------------------------------------

/// One launch, ready to be repeated: the kernel's arguments are set, `local[0]` is 0 where the driver may choose.
typedef struct {
    cl_kernel kernel;
    cl_uint rank;
    size_t global[3];
    size_t local[3];
} martlet_cl_launch;

cl_int martlet_cl_enqueue_launch(cl_command_queue queue, const martlet_cl_launch *launch, cl_event *event);
/// Enqueues launches in order; `event`, where asked for, is that of the last. `done` tells how many were enqueued.
cl_int martlet_cl_enqueue_launches(
    cl_command_queue queue, const martlet_cl_launch *launches, size_t count, size_t *done, cl_event *event);

/// Launches in a command buffer of the driver's, with the arguments that their kernels have now.
typedef struct martlet_cl_recording martlet_cl_recording;
/// Records launches for one in-order queue. NULL where the platform has no command buffers (CL_INVALID_OPERATION), or where it
/// refuses. What is recorded must not be enqueued again before the last time is over.
martlet_cl_recording *martlet_cl_record_launches(
    cl_platform_id platform, cl_command_queue queue, const martlet_cl_launch *launches, size_t count, cl_int *status);
cl_int martlet_cl_enqueue_recording(cl_command_queue queue, const martlet_cl_recording *recording, cl_event *event);
cl_int martlet_cl_release_recording(martlet_cl_recording *recording);

cl_int martlet_cl_enqueue_write(
    cl_command_queue queue, cl_mem buffer, int blocking, size_t offset, size_t size, const void *bytes, cl_event *event);
cl_int martlet_cl_enqueue_read(
    cl_command_queue queue, cl_mem buffer, int blocking, size_t offset, size_t size, void *bytes, cl_event *event);
cl_int martlet_cl_enqueue_fill(
    cl_command_queue queue, cl_mem buffer, const void *pattern, size_t pattern_size, size_t offset, size_t size,
    cl_event *event);
cl_int martlet_cl_enqueue_copy(
    cl_command_queue queue, cl_mem source, cl_mem target, size_t source_offset, size_t target_offset, size_t size,
    cl_event *event);
cl_int martlet_cl_enqueue_marker(cl_command_queue queue, cl_event *event);
/// What is enqueued later waits for an event, which may be of another queue.
cl_int martlet_cl_enqueue_barrier(cl_command_queue queue, cl_event event);

cl_int martlet_cl_flush(cl_command_queue queue);
/// Waits for everything enqueued.
cl_int martlet_cl_finish(cl_command_queue queue);
/// Waits for one event.
cl_int martlet_cl_wait(cl_event event);

#endif
