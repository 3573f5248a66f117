// The matrix product: how one result is cut into tasks, tasks into tiles, and where operands are read from.
//
// Four methods, the same sums:
//   IN_PLACE  both operands are read where they lie; a panel of B's columns is swept over by A's rows.
//   PACKED    a block of B is copied to panels (and turned, when B is stored transposed), and a strip of A is swept over it.
//   TURNED    B is stored transposed and A is small: the transposed product is computed, so that the large operand is read
//             in place; A is packed, turned, once for all tasks.
//   ROWS      one row or one column, of rows that run along k (gemm_rows.h).
// When there are more segments than tiles can keep the workers busy, each segment is a task with its own partial result
// (`splits`), and a second launch adds these in order.

typedef enum {
    TILE_START,   // chains start from zero and are stored
    TILE_RESUME,  // chains go on from what is stored
    TILE_ADD,     // chains start from zero and are added to what is stored
} tile_mode;

/// Where a run of k begins, in floats from the tile's A and B.
typedef struct {
    long a, b;
} tile_run;

typedef void (*gemm_tile)(
    const float *a, long a_stride, const float *b, long b_stride, const tile_run *runs, long run_count, long depth,
    float *sum, long sum_stride, tile_mode mode, vector_mask last);

/// All of k in one run.
static const tile_run whole_run[1];

#include "gemm_instances.h"

typedef enum { IN_PLACE, PACKED, TURNED, ROWS } gemm_method;

typedef struct {
    gemm_method method;
    int vectors;                      // a panel's width
    int tile_rows;                    // the tallest tile
    long piece;                       // the longest stretch of k done in one sweep
    long row_blocks, column_blocks;   // of the result
    long splits;                      // 1, or the number of segments
    size_t shared_bytes, worker_bytes;
} gemm_plan;

typedef struct {
    const martlet_gemm_arguments *arguments;
    gemm_plan plan;
    char *shared;
    char *workers;
} gemm_job;

enum {
    GEMM_BLOCK_FLOATS = 1 << 16,    // a block of A or of the result that stays in L2
    GEMM_PACKED_DEPTH = 512,        // times GEMM_PACKED_COLUMNS: a block of B that stays in L2
    GEMM_PACKED_COLUMNS = 512,
    GEMM_STRIPS = 8,                // of a transposed A copied at a time
    GEMM_STRIP_GAP = 16,            // keeps the rows of a copied strip out of each other's cache sets
    GEMM_TASK_FLOPS = 1 << 18,      // less than this is not worth sharing further
    GEMM_TASKS_PER_WORKER = 4,
    GEMM_PACKED_TASKS = 2,          // to a worker; each copies what it needs of A and B, so small products get one
    GEMM_PACKED_FLOPS = 1 << 30,    // of a worker, for more than one
    GEMM_TURN_DEPTH = 256,
    GEMM_ADD_TASKS = 16,
};

// MARK: Planning

/// The widest panel that suits the shape: few rows leave registers for wide panels, which read B in long runs.
static int gemm_vectors(long rows, long columns, gemm_method method) {
    int vectors = method == PACKED ? GEMM_PACKED_VECTORS : 2;
    if (method == IN_PLACE)
        while (vectors < 8 && rows <= tile_limit(2 * vectors, true)) vectors *= 2;
    while (vectors > 1 && (vectors / 2) * VECTOR_WIDTH >= columns) vectors /= 2;
    return vectors;
}

/// Room for one strip of A, in whole cache lines.
INLINE long gemm_strip_floats(const gemm_plan *plan) {
    return (long)(cache_lines(sizeof(float) * plan->tile_rows * (plan->piece + GEMM_STRIP_GAP)) / sizeof(float));
}

static bool gemm_is_rows(const martlet_gemm_arguments *);

