// Philox4x32-10, a counter-based generator: four random words are a function of a counter of four words and a
// key of two, without any state. Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (2011).

#ifndef MARTLET_PHILOX_H
#define MARTLET_PHILOX_H

#include "Shared/prelude.h"

typedef struct {
    martlet_word word[4];
} martlet_words;

// Between rounds a word is the lower half of 64 bits, as it comes out of a product; what is in the upper half does not
// matter. That way no product is taken apart and put together again.
MARTLET_FUNCTION martlet_wide martlet_lower_product(martlet_wide a, martlet_word b) {
    return (a & 0xffffffffu) * (martlet_wide)b;
}

// The key of round i is raised by i times the golden ratio and sqrt 3 - 1, as fractions of 2^32.
MARTLET_FUNCTION martlet_words martlet_philox(martlet_words counter, martlet_word key0, martlet_word key1) {
    martlet_wide x0 = (martlet_wide)counter.word[0], x1 = (martlet_wide)counter.word[1];
    martlet_wide x2 = (martlet_wide)counter.word[2], x3 = (martlet_wide)counter.word[3];
    martlet_wide even, odd;
#define MARTLET_ROUND_OF_PHILOX(i) \
    even = martlet_lower_product(x2, 0xcd9e8d57u); \
    odd = martlet_lower_product(x0, 0xd2511f53u); \
    x0 = (even >> 32) ^ x1 ^ (martlet_wide)(key0 + i##u * 0x9e3779b9u); \
    x1 = even; \
    x2 = (odd >> 32) ^ x3 ^ (martlet_wide)(key1 + i##u * 0xbb67ae85u); \
    x3 = odd;
    MARTLET_ROUND_OF_PHILOX(0)
    MARTLET_ROUND_OF_PHILOX(1)
    MARTLET_ROUND_OF_PHILOX(2)
    MARTLET_ROUND_OF_PHILOX(3)
    MARTLET_ROUND_OF_PHILOX(4)
    MARTLET_ROUND_OF_PHILOX(5)
    MARTLET_ROUND_OF_PHILOX(6)
    MARTLET_ROUND_OF_PHILOX(7)
    MARTLET_ROUND_OF_PHILOX(8)
    MARTLET_ROUND_OF_PHILOX(9)
#undef MARTLET_ROUND_OF_PHILOX
    martlet_words result;
    result.word[0] = (martlet_word)x0;
    result.word[1] = (martlet_word)x1;
    result.word[2] = (martlet_word)x2;
    result.word[3] = (martlet_word)x3;
    return result;
}

#endif
