// The divisor of a mean under a window. OpenCL C alone.

#ifndef MARTLET_AVERAGE_H
#define MARTLET_AVERAGE_H

#include "Shared/prelude.h"

MARTLET_FUNCTION float martlet_divisor(
    const __global uint *spans, uint row, uint column, uint result_height, uint divisor) {
    return (float)(divisor != 0u ? divisor : spans[3u * row + 2u] * spans[3u * (result_height + column) + 2u]);
}

#endif
