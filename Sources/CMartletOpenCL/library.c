// Finding the OpenCL loader and resolving its functions.

#define _GNU_SOURCE
#include "internal.h"

#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

martlet_cl_table martlet_cl;

/// A message that grows; what does not fit is cut off.
typedef struct {
    char *text;
    size_t size, used;
} message;

static void append(message *m, const char *text) {
    if (m->size == 0) return;
    int wanted = snprintf(m->text + m->used, m->size - m->used, "%s", text);
    if (wanted > 0) m->used += (size_t)wanted;
    if (m->used >= m->size) m->used = m->size - 1;
}

static message start(char *text, size_t size) {
    if (size > 0) text[0] = 0;
    return (message){text, size, 0};
}

/// Why the last `dlopen` of `path` failed, without the path, which glibc repeats.
static void append_reason(message *m, const char *path) {
    const char *reason = dlerror();
    size_t length = strlen(path);
    if (!reason) reason = "cannot be opened";
    if (strncmp(reason, path, length) == 0 && strncmp(reason + length, ": ", 2) == 0) reason += length + 2;
    append(m, path);
    append(m, ": ");
    append(m, reason);
}

static int resolve(void *library, martlet_cl_table *table, const char **missing) {
    *missing = NULL;
#define REQUIRED(name) \
    if (!(table->name = (__typeof__(name) *)dlsym(library, #name)) && !*missing) *missing = #name;
#define OPTIONAL(name) table->name = (__typeof__(name) *)dlsym(library, #name);
    MARTLET_CL_FUNCTIONS(REQUIRED)
    MARTLET_CL_OPTIONAL_FUNCTIONS(OPTIONAL)
#undef REQUIRED
#undef OPTIONAL
    return *missing == NULL;
}

/// Opens `path` and fills `table`; on failure appends the reason.
static void *open_library(const char *path, martlet_cl_table *table, message *m) {
    // RTLD_LOCAL: drivers bring their own LLVM, whose symbols must not meet another's.
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        append_reason(m, path);
        return NULL;
    }
    const char *missing;
    if (resolve(library, table, &missing)) return library;
    append(m, path);
    append(m, ": it lacks ");
    append(m, missing);
    append(m, ", so it is no OpenCL 1.2 library");
    dlclose(library);
    return NULL;
}

/// `name` in the folder of the running executable; empty where that is not known.
static void beside_executable(const char *name, char *path, size_t size) {
    char executable[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", executable, sizeof executable - 1);
    path[0] = 0;
    if (length <= 0) return;
    executable[length] = 0;
    char *slash = strrchr(executable, '/');
    if (!slash) return;
    *slash = 0;
    if ((size_t)snprintf(path, size, "%s/%s", executable, name) >= size) path[0] = 0;
}

static int search(char *text, size_t size) {
    message m = start(text, size);
    char beside[2][PATH_MAX + 32];
    beside_executable("libOpenCL.so.1", beside[0], sizeof beside[0]);
    beside_executable("libOpenCL.so", beside[1], sizeof beside[1]);

    const char *named = getenv("MARTLET_OPENCL_LIBRARY");
    const char *usual[] = {"libOpenCL.so.1", "libOpenCL.so", beside[0], beside[1]};
    const char **candidates = named ? &named : usual;
    size_t count = named ? 1 : sizeof usual / sizeof *usual;

    for (size_t i = 0; i < count; i++) {
        if (!named && !candidates[i][0]) continue;
        if (named && !named[0]) {  // dlopen("") would open the executable itself
            append(&m, "MARTLET_OPENCL_LIBRARY is empty");
            return 0;
        }
        martlet_cl_table table;
        if (m.used) append(&m, "; ");
        // The library is never closed: drivers keep threads of their own.
        if (open_library(candidates[i], &table, &m)) {
            martlet_cl = table;
            m = start(text, size);
            append(&m, candidates[i]);
            return 1;
        }
    }
    return 0;
}

int martlet_cl_open(char *text, size_t size) {
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    static int answer = -1;
    static char reason[4096];
    pthread_mutex_lock(&mutex);
    if (answer < 0) answer = search(reason, sizeof reason);
    int result = answer;
    if (size > 0) snprintf(text, size, "%s", reason);
    pthread_mutex_unlock(&mutex);
    return result;
}

int martlet_cl_inspect(const char *path, char *text, size_t size) {
    message m = start(text, size);
    martlet_cl_table table;
    return open_library(path, &table, &m) != NULL;
}

int martlet_cl_can_load(const char *path, char *text, size_t size) {
    message m = start(text, size);
    if (dlopen(path, RTLD_LAZY | RTLD_LOCAL)) return 1;
    append_reason(&m, path);
    return 0;
}