static gemm_method gemm_choose(const martlet_gemm_arguments *p) {
    if (gemm_is_rows(p)) return ROWS;
    if (p->transpose_b) {
        bool turn = p->transpose_a ? p->m >= 8 : p->m >= 8 && p->m <= 128 && p->k >= 256;
        return turn && p->n > 16 ? TURNED : PACKED;
    }
    bool large = p->m >= 256 && p->n >= 256 && p->k >= 256 && (double)p->m * p->n * p->k >= 512.0 * 512 * 512;
    return large ? PACKED : IN_PLACE;
}

static gemm_plan gemm_make_plan(const martlet_gemm_arguments *p, int threads) {
    gemm_plan plan = {.method = gemm_choose(p), .splits = 1, .row_blocks = 1, .column_blocks = 1};
    bool turned = plan.method == TURNED;
    long rows = longer(turned ? p->n : p->m, 1), columns = longer(turned ? p->m : p->n, 1), depth = longer(p->k, 1);
    bool along_k = turned || !p->transpose_a;
    plan.vectors = plan.method == ROWS ? 1 : gemm_vectors(rows, columns, plan.method);
    plan.tile_rows = plan.method == ROWS ? VECTOR_WIDTH : tile_limit(plan.vectors, along_k);
    long panel = plan.vectors * VECTOR_WIDTH;

    // Segment sums are added where they are stored, so a second segment has to be done in one piece.
    long segment = shorter(longer(p->segment_length, 1), depth);
    long segments = ceiling(depth, segment);
    plan.piece = segment;
    if (segments == 1 && plan.method != TURNED && rows > plan.tile_rows)
        plan.piece = ceiling(depth, ceiling(depth, GEMM_PACKED_DEPTH));

    // Blocks that stay in cache first, then more of them until each worker has a few.
    long most_rows, most_columns;
    if (plan.method == PACKED) {
        most_rows = rows;
        most_columns = longer(GEMM_PACKED_DEPTH * GEMM_PACKED_COLUMNS / longer(plan.piece, GEMM_PACKED_DEPTH), panel);
    } else {
        most_rows = longer(GEMM_BLOCK_FLOATS / plan.piece, 4 * plan.tile_rows);
        most_columns = turned ? columns : longer(GEMM_BLOCK_FLOATS / shorter(rows, most_rows), panel);
    }
    plan.row_blocks = ceiling(rows, most_rows);
    plan.column_blocks = ceiling(columns, most_columns);
    double flops = 2.0 * rows * columns * depth;
    long wanted = threads == 1 ? 1 : (long)(flops / GEMM_TASK_FLOPS);
    long most = (long)threads * GEMM_TASKS_PER_WORKER;
    if (plan.method == PACKED) most = threads * (flops > (double)threads * GEMM_PACKED_FLOPS ? GEMM_PACKED_TASKS : 1L);
    wanted = longer(shorter(wanted, most), flops > GEMM_TASK_FLOPS / 8 ? threads : 1);
    long row_parts = ceiling(rows, plan.tile_rows), column_parts = turned ? 1 : ceiling(columns, panel);
    // A square block has the least to copy for its work.
    if (plan.method == PACKED)
        while (plan.row_blocks * plan.column_blocks < wanted && 2 * plan.row_blocks <= row_parts
               && rows / plan.row_blocks >= columns / plan.column_blocks)
            plan.row_blocks *= 2;
    if (plan.row_blocks * plan.column_blocks < wanted)
        plan.column_blocks = longer(plan.column_blocks, shorter(column_parts, ceiling(wanted, plan.row_blocks)));
    if (plan.row_blocks * plan.column_blocks < wanted)
        plan.row_blocks = longer(plan.row_blocks, shorter(row_parts, ceiling(wanted, plan.column_blocks)));

    long block_rows = ceiling(rows, plan.row_blocks) + 1;
    long block_columns = (ceiling(column_parts, plan.column_blocks)) * (turned ? columns : panel);
    if (segments > 1 && plan.method != TURNED && plan.row_blocks * plan.column_blocks < 2 * threads
        && (double)rows * columns * segments <= 64.0 * GEMM_BLOCK_FLOATS)
        plan.splits = segments;

    if (plan.splits > 1) plan.shared_bytes += cache_lines(sizeof(float) * plan.splits * rows * columns);
    if (turned && !p->transpose_a) plan.shared_bytes += cache_lines(sizeof(float) * depth * ceiling(columns, VECTOR_WIDTH) * VECTOR_WIDTH);
    if (p->beta != 0 && plan.splits == 1) plan.worker_bytes += cache_lines(sizeof(float) * block_rows * block_columns);
    if (plan.method == PACKED)
        plan.worker_bytes += cache_lines(sizeof(float) * plan.piece * block_columns)
            + sizeof(float) * gemm_strip_floats(&plan) * (p->transpose_a ? GEMM_STRIPS : 1);
    return plan;
}

