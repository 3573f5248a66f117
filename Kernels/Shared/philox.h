// Philox4x32-10, a counter-based generator: four random words are a function of a counter of four words and a
// key of two, without any state. Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (2011).

#ifndef MARTLET_PHILOX_H
#define MARTLET_PHILOX_H

#include "Shared/prelude.h"

typedef struct {
    martlet_word word[4];
} martlet_words;

MARTLET_FUNCTION martlet_words martlet_philox_round(martlet_words x, martlet_word key0, martlet_word key1) {
    martlet_words y;
    y.word[0] = MARTLET_MULHI(0xcd9e8d57u, x.word[2]) ^ x.word[1] ^ key0;
    y.word[1] = 0xcd9e8d57u * x.word[2];
    y.word[2] = MARTLET_MULHI(0xd2511f53u, x.word[0]) ^ x.word[3] ^ key1;
    y.word[3] = 0xd2511f53u * x.word[0];
    return y;
}

// The key of round i is raised by i times the golden ratio and sqrt 3 - 1, as fractions of 2^32.
MARTLET_FUNCTION martlet_words martlet_philox(martlet_words counter, martlet_word key0, martlet_word key1) {
#define MARTLET_ROUND_OF_PHILOX(i) \
    counter = martlet_philox_round(counter, key0 + i##u * 0x9e3779b9u, key1 + i##u * 0xbb67ae85u);
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
    return counter;
}

#endif
