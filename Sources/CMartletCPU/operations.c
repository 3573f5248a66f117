// The kernels of Operations/, which make themselves known when the program is loaded.

#include "Operations/operation.h"

#include "kernels.h"
#include "ranges.h"

static martlet_kernel *registered;

void martlet_kernel_register(martlet_kernel *kernel) {
    kernel->next = registered;
    registered = kernel;
}

martlet_kernel_function martlet_cpu_kernel(
    const martlet_cpu_kernels *kernels, const char *name, const martlet_argument *arguments, int count
) {
    for (const martlet_kernel *kernel = registered; kernel; kernel = kernel->next) {
        if (strcmp(kernel->name, name) || kernel->parameter_count != count) continue;
        int equal = 0;
        while (equal < count && kernel->parameters[equal] == arguments[equal].kind) equal++;
        if (equal < count) continue;
        for (int i = 0; i < KERNEL_VARIANTS && kernel->variants[i].variant; i++)
            if (!strcmp(kernel->variants[i].variant, kernels->name)) return kernel->variants[i].function;
    }
    return NULL;
}

typedef struct {
    martlet_kernel_function function;
    const martlet_argument *arguments;
    long items, parts;
} kernel_job;

static void kernel_task(void *context, long index, int worker) {
    (void)worker;
    const kernel_job *job = context;
    job->function(job->arguments, share(job->items, job->parts, index), share(job->items, job->parts, index + 1));
}

void martlet_cpu_launch(
    martlet_pool *pool, martlet_kernel_function function, const martlet_argument *arguments, long items, long elements
) {
    if (items <= 0) return;
    kernel_job job = {function, arguments, items, task_count(pool, elements, items)};
    martlet_pool_run(pool, kernel_task, &job, job.parts);
}