static size_t gemm_scratch_bytes(const martlet_gemm_arguments *arguments, int threads) {
    gemm_plan plan = gemm_make_plan(arguments, threads);
    return plan.shared_bytes + plan.worker_bytes * threads;
}

// MARK: Panels and pieces

/// The vectors of the panel that begins where `columns` are left. Only a panel's last vector may be partial.
INLINE int panel_vectors(int widest, long columns) {
    while (widest > 1 && (widest - 1) * VECTOR_WIDTH >= columns) widest /= 2;
    return widest;
}

INLINE vector_mask panel_mask(int vectors, long columns) {
    return vector_first(shorter(columns - (vectors - 1) * VECTOR_WIDTH, VECTOR_WIDTH));
}

/// A stretch of k inside one segment.
typedef struct {
    long begin, end;
    tile_mode mode;
} gemm_piece;

/// The piece after the one that ended at `begin`; the range from `first` starts a segment.
INLINE gemm_piece next_piece(const gemm_plan *plan, long first, long begin, long end, long segment) {
    gemm_piece piece = {.begin = begin};
    long into_segment = (begin - first) % segment;
    piece.end = shorter(shorter(begin + plan->piece, begin - into_segment + segment), end);
    piece.mode = begin == first ? TILE_START : into_segment ? TILE_RESUME : TILE_ADD;
    return piece;
}

// MARK: Methods. Each leaves the sums over k in begin..<end of one block in `sum`.

typedef struct {
    long row, rows, column, columns;
    long begin, end;
    float *sum;
    long sum_stride;
} gemm_block;

/// A's rows from `row`, its k from `begin`.
INLINE const float *gemm_left(const martlet_gemm_arguments *p, long row, long begin) {
    return p->transpose_a ? p->a + begin * p->a_stride + row : p->a + row * p->a_stride + begin;
}

static void gemm_in_place(const gemm_job *job, const gemm_block *block) {
    const martlet_gemm_arguments *p = job->arguments;
    int vectors;
    for (long j = 0; j < block->columns; j += vectors * VECTOR_WIDTH) {
        vectors = panel_vectors(job->plan.vectors, block->columns - j);
        vector_mask last = panel_mask(vectors, block->columns - j);
        const gemm_tile *tiles = tile_table(vectors, !p->transpose_a);
        long tile_count = ceiling(block->rows, tile_limit(vectors, !p->transpose_a));
        for (long k = block->begin; k < block->end;) {
            gemm_piece piece = next_piece(&job->plan, block->begin, k, block->end, p->segment_length);
            const float *b = p->b + k * p->b_stride + block->column + j;
            for (long t = 0; t < tile_count; t++) {
                long i = share(block->rows, tile_count, t), end = share(block->rows, tile_count, t + 1);
                tiles[end - i](
                    gemm_left(p, block->row + i, k), p->a_stride, b, p->b_stride, whole_run, 1, piece.end - k,
                    block->sum + i * block->sum_stride + j, block->sum_stride, piece.mode, last);
            }
            k = piece.end;
        }
    }
}

