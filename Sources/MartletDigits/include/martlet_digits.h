// The digits data set, embedded: MARTLET_DIGITS_COUNT records of MARTLET_DIGITS_RECORD bytes.
// A record is 64 pixels 0 ... 16 (8 x 8, row by row), the digit 0 ... 9, and the part: 0 training, 1 test.

#ifndef MARTLET_DIGITS_H
#define MARTLET_DIGITS_H

#include <stdint.h>

#define MARTLET_DIGITS_COUNT 1797
#define MARTLET_DIGITS_PIXELS 64
#define MARTLET_DIGITS_RECORD 66

const uint8_t *martlet_digits(void);

#endif
