#pragma once

/// Bytes of the heap in use, or 0 where the C library does not tell.
long martlet_heap_bytes(void);