/// Some columns of B as panels, [`depth`][panel] for the k from `begin`, of which `count` from the `first` are filled in. B is
/// read along its rows.
static void gemm_pack(
    const martlet_gemm_arguments *p, long begin, long depth, long first, long count, long column, long columns, int widest,
    float *panels
) {
    int vectors;
    if (p->transpose_b) {
        const float *from = p->b + column * p->b_stride + begin + first;
        for (long j = 0; j < columns; j += vectors * VECTOR_WIDTH) {
            vectors = panel_vectors(widest, columns - j);
            long panel = vectors * VECTOR_WIDTH;
            transpose(
                from + j * p->b_stride, p->b_stride, panels + j * depth + first * panel, panel, shorter(panel, columns - j), count);
        }
        return;
    }
    for (long k = first; k < first + count; k++) {
        const float *from = p->b + (begin + k) * p->b_stride + column;
        for (long j = 0; j < columns; j += vectors * VECTOR_WIDTH) {
            vectors = panel_vectors(widest, columns - j);
            float *to = panels + j * depth + k * vectors * VECTOR_WIDTH;
            int v = 0;
            for (; v < vectors - 1; v++) vector_store(to + v * VECTOR_WIDTH, vector_load(from + j + v * VECTOR_WIDTH));
            vector_mask last = panel_mask(vectors, columns - j);
            vector_store(to + v * VECTOR_WIDTH, vector_load_partial(from + j + v * VECTOR_WIDTH, last));
        }
    }
}

/// The rows of A that strip `strip` of `strips` begins with, within the block.
INLINE long strip_row(const gemm_block *block, long strips, long strip) { return share(block->rows, strips, strip); }

/// A strip of A with its rows brought close together.
static void gemm_copy_strip(
    const martlet_gemm_arguments *p, const gemm_block *block, long strips, long strip, long begin, long depth, float *to
) {
    long row = strip_row(block, strips, strip), rows = strip_row(block, strips, strip + 1) - row;
    const float *a = gemm_left(p, block->row + row, begin);
    for (long i = 0; i < rows; i++)
        memcpy(to + i * (depth + GEMM_STRIP_GAP), a + i * p->a_stride, sizeof(float) * depth);
}

/// Several strips of a transposed A, each [k][rows], `strip_floats` apart: so many that a line of A is read only once, since
/// lines a power of two apart push each other out of the cache.
static void gemm_turn_strips(
    const martlet_gemm_arguments *p, const gemm_block *block, long strips, long first, long count, long begin, long depth,
    float *to, long strip_floats
) {
    const float *a = gemm_left(p, block->row, begin);
    long borders[GEMM_STRIPS + 1];
    for (long s = 0; s <= count; s++) borders[s] = strip_row(block, strips, first + s);
    // Whole vectors where A has them: what lies beyond a strip's rows is overwritten by the next k, or falls into the gap.
    long whole = GEMM_STRIP_GAP >= VECTOR_WIDTH ? p->m - block->row - VECTOR_WIDTH : -1;
    for (long k = 0; k < depth; k++, a += p->a_stride)
        for (long s = 0; s < count; s++) {
            long row = borders[s], rows = borders[s + 1] - row;
            float *out = to + s * strip_floats + k * rows;
            for (long i = 0; i < rows; i += VECTOR_WIDTH) {
                vector_mask mask = vector_first(shorter(rows - i, VECTOR_WIDTH));
                if (row + i <= whole)
                    vector_store(out + i, vector_load(a + row + i));
                else
                    vector_store_partial(out + i, vector_load_partial(a + row + i, mask), mask);
            }
        }
}

/// Asks for the next tile's sums while this one is computed.
INLINE void gemm_prefetch(const gemm_block *block, long row, long rows, long column, int vectors) {
    if (column >= block->columns) return;
    for (long i = row; i < row + rows; i++)
        for (int v = 0; v < vectors; v++)
            __builtin_prefetch(block->sum + i * block->sum_stride + column + v * VECTOR_WIDTH, 1);
}

