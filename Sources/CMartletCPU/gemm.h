// The matrix product: how one result is cut into tasks, tasks into tiles, and where operands are read from.
//
// Four methods, the same sums:
//   IN_PLACE  both operands are read where they lie; a panel of B's columns is swept over by A's rows.
//   PACKED    a block of B is copied to panels (and turned, when B is stored transposed), and a strip of A is swept over it.
//   TURNED    B is stored transposed and A is small: the transposed product is computed, so that the large operand is read
//             in place; A is packed, turned, once for all tasks.
//   ROWS      one row or one column, of rows that run along k.
// When there are more segments than tiles can keep the workers busy, each segment is a task with its own partial result
// (`splits`), and a second launch adds these in order.

#include "gemm_tile_types.h"

#include "gemm_instances.h"

#include "gemm_plan.h"

#include "gemm_pieces.h"

#include "gemm_in_place.h"
#include "gemm_packed.h"
#include "gemm_turned.h"
#include "gemm_rows.h"

#include "gemm_tasks.h"

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
