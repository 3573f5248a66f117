// All heights of the register tile for one TILE_VECTORS and TILE_ALONG_K, up to TILE_LIMIT rows, and the table of them.

#define TILE_ROWS 1
#include "gemm_tile.h"
#if TILE_LIMIT >= 2
#define TILE_ROWS 2
#include "gemm_tile.h"
#endif
#if TILE_LIMIT >= 3
#define TILE_ROWS 3
#include "gemm_tile.h"
#endif
#if TILE_LIMIT >= 4
#define TILE_ROWS 4
#include "gemm_tile.h"
#endif
#if TILE_LIMIT >= 5
#define TILE_ROWS 5
#include "gemm_tile.h"
#endif
#if TILE_LIMIT >= 6
#define TILE_ROWS 6
#include "gemm_tile.h"
#endif
#if TILE_LIMIT >= 7
#define TILE_ROWS 7
#include "gemm_tile.h"
#define TILE_ROWS 8
#include "gemm_tile.h"
#define TILE_ROWS 9
#include "gemm_tile.h"
#define TILE_ROWS 10
#include "gemm_tile.h"
#define TILE_ROWS 11
#include "gemm_tile.h"
#define TILE_ROWS 12
#include "gemm_tile.h"
#endif
#if TILE_LIMIT >= 13
#define TILE_ROWS 13
#include "gemm_tile.h"
#define TILE_ROWS 14
#include "gemm_tile.h"
#endif
#if TILE_LIMIT >= 15
#define TILE_ROWS 15
#include "gemm_tile.h"
#define TILE_ROWS 16
#include "gemm_tile.h"
#endif

#define TILE_TABLE_(vectors, along_k) tiles_##vectors##_##along_k
#define TILE_TABLE(vectors, along_k) TILE_TABLE_(vectors, along_k)
#define TILE_NAME_(rows, vectors, along_k) tile_##rows##x##vectors##_##along_k
#define TILE_NAME__(rows, vectors, along_k) TILE_NAME_(rows, vectors, along_k)
#define TILE(rows) TILE_NAME__(rows, TILE_VECTORS, TILE_ALONG_K)

static const gemm_tile TILE_TABLE(TILE_VECTORS, TILE_ALONG_K)[TILE_LIMIT + 1] = {
    0, TILE(1),
#if TILE_LIMIT >= 2
    TILE(2),
#endif
#if TILE_LIMIT >= 3
    TILE(3),
#endif
#if TILE_LIMIT >= 4
    TILE(4),
#endif
#if TILE_LIMIT >= 5
    TILE(5),
#endif
#if TILE_LIMIT >= 6
    TILE(6),
#endif
#if TILE_LIMIT >= 7
    TILE(7), TILE(8), TILE(9), TILE(10), TILE(11), TILE(12),
#endif
#if TILE_LIMIT >= 13
    TILE(13), TILE(14),
#endif
#if TILE_LIMIT >= 15
    TILE(15), TILE(16),
#endif
};

#undef TILE
#undef TILE_NAME__
#undef TILE_NAME_
#undef TILE_TABLE
#undef TILE_TABLE_
#undef TILE_LIMIT