/// Asks for the next strips of A, a share of them with each panel, so that copying them need not wait for memory.
INLINE void gemm_prefetch_strips(
    const martlet_gemm_arguments *p, long row, long rows, long begin, long depth, long part, long parts
) {
    const float *a = gemm_left(p, row, begin);
    long first = share(depth, parts, part), end = share(depth, parts, part + 1);
    if (p->transpose_a)
        for (long k = first; k < end; k++)
            for (long i = 0; i < rows; i += 16) __builtin_prefetch(a + k * p->a_stride + i, 0, 2);
    else
        for (long i = 0; i < rows; i++)
            for (long k = first; k < end; k += 16) __builtin_prefetch(a + i * p->a_stride + k, 0, 2);
}

/// Sweeps the rows of a block over packed panels, strip by strip.
static void gemm_sweep(
    const gemm_job *job, const gemm_block *block, gemm_piece piece, const float *panels, float *strips
) {
    const martlet_gemm_arguments *p = job->arguments;
    long strip_floats = gemm_strip_floats(&job->plan), strip_count = ceiling(block->rows, job->plan.tile_rows);
    long depth = piece.end - piece.begin, group = p->transpose_a ? GEMM_STRIPS : 1;
    long panel_count = ceiling(block->columns, job->plan.vectors * VECTOR_WIDTH);
    for (long s = 0; s < strip_count; s++) {
        long i = strip_row(block, strip_count, s), rows = strip_row(block, strip_count, s + 1) - i;
        long into_group = s % group, group_end = shorter(s - into_group + group, strip_count);
        const float *strip = strips + into_group * strip_floats;
        if (!p->transpose_a)
            gemm_copy_strip(p, block, strip_count, s, piece.begin, depth, strips);
        else if (into_group == 0)
            gemm_turn_strips(p, block, strip_count, s, group_end - s, piece.begin, depth, strips, strip_floats);
        long next = strip_row(block, strip_count, group_end);
        long next_rows = strip_row(block, strip_count, shorter(group_end + group, strip_count)) - next;
        int vectors;
        for (long j = 0, number = 0; j < block->columns; j += vectors * VECTOR_WIDTH, number++) {
            vectors = panel_vectors(job->plan.vectors, block->columns - j);
            gemm_prefetch(block, i, rows, j + vectors * VECTOR_WIDTH, vectors);
            if (number < panel_count)
                gemm_prefetch_strips(
                    p, block->row + next, next_rows, piece.begin, depth, into_group * panel_count + number, group * panel_count);
            tile_table(vectors, !p->transpose_a)[rows](
                strip, p->transpose_a ? rows : depth + GEMM_STRIP_GAP, panels + j * depth, vectors * VECTOR_WIDTH, whole_run, 1,
                depth, block->sum + i * block->sum_stride + j, block->sum_stride, piece.mode,
                panel_mask(vectors, block->columns - j));
        }
    }
}

static void gemm_packed(const gemm_job *job, const gemm_block *block, float *panels) {
    float *strips = panels + job->plan.piece * ceiling(block->columns, VECTOR_WIDTH) * VECTOR_WIDTH;
    for (long k = block->begin; k < block->end;) {
        gemm_piece piece = next_piece(&job->plan, block->begin, k, block->end, job->arguments->segment_length);
        long depth = piece.end - k;
        gemm_pack(job->arguments, k, depth, 0, depth, block->column, block->columns, job->plan.vectors, panels);
        gemm_sweep(job, block, piece, panels, strips);
        k = piece.end;
    }
}

