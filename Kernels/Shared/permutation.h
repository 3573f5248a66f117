// A keyed permutation of 0 ..< n without a table: the order of the samples in an epoch.
//
// Method: a balanced Feistel network over the smallest domain 4^h that holds n, which is a permutation whatever its
// round function, and cycle walking: a value outside 0 ..< n is sent through again until it falls inside
// (Black, Rogaway: Ciphers with arbitrary finite domains, 2002). At most four times on average. The round function
// adds the round's key and multiplies, twice, and takes the upper bits, which depend on all the lower ones.

#ifndef MARTLET_PERMUTATION_H
#define MARTLET_PERMUTATION_H

#include "Shared/prelude.h"

#define MARTLET_PERMUTATION_ROUNDS 8u

// One pass through the network; value is below 4^half_bits, half_bits in 1 ... 16.
MARTLET_FUNCTION martlet_word martlet_feistel(
    martlet_word value, martlet_word half_bits, martlet_word key_low, martlet_word key_high) {
    martlet_word mask = (1u << half_bits) - 1u;
    martlet_word left = value >> half_bits;
    martlet_word right = value & mask;
    for (martlet_word round = 0u; round < MARTLET_PERMUTATION_ROUNDS; ++round) {
        martlet_word x = ((right ^ key_low) + round * 0x9e3779b9u) * 0xd2511f53u;
        x = (x ^ (x >> 16) ^ key_high) * 0xcd9e8d57u;
        martlet_word next = left ^ ((x ^ (x >> 15)) * 0x9e3779b9u >> (32u - half_bits));
        left = right;
        right = next;
    }
    return (left << half_bits) | right;
}

// Where the permutation sends a position below n; n is 1 ... 2^31 - 1.
MARTLET_FUNCTION martlet_word martlet_permute(
    martlet_word position, martlet_word n, martlet_word key_low, martlet_word key_high) {
    martlet_word half_bits = 1u;
    while (half_bits < 16u && (1u << (2u * half_bits)) < n) {
        ++half_bits;
    }
    martlet_word value = position;
    do {
        value = martlet_feistel(value, half_bits, key_low, key_high);
    } while (value >= n);
    return value;
}

#endif
