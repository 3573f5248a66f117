// Sums of a block over packed panels of B.

#include "gemm_strips.h"

enum {
    GEMM_PACK_COLUMNS = 128,  // of B copied at a time
    GEMM_PACK_AHEAD = 8,      // rows
    GEMM_SLICES = 16,         // equal runs of a tile's k, for what it asks for
};

/// The block's columns of B as panels, [`depth`][panel] for the k from `begin`.
static void gemm_pack(
    const martlet_gemm_arguments *p, long begin, long depth, long column, long columns, int widest, float *panels
) {
    const float *from = p->transpose_b ? p->b + column * p->b_stride + begin : p->b + begin * p->b_stride + column;
    int vectors;
    if (p->transpose_b) {
        for (long j = 0; j < columns; j += vectors * VECTOR_WIDTH) {
            vectors = panel_vectors(widest, columns - j);
            long panel = vectors * VECTOR_WIDTH;
            transpose(from + j * p->b_stride, p->b_stride, panels + j * depth, panel, shorter(panel, columns - j), depth);
        }
        return;
    }
    // Rows that are far apart are read a few panels wide: long runs, and few places that are written to at once.
    for (long first = 0; first < columns; first += GEMM_PACK_COLUMNS) {
        long end = shorter(first + GEMM_PACK_COLUMNS, columns);
        for (long k = 0; k < depth; k++) {
            const float *row = from + k * p->b_stride;
            if (k + GEMM_PACK_AHEAD < depth)
                for (long j = first; j < end; j += LINE_FLOATS) __builtin_prefetch(row + GEMM_PACK_AHEAD * p->b_stride + j);
            for (long j = first; j < end; j += vectors * VECTOR_WIDTH) {
                vectors = panel_vectors(widest, columns - j);
                float *to = panels + j * depth + k * vectors * VECTOR_WIDTH;
                int v = 0;
                for (; v < vectors - 1; v++) vector_store(to + v * VECTOR_WIDTH, vector_load(row + j + v * VECTOR_WIDTH));
                vector_mask last = panel_mask(vectors, columns - j);
                vector_store(to + v * VECTOR_WIDTH, vector_load_partial(row + j + v * VECTOR_WIDTH, last));
            }
        }
    }
}

/// The sums of the tile after the one that ends before `column`: beside it, or below.
INLINE tile_region gemm_next_sums(const gemm_block *block, long row, long rows, long column, long panel) {
    if (column >= block->columns) {
        row += rows;
        rows = shorter(rows, block->rows - row);
        column = 0;
    }
    return (tile_region){
        .first = block->sum + row * block->sum_stride + column, .stride = block->sum_stride, .rows = rows,
        .columns = shorter(panel, block->columns - column)};
}

/// Sweeps the rows of a block over packed panels, strip by strip.
static void gemm_sweep(
    const gemm_job *job, const gemm_block *block, gemm_piece piece, const float *panels, float *strips
) {
    const martlet_gemm_arguments *p = job->arguments;
    long strip_floats = gemm_strip_floats(&job->plan), strip_count = ceiling(block->rows, job->plan.tile_rows);
    long depth = piece.end - piece.begin, group = p->transpose_a ? GEMM_STRIPS : 1;
    long panel_count = ceiling(block->columns, job->plan.vectors * VECTOR_WIDTH);
    long slices = shorter(GEMM_SLICES, depth);
    while (depth % slices) slices--;
    for (long s = 0; s < strip_count; s++) {
        long i = strip_row(block, strip_count, s), rows = strip_row(block, strip_count, s + 1) - i;
        long into_group = s % group, group_end = shorter(s - into_group + group, strip_count);
        const float *strip = strips + into_group * strip_floats;
        long stride = p->transpose_a ? rows : depth + GEMM_STRIP_GAP;
        if (!p->transpose_a && p->a_stride % GEMM_FAR_STRIDE != 0) {
            strip = gemm_left(p, block->row + i, piece.begin);
            stride = p->a_stride;
        } else if (!p->transpose_a)
            gemm_copy_strip(p, block, strip_count, s, piece.begin, depth, strips);
        else if (into_group == 0)
            gemm_turn_strips(p, block, strip_count, s, group_end - s, piece.begin, depth, strips, strip_floats);
        long next = strip_row(block, strip_count, group_end);
        long next_rows = strip_row(block, strip_count, shorter(group_end + group, strip_count)) - next;
        int vectors;
        for (long j = 0, number = 0; j < block->columns; j += vectors * VECTOR_WIDTH, number++) {
            vectors = panel_vectors(job->plan.vectors, block->columns - j);
            long panel = vectors * VECTOR_WIDTH;
            tile_run runs[GEMM_SLICES];
            for (long slice = 0; slice < slices; slice++) {
                long k = slice * (depth / slices);
                runs[slice] = (tile_run){.a = p->transpose_a ? k * stride : k, .b = k * panel};
            }
            tile_ahead ahead = {
                .sum = gemm_next_sums(block, i, rows, j + panel, panel),
                .left = gemm_next_left(
                    p, block->row + next, next_rows, piece.begin, depth, into_group * panel_count + number, group * panel_count)};
            tile_table(vectors, !p->transpose_a)[rows](
                strip, stride, panels + j * depth, panel, runs, slices, depth / slices,
                block->sum + i * block->sum_stride + j, block->sum_stride, piece.mode, panel_mask(vectors, block->columns - j),
                &ahead);
        }
    }
}

static void gemm_packed(const gemm_job *job, const gemm_block *block, float *panels) {
    float *strips = panels + job->plan.piece * ceiling(block->columns, VECTOR_WIDTH) * VECTOR_WIDTH;
    for (long k = block->begin; k < block->end;) {
        gemm_piece piece = next_piece(&job->plan, block->begin, k, block->end, job->arguments->segment_length);
        gemm_pack(job->arguments, k, piece.end - k, block->column, block->columns, job->plan.vectors, panels);
        gemm_sweep(job, block, piece, panels, strips);
        k = piece.end;
    }
}
