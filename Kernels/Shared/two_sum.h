// A running sum that keeps what rounding loses: Knuth, The Art of Computer Programming 2, 4.2.2, theorem B.

#ifndef MARTLET_TWO_SUM_H
#define MARTLET_TWO_SUM_H

#include "Shared/prelude.h"

// Adds a value to *sum; the rounding error of that, which is exact, is added to *lost. A sum that is not finite has lost
// nothing that a number could tell, so that infinity stays infinity when the two are put together.
MARTLET_FUNCTION void martlet_two_sum(martlet_real *sum, martlet_real *lost, martlet_real value) {
    martlet_real total = *sum + value;
    martlet_real added = total - *sum;
    martlet_real kept = total - added;
    martlet_real error = (*sum - kept) + (value - added);
    *lost = MARTLET_SELECT(error == error, *lost + error, *lost);
    *sum = total;
}

#endif
