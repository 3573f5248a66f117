// Every register tile of the variant. TILE_LIMIT_<vectors>_<along k> is the tallest: what the registers hold, or less
// where shorter tiles were measured to be faster.

#define TILE_VECTORS 1
#define TILE_ALONG_K 0
#define TILE_LIMIT TILE_LIMIT_1_0
#include "gemm_tiles.h"
#undef TILE_VECTORS
#undef TILE_ALONG_K

#define TILE_VECTORS 1
#define TILE_ALONG_K 1
#define TILE_LIMIT TILE_LIMIT_1_1
#include "gemm_tiles.h"
#undef TILE_VECTORS
#undef TILE_ALONG_K

#define TILE_VECTORS 1
#define TILE_ALONG_K 2
#define TILE_LIMIT TILE_LIMIT_1_1
#include "gemm_tiles.h"
#undef TILE_VECTORS
#undef TILE_ALONG_K

#define TILE_VECTORS 2
#define TILE_ALONG_K 0
#define TILE_LIMIT TILE_LIMIT_2_0
#include "gemm_tiles.h"
#undef TILE_VECTORS
#undef TILE_ALONG_K

#define TILE_VECTORS 2
#define TILE_ALONG_K 1
#define TILE_LIMIT TILE_LIMIT_2_1
#include "gemm_tiles.h"
#undef TILE_VECTORS
#undef TILE_ALONG_K

#define TILE_VECTORS 2
#define TILE_ALONG_K 2
#define TILE_LIMIT TILE_LIMIT_2_1
#include "gemm_tiles.h"
#undef TILE_VECTORS
#undef TILE_ALONG_K

#define TILE_VECTORS 4
#define TILE_ALONG_K 0
#define TILE_LIMIT TILE_LIMIT_4_0
#include "gemm_tiles.h"
#undef TILE_VECTORS
#undef TILE_ALONG_K

#define TILE_VECTORS 4
#define TILE_ALONG_K 1
#define TILE_LIMIT TILE_LIMIT_4_1
#include "gemm_tiles.h"
#undef TILE_VECTORS
#undef TILE_ALONG_K

#define TILE_VECTORS 4
#define TILE_ALONG_K 2
#define TILE_LIMIT TILE_LIMIT_4_1
#include "gemm_tiles.h"
#undef TILE_VECTORS
#undef TILE_ALONG_K

#define TILE_VECTORS 8
#define TILE_ALONG_K 0
#define TILE_LIMIT TILE_LIMIT_8_0
#include "gemm_tiles.h"
#undef TILE_VECTORS
#undef TILE_ALONG_K

#define TILE_VECTORS 8
#define TILE_ALONG_K 1
#define TILE_LIMIT TILE_LIMIT_8_1
#include "gemm_tiles.h"
#undef TILE_VECTORS
#undef TILE_ALONG_K

#define TILE_VECTORS 8
#define TILE_ALONG_K 2
#define TILE_LIMIT TILE_LIMIT_8_1
#include "gemm_tiles.h"
#undef TILE_VECTORS
#undef TILE_ALONG_K

/// The tiles of this many vectors, by height.
INLINE const gemm_tile *tile_table(int vectors, bool along_k) {
    switch (vectors) {
    case 1: return along_k ? tiles_1_1 : tiles_1_0;
    case 2: return along_k ? tiles_2_1 : tiles_2_0;
    case 4: return along_k ? tiles_4_1 : tiles_4_0;
    default: return along_k ? tiles_8_1 : tiles_8_0;
    }
}

/// The tiles whose runs may leave out rows.
INLINE const gemm_tile *tile_table_outside(int vectors) {
    switch (vectors) {
    case 1: return tiles_1_2;
    case 2: return tiles_2_2;
    case 4: return tiles_4_2;
    default: return tiles_8_2;
    }
}

INLINE int tile_limit(int vectors, bool along_k) {
    switch (vectors) {
    case 1: return along_k ? TILE_LIMIT_1_1 : TILE_LIMIT_1_0;
    case 2: return along_k ? TILE_LIMIT_2_1 : TILE_LIMIT_2_0;
    case 4: return along_k ? TILE_LIMIT_4_1 : TILE_LIMIT_4_0;
    default: return along_k ? TILE_LIMIT_8_1 : TILE_LIMIT_8_0;
    }
}
