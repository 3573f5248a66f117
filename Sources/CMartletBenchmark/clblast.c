// CLBlast, on a context and queue of ours.

#include "library.h"
#include "martlet_benchmark.h"

enum { ROW_MAJOR = 101, PLAIN = 111, TRANSPOSED = 112 };

static int (*sgemm)(
    int, int, int, size_t, size_t, size_t, float, void *, size_t, size_t, void *, size_t, size_t, float, void *, size_t, size_t,
    void **, void **);

bool martlet_clblast_open(char *message, size_t size) {
    if (!sgemm) {
        void *library = open_library((const char *const[]){"libclblast.so.1", "libclblast.so", NULL}, message, size);
        if (!library || !resolve(library, "CLBlastSgemm", &sgemm, message, size)) return false;
    }
    snprintf(message, size, "with the parameters it ships for the device");
    return true;
}

int martlet_clblast_sgemm(
    void *queue, long m, long n, long k, bool transpose_a, bool transpose_b, void *a, size_t a_offset, void *b,
    size_t b_offset, void *c, size_t c_offset
) {
    return sgemm(
        ROW_MAJOR, transpose_a ? TRANSPOSED : PLAIN, transpose_b ? TRANSPOSED : PLAIN, (size_t)m, (size_t)n, (size_t)k, 1, a,
        a_offset, (size_t)(transpose_a ? m : k), b, b_offset, (size_t)(transpose_b ? k : n), 0, c, c_offset, (size_t)n, &queue,
        NULL);
}
