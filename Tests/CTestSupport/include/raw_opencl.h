// OpenCL used directly through the loader, as a program that knows nothing of Martlet would.

#ifndef RAW_OPENCL_H
#define RAW_OPENCL_H

typedef struct raw_opencl raw_opencl;
// What OpenCL calls cl_context, cl_command_queue and cl_mem.
struct _cl_context;
struct _cl_command_queue;
struct _cl_mem;

/// A context and a queue of a device, by its place in its platform; null where there is none.
raw_opencl *raw_opencl_create(int platform, int device, int out_of_order);
void raw_opencl_destroy(raw_opencl *raw);
struct _cl_context *raw_opencl_context(raw_opencl *raw);
struct _cl_command_queue *raw_opencl_queue(raw_opencl *raw);

struct _cl_mem *raw_opencl_buffer(raw_opencl *raw, const float *values, int count);
int raw_opencl_read(raw_opencl *raw, struct _cl_mem *memory, float *values, int count);
void raw_opencl_release(struct _cl_mem *memory);

#endif
