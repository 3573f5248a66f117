// Pointwise programs, run chunk by chunk so that what passes between instructions stays in L1.
//
// Each instruction has a register of one chunk in the worker's scratch. An operand that lies as the chunk does is read
// where it is, and the last instruction writes to the output. A chunk is a stretch of one row, or several whole rows.

typedef struct {
    const martlet_program *program;
    const float **results;   // of each instruction, for the chunk at hand
    bool *steady;            // whether an instruction's result is the same in each chunk
    float *registers;
    long chunk;
} program_run;

INLINE void fill(float *out, float value, long count) {
    for (long i = 0; i < count; i++) out[i] = value;
}

/// Whether the operand has the same values in each chunk; it is then loaded once.
INLINE bool program_steady(const martlet_operand *operand, bool same_columns) {
    return operand->row_stride == 0 && (operand->column_stride == 0 || same_columns);
}

static void program_copy(
    const martlet_operand *operand, long row, long rows, long column, long columns, float *out
) {
    for (long r = 0; r < rows; r++, out += columns) {
        const float *from = operand->values + (row + r) * operand->row_stride + column * operand->column_stride;
        if (operand->column_stride == 0)
            fill(out, *from, columns);
        else
            for (long c = 0; c < columns; c++) out[c] = from[c * operand->column_stride];
    }
}

/// Leaves the caches to others.
static void program_stream(float *out, const float *values, long count) {
    long before = (long)(-(uintptr_t)out % sizeof(vector) / sizeof(float)), i = 0;
    for (; i < shorter(before, count); i++) out[i] = values[i];
    for (; i + VECTOR_WIDTH <= count; i += VECTOR_WIDTH) vector_stream(out + i, vector_load(values + i));
    for (; i < count; i++) out[i] = values[i];
}

INLINE void program_apply(const program_run *run, const martlet_instruction *instruction, float *result, long count) {
    const int *sources = instruction->sources;
    instruction->loop(
        result, run->results[sources[0]], sources[1] < 0 ? NULL : run->results[sources[1]],
        sources[2] < 0 ? NULL : run->results[sources[2]], count);
}

/// What does not change from chunk to chunk: constants, operands without rows, and what is computed of these alone.
static void program_prepare(const program_run *run, bool same_columns, long column, long rows, long columns) {
    const martlet_program *program = run->program;
    for (int i = 0; i < program->instruction_count; i++) {
        const martlet_instruction *instruction = &program->instructions[i];
        float *result = run->registers + i * run->chunk;
        run->steady[i] = false;
        run->results[i] = result;
        switch (instruction->kind) {
        case MARTLET_CONSTANT: fill(result, instruction->value, rows * columns); break;
        case MARTLET_LOAD: {
            const martlet_operand *operand = &program->operands[instruction->operand];
            if (!program_steady(operand, same_columns)) continue;
            if (rows == 1 && operand->column_stride == 1)
                run->results[i] = operand->values + column;
            else
                program_copy(operand, 0, rows, column, columns, result);
            break;
        }
        case MARTLET_APPLY: {
            bool steady = true;
            for (int s = 0; s < 3; s++) steady &= instruction->sources[s] < 0 || run->steady[instruction->sources[s]];
            if (!steady) continue;
            program_apply(run, instruction, result, rows * columns);
            break;
        }
        default: continue;
        }
        run->steady[i] = true;
    }
}

static void program_chunk_run(
    const program_run *run, long row, long rows, long column, long columns, float *out
) {
    const martlet_program *program = run->program;
    long count = rows * columns;
    int last = program->instruction_count - 1;
    for (int i = 0; i <= last; i++) {
        const martlet_instruction *instruction = &program->instructions[i];
        float *result = i == last && !program->streams ? out : run->registers + i * run->chunk;
        if (run->steady[i]) continue;
        switch (instruction->kind) {
        case MARTLET_LOAD: {
            const martlet_operand *operand = &program->operands[instruction->operand];
            if (operand->column_stride == 1 && (rows == 1 || operand->row_stride == columns)) {
                run->results[i] = operand->values + row * operand->row_stride + column;
                continue;
            }
            result = run->registers + i * run->chunk;
            program_copy(operand, row, rows, column, columns, result);
            break;
        }
        case MARTLET_APPLY: program_apply(run, instruction, result, count); break;
        default: {
            const martlet_step *step = program->step;
            random_source source = {
                instruction->kind, step->step, step->seed_low, step->seed_high,
                instruction->stream, instruction->threshold, instruction->value,
            };
            random_fill(&source, (uint32_t)(row * program->columns + column), count, result);
        }
        }
        run->results[i] = result;
    }
    if (program->streams)
        program_stream(out, run->results[last], count);
    else if (run->results[last] != out)
        memmove(out, run->results[last], sizeof(float) * count);
}

