// Exchanges rows and columns of a 16 x 16 block in registers. OpenCL C at width 16 alone.

#ifndef MARTLET_TURN_H
#define MARTLET_TURN_H

#include "Shared/prelude.h"

// Four rounds of interleaving one half of the rows with the other.
MARTLET_FUNCTION void martlet_turn(float16 *block) {
#pragma unroll
    for (int round = 0; round < 4; ++round) {
        float16 next[16];
#pragma unroll
        for (int i = 0; i < 8; ++i) {
            float16 a = block[i], b = block[i + 8];
            next[2 * i] = (float16)(
                a.s0, b.s0, a.s1, b.s1, a.s2, b.s2, a.s3, b.s3, a.s4, b.s4, a.s5, b.s5, a.s6, b.s6, a.s7, b.s7);
            next[2 * i + 1] = (float16)(
                a.s8, b.s8, a.s9, b.s9, a.sa, b.sa, a.sb, b.sb, a.sc, b.sc, a.sd, b.sd, a.se, b.se, a.sf, b.sf);
        }
#pragma unroll
        for (int i = 0; i < 16; ++i) block[i] = next[i];
    }
}

#endif
