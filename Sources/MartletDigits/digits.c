#include "martlet_digits.h"

static const uint8_t records[] = {
#embed "digits.bin"
};

_Static_assert(sizeof records == MARTLET_DIGITS_COUNT * MARTLET_DIGITS_RECORD, "digits.bin has not the size of its records");

const uint8_t *martlet_digits(void) { return records; }
