#include <stddef.h>

#include "heap.h"

#ifdef __GLIBC__
#include <malloc.h>
long martlet_heap_bytes(void) {
    struct mallinfo2 info = mallinfo2();
    return (long)(info.uordblks + info.hblkhd);
}
#else
long martlet_heap_bytes(void) { return 0; }
#endif
