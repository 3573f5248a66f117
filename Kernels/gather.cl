// Rows of a table by index.
//
// Layout: table rows x width, indices int, result positions x width. An index outside the table reads nothing and
// gives `missing`. Width 16: one work-item to `tasks` positions, work-groups of one; width 1: one work-item to an
// element. No local memory.
// gather_words: words of four bytes as they are. gather_bytes: bytes, as floats divided by `divisor`.

#include "OpenCL/lanes.h"

#define GATHER(LOAD_LANES) \
    table += table_offset; \
    indices += indices_offset; \
    result += result_offset; \
    GATHER_BODY(LOAD_LANES)

#if MARTLET_WIDTH == 1
#define GATHER_BODY(LOAD) \
    uint place = get_global_id(0); \
    if (place >= positions * width) return; \
    uint position = place / width; \
    int index = indices[position]; \
    bool known = index >= 0 && (uint)index < rows; \
    result[place] = known ? LOAD(table[(size_t)index * width + (place - position * width)]) : missing;
#else
#define GATHER_BODY(LOAD) \
    uint first_position = get_global_id(0) * tasks; \
    uint end_position = first_position + min(tasks, positions - first_position); \
    for (uint position = first_position; position < end_position; ++position) { \
        int index = indices[position]; \
        bool known = index >= 0 && (uint)index < rows; \
        size_t row = (size_t)(known ? index : 0) * width, target = (size_t)position * width; \
        uint column = 0u; \
        for (; column + 16u <= width; column += 16u) { \
            vstore16(known ? LOAD##16(vload16(0, table + row + column)) : missing, 0, result + target + column); \
        } \
        for (; column < width; ++column) result[target + column] = known ? LOAD(table[row + column]) : missing; \
    }
#endif

#define WORD(x) (x)
#define WORD16(x) (x)
#define BYTE(x) ((float)(x) / divisor)
#define BYTE16(x) (convert_float16(x) / divisor)

__kernel void gather_words(
    const __global uint *table, uint table_offset, uint rows, uint width, const __global int *indices,
    uint indices_offset, uint positions, __global uint *result, uint result_offset, uint tasks, uint missing) {
    GATHER(WORD)
}

__kernel void gather_bytes(
    const __global uchar *table, uint table_offset, uint rows, uint width, const __global int *indices,
    uint indices_offset, uint positions, __global float *result, uint result_offset, uint tasks, float missing,
    float divisor) {
    GATHER(BYTE)
}
