// Opening an opponent's library and saying why it cannot be.

#ifndef MARTLET_BENCHMARK_LIBRARY_H
#define MARTLET_BENCHMARK_LIBRARY_H

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/// The first of `names` (ended by null) that can be opened; else null, and the reason of the last.
static inline void *open_library(const char *const *names, char *message, size_t size) {
    for (; *names; names++) {
        void *library = dlopen(*names, RTLD_NOW | RTLD_LOCAL);
        if (library) return library;
    }
    const char *reason = dlerror();
    snprintf(message, size, "%s", reason ? reason : "no such library");
    return NULL;
}

/// `function` of the table becomes the library's function of that name; false, and the reason, where it has none.
static inline int resolve(void *library, const char *name, void *function, char *message, size_t size) {
    void *address = dlsym(library, name);
    if (!address) {
        snprintf(message, size, "the library has no %s", name);
        return 0;
    }
    memcpy(function, &address, sizeof address);
    return 1;
}

#endif