/// Here a block's rows and columns are those of the result, and B's rows are the tile's. Each strip of B is read once.
static void gemm_turned(const gemm_job *job, const gemm_block *block) {
    const martlet_gemm_arguments *p = job->arguments;
    float tile[16 * 8 * VECTOR_WIDTH];
    long tile_count = ceiling(block->columns, job->plan.tile_rows);
    for (long t = 0; t < tile_count; t++) {
        long j = share(block->columns, tile_count, t), rows = share(block->columns, tile_count, t + 1) - j;
        const float *left = p->b + (block->column + j) * p->b_stride;
        int vectors;
        for (long i = 0; i < block->rows; i += vectors * VECTOR_WIDTH) {
            vectors = panel_vectors(job->plan.vectors, block->rows - i);
            long panel = vectors * VECTOR_WIDTH;
            long stride = p->transpose_a ? p->a_stride : panel;
            const float *right = p->transpose_a ? p->a + i : (const float *)job->shared + i * p->k;
            for (long k = block->begin; k < block->end;) {
                gemm_piece piece = next_piece(&job->plan, block->begin, k, block->end, p->segment_length);
                tile_table(vectors, true)[rows](
                    left + k, p->b_stride, right + k * stride, stride, whole_run, 1, piece.end - k, tile, panel, piece.mode,
                    panel_mask(vectors, block->rows - i));
                k = piece.end;
            }
            transpose(
                tile, panel, block->sum + i * block->sum_stride + j, block->sum_stride, rows,
                shorter(panel, block->rows - i));
        }
    }
}

#include "gemm_rows.h"

// MARK: Tasks

/// C = alpha * sum + beta * C over one block, where `sum` may be C itself.
static void gemm_finish(const martlet_gemm_arguments *p, const gemm_block *block) {
    float *c = p->c + block->row * p->c_stride + block->column;
    if (p->alpha == 1 && p->beta == 0 && block->sum == c) return;
    for (long i = 0; i < block->rows; i++) {
        const float *sum = block->sum + i * block->sum_stride;
        float *row = c + i * p->c_stride;
        for (long j = 0; j < block->columns; j += VECTOR_WIDTH) {
            vector_mask mask = vector_first(shorter(block->columns - j, VECTOR_WIDTH));
            vector value = vector_load_partial(sum + j, mask);
            if (p->alpha != 1) value = vector_all(p->alpha) * value;
            if (p->beta != 0) value = vector_fma(vector_all(p->beta), vector_load_partial(row + j, mask), value);
            vector_store_partial(row + j, value, mask);
        }
    }
}

static void gemm_clear(const gemm_block *block) {
    for (long i = 0; i < block->rows; i++)
        memset(block->sum + i * block->sum_stride, 0, sizeof(float) * block->columns);
}

static void gemm_task(void *context, long index, int worker) {
    const gemm_job *job = context;
    const martlet_gemm_arguments *p = job->arguments;
    const gemm_plan *plan = &job->plan;
    bool turned = plan->method == TURNED;

    long blocks = plan->row_blocks * plan->column_blocks;
    long split = index / blocks;
    long row_part = index % blocks % plan->row_blocks, column_part = index % blocks / plan->row_blocks;
    long panel = plan->vectors * VECTOR_WIDTH, columns = turned ? p->m : p->n;
    long panels = ceiling(columns, panel);
    gemm_block block = {.begin = 0, .end = p->k};
    long first = share(turned ? p->n : p->m, plan->row_blocks, row_part);
    long height = share(turned ? p->n : p->m, plan->row_blocks, row_part + 1) - first;
    long left = shorter(share(panels, plan->column_blocks, column_part) * panel, columns);
    long width = shorter(share(panels, plan->column_blocks, column_part + 1) * panel, columns) - left;
    block.row = turned ? left : first;
    block.rows = turned ? width : height;
    block.column = turned ? first : left;
    block.columns = turned ? height : width;
    if (block.rows == 0 || block.columns == 0) return;

    float *scratch = (float *)(job->workers + plan->worker_bytes * worker);
    if (plan->splits > 1) {
        block.begin = split * p->segment_length;
        block.end = shorter(block.begin + p->segment_length, p->k);
        block.sum_stride = p->n;
        block.sum = (float *)job->shared + split * p->m * p->n + block.row * p->n + block.column;
    } else if (p->beta != 0) {
        block.sum_stride = block.columns;
        block.sum = scratch;
        scratch += cache_lines(sizeof(float) * block.rows * block.columns) / sizeof(float);
    } else {
        block.sum_stride = p->c_stride;
        block.sum = p->c + block.row * p->c_stride + block.column;
    }

    if (block.begin == block.end)
        gemm_clear(&block);
    else if (turned)
        gemm_turned(job, &block);
    else if (plan->method == PACKED)
        gemm_packed(job, &block, scratch);
    else if (plan->method == ROWS)
        gemm_rows(p, &block);
    else
        gemm_in_place(job, &block);

    if (plan->splits > 1) return;
    gemm_finish(p, &block);
    if (p->epilogue)
        p->epilogue(
            p->epilogue_context, block.row, block.rows, block.column, block.columns,
            p->c + block.row * p->c_stride + block.column, p->c_stride, worker);
}