/// Whether the program may be seen as one long row: operands are without gaps, or one value.
static bool program_flat(const martlet_program *program) {
    for (int i = 0; i < program->operand_count; i++) {
        const martlet_operand *operand = &program->operands[i];
        bool whole = operand->column_stride == 1 && (operand->row_stride == program->columns || program->rows == 1);
        if (!whole && (operand->column_stride || operand->row_stride)) return false;
    }
    return true;
}

static void program_run_block(
    const martlet_program *program, long row, long rows, long column, long columns, float *out, long out_stride,
    void *scratch
) {
    if (rows <= 0 || columns <= 0 || program->instruction_count <= 0) return;
    program_run run = {
        .program = program,
        .results = scratch,
        .steady = (bool *)((char *)scratch + sizeof(float *) * program->instruction_count),
        .registers = (float *)((char *)scratch + program_lists(program->instruction_count)),
        .chunk = program_chunk(program->instruction_count),
    };

    bool gapless = columns == program->columns && (out_stride == columns || rows == 1);
    martlet_program flat = *program;
    if (rows > 1 && gapless && program_flat(program)) {
        // One row is left, so that the operands' row strides no longer matter.
        flat.rows = 1;
        flat.columns = program->rows * columns;
        run.program = &flat;
        column = row * columns;
        columns *= rows;
        row = 0;
        rows = 1;
    }
    if (rows == 1) {
        program_prepare(&run, false, column, 1, shorter(run.chunk, columns));
        for (long c = 0; c < columns; c += run.chunk)
            program_chunk_run(&run, row, 1, column + c, shorter(run.chunk, columns - c), out + c);
        return;
    }

    if (gapless && 2 * columns <= run.chunk) {
        long together = shorter(run.chunk / columns, rows);
        program_prepare(&run, true, 0, together, columns);
        for (long r = 0; r < rows; r += together)
            program_chunk_run(&run, row + r, shorter(together, rows - r), 0, columns, out + r * out_stride);
        return;
    }

    // An operand without rows is steady only as long as the column stays, so columns are the outer loop.
    long width = shorter(run.chunk, columns);
    for (long c = 0; c < columns; c += width) {
        long count = shorter(width, columns - c);
        program_prepare(&run, true, column + c, 1, count);
        for (long r = 0; r < rows; r++)
            program_chunk_run(&run, row + r, 1, column + c, count, out + r * out_stride + c);
    }
}

// MARK: Over the pool

typedef struct {
    const martlet_program *program;
    float *out;
    char *scratch;
    size_t scratch_bytes;
    bool flat;
    long row_parts, column_parts;
} program_job;

static void program_task(void *context, long index, int worker) {
    const program_job *job = context;
    const martlet_program *program = job->program;
    long row_part = index / job->column_parts, column_part = index % job->column_parts;
    long row = share(program->rows, job->row_parts, row_part);
    long rows = share(program->rows, job->row_parts, row_part + 1) - row;
    long column = share_by(PROGRAM_SHORTEST, program->columns, job->column_parts, column_part);
    long columns = share_by(PROGRAM_SHORTEST, program->columns, job->column_parts, column_part + 1) - column;
    program_run_block(
        program, row, rows, column, columns, job->out + row * program->columns + column, program->columns,
        job->scratch + job->scratch_bytes * worker);
    if (program->streams) vector_stream_end();
}

static void program_run_all(martlet_pool *pool, const martlet_program *program, float *out, void *scratch) {
    if (program->rows <= 0 || program->columns <= 0) return;
    martlet_program whole = *program;
    if (program_flat(program)) {
        whole.columns *= whole.rows;
        whole.rows = 1;
    }
    program_job job = {.program = &whole, .out = out, .scratch = scratch};
    job.scratch_bytes = program_scratch(program->instruction_count);
    long tasks = task_count(pool, whole.rows * whole.columns, LONG_MAX);
    job.row_parts = shorter(tasks, whole.rows);
    job.column_parts = shorter(ceiling(tasks, job.row_parts), ceiling(whole.columns, PROGRAM_SHORTEST));
    martlet_pool_run(pool, program_task, &job, job.row_parts * job.column_parts);
}
