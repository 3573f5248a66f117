// Sizes of scratch that do not depend on the variant, and the constants behind them.

#ifndef MARTLET_SCRATCH_H
#define MARTLET_SCRATCH_H

#include "kernels.h"

enum {
    PROGRAM_REGISTERS = 12288,  // floats, of all instructions together: they stay in L1
    PROGRAM_SHORTEST = 64,     // a chunk is a multiple of this, so that in a whole one no vector is partial
    PROGRAM_LONGEST = 1024,

    REDUCE_LANES = 32,         // the numerics contract's
    REDUCE_BLOCK = 1024,
    REDUCE_ROWS = 64,
    REDUCE_STRIP = 1024,       // columns that a worker sums at a time
    REDUCE_MADE = 4096,        // values of some rows of them, made by a program
};

static inline size_t cache_lines(size_t bytes) { return (bytes + 63) / 64 * 64; }

/// The elements of a chunk of a program.
static inline long program_chunk(int instructions) {
    long chunk = PROGRAM_REGISTERS / (instructions > 0 ? instructions : 1) / PROGRAM_SHORTEST * PROGRAM_SHORTEST;
    if (chunk < PROGRAM_SHORTEST) return PROGRAM_SHORTEST;
    return chunk < PROGRAM_LONGEST ? chunk : PROGRAM_LONGEST;
}

/// A program's lists of one entry for each instruction.
static inline size_t program_lists(int instructions) {
    return cache_lines((sizeof(float *) + sizeof(bool)) * (size_t)instructions);
}

static inline size_t program_scratch(int instructions) {
    return program_lists(instructions)
        + sizeof(float) * (size_t)program_chunk(instructions) * (size_t)instructions;
}

/// One worker's share: made values and the program's own scratch.
static inline size_t reduce_worker_scratch(const martlet_reduce_arguments *p, long made) {
    return p->program ? sizeof(float) * (size_t)made + program_scratch(p->program->instruction_count) : 0;
}

/// One worker's share: of the stages, the one that needs most.
static inline size_t row_sweep_worker_scratch(const martlet_row_sweep *sweep) {
    size_t most = 0;
    for (int s = 0; s < sweep->stage_count; s++) {
        const martlet_reduce_arguments *reduction = sweep->stages[s].reduction;
        size_t bytes;
        if (reduction) {
            size_t blocks = (size_t)(reduction->columns + REDUCE_BLOCK - 1) / REDUCE_BLOCK;
            bytes = cache_lines(sizeof(float) * blocks * (size_t)sweep->together)
                + reduce_worker_scratch(reduction, REDUCE_BLOCK);
        } else {
            bytes = program_scratch(sweep->stages[s].program->instruction_count);
        }
        if (bytes > most) most = bytes;
    }
    return cache_lines(most);
}

#endif