/// Adds the segments' partial results in order, for a share of the rows.
static void gemm_add_task(void *context, long index, int worker) {
    const gemm_job *job = context;
    const martlet_gemm_arguments *p = job->arguments;
    long tasks = shorter(p->m, GEMM_ADD_TASKS);
    gemm_block block = {.row = share(p->m, tasks, index), .columns = p->n, .sum_stride = p->n};
    block.rows = share(p->m, tasks, index + 1) - block.row;
    block.sum = (float *)job->shared + block.row * p->n;
    long count = block.rows * p->n;
    for (long i = 0; i < count; i += VECTOR_WIDTH) {
        vector_mask mask = vector_first(shorter(count - i, VECTOR_WIDTH));
        vector sum = vector_load_partial(block.sum + i, mask);
        for (long split = 1; split < job->plan.splits; split++)
            sum = sum + vector_load_partial(block.sum + split * p->m * p->n + i, mask);
        vector_store_partial(block.sum + i, sum, mask);
    }
    gemm_finish(p, &block);
    if (p->epilogue)
        p->epilogue(
            p->epilogue_context, block.row, block.rows, 0, p->n, p->c + block.row * p->c_stride, p->c_stride, worker);
}

/// A vector's width of A's rows over a stretch of k, turned into its place among the panels.
static void gemm_turn_task(void *context, long index, int worker) {
    (void)worker;
    const gemm_job *job = context;
    const martlet_gemm_arguments *p = job->arguments;
    long groups = ceiling(p->m, VECTOR_WIDTH);
    long i = index % groups * VECTOR_WIDTH, k = index / groups * GEMM_TURN_DEPTH;
    long first = 0;
    int vectors = panel_vectors(job->plan.vectors, p->m);
    while (first + vectors * VECTOR_WIDTH <= i) {
        first += vectors * VECTOR_WIDTH;
        vectors = panel_vectors(job->plan.vectors, p->m - first);
    }
    long panel = vectors * VECTOR_WIDTH;
    transpose(
        p->a + i * p->a_stride + k, p->a_stride, (float *)job->shared + first * p->k + k * panel + (i - first), panel,
        shorter(VECTOR_WIDTH, p->m - i), shorter(GEMM_TURN_DEPTH, p->k - k));
}

static void gemm_run(martlet_pool *pool, const martlet_gemm_arguments *arguments) {
    if (arguments->m <= 0 || arguments->n <= 0) return;
    gemm_job job = {.arguments = arguments, .plan = gemm_make_plan(arguments, martlet_pool_threads(pool))};
    job.shared = arguments->scratch;
    job.workers = job.shared + job.plan.shared_bytes;
    if (job.plan.method == TURNED && !arguments->transpose_a)
        martlet_pool_run(
            pool, gemm_turn_task, &job, ceiling(arguments->m, VECTOR_WIDTH) * ceiling(arguments->k, GEMM_TURN_DEPTH));
    martlet_pool_run(pool, gemm_task, &job, job.plan.row_blocks * job.plan.column_blocks * job.plan.splits);
    if (job.plan.splits > 1) martlet_pool_run(pool, gemm_add_task, &job, shorter(arguments->m, GEMM_ADD_TASKS));
}
