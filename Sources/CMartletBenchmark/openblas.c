// OpenBLAS, whose choice of kernels and threads is read from the environment while it is loaded.

#define _POSIX_C_SOURCE 200809L

#include "library.h"
#include "martlet_benchmark.h"

#include <limits.h>
#include <stdlib.h>

enum { ROW_MAJOR = 101, PLAIN = 111, TRANSPOSED = 112 };

static struct {
    void (*sgemm)(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);
    void (*set_num_threads)(int);
    int (*get_num_threads)(void);
    char *(*get_corename)(void);
    char *(*get_config)(void);
} blas;

bool martlet_openblas_open(int threads, const char *core, char *message, size_t size) {
    if (!blas.sgemm) {
        char count[16];
        snprintf(count, sizeof count, "%d", threads);
        setenv("OPENBLAS_NUM_THREADS", count, 1);
        // Also over a choice in the environment: an opponent that is held back is none.
        if (core) setenv("OPENBLAS_CORETYPE", core, 1);
        void *library = open_library((const char *const[]){"libopenblas.so.0", "libopenblas.so", NULL}, message, size);
        if (!library) return false;
        if (!resolve(library, "openblas_set_num_threads", &blas.set_num_threads, message, size)
            || !resolve(library, "openblas_get_num_threads", &blas.get_num_threads, message, size)
            || !resolve(library, "openblas_get_corename", &blas.get_corename, message, size)
            || !resolve(library, "openblas_get_config", &blas.get_config, message, size)
            || !resolve(library, "cblas_sgemm", &blas.sgemm, message, size))
            return blas.sgemm = NULL, false;
    }
    blas.set_num_threads(threads);
    int got = blas.get_num_threads();
    // "OpenBLAS 0.3.21 …": the version is enough.
    char version[32] = "";
    sscanf(blas.get_config(), "OpenBLAS %31s", version);
    snprintf(message, size, "%s, core %s, %d thread%s", version, blas.get_corename(), got, got == 1 ? "" : "s");
    return true;
}

bool martlet_openblas_sgemm(const martlet_opponent_product *p) {
    if (p->m > INT_MAX || p->n > INT_MAX || p->k > INT_MAX) return false;
    int m = (int)p->m, n = (int)p->n, k = (int)p->k;
    blas.sgemm(
        ROW_MAJOR, p->transpose_a ? TRANSPOSED : PLAIN, p->transpose_b ? TRANSPOSED : PLAIN, m, n, k, 1, p->a,
        p->transpose_a ? m : k, p->b, p->transpose_b ? k : n, 0, p->c, n);
    return true;
}
