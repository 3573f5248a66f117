// The sums of each row up to each element, or from each element on.
//
// Arguments: values, result, columns, whether reversed. Items: rows. Order: from zero, column after column.

#include "operation.h"

KERNEL(cumulative_sum, MARTLET_MEMORY, MARTLET_MEMORY, MARTLET_COUNT, MARTLET_COUNT) {
    long columns = arguments[2].count, reversed = arguments[3].count;
    for (long row = first; row < end; row++) {
        const float *values = (const float *)arguments[0].memory + row * columns;
        float *out = (float *)arguments[1].memory + row * columns;
        float sum = 0;
        for (long i = 0; i < columns; i++) {
            long column = reversed ? columns - 1 - i : i;
            sum += values[column];
            out[column] = sum;
        }
    }
}
