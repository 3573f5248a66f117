// What a skeleton kernel computes of each element. The host puts a generated header of the same form in the place of
// this one, which gives back what it is given.
//
// The elements are those of a matrix of rows x columns, stored densely: `index` is row * columns + column. A call
// computes the elements from `column` on, `lanes` of them (1 ... MARTLET_WIDTH); other lanes mean nothing.

#ifndef MARTLET_EXPRESSION_H
#define MARTLET_EXPRESSION_H

#include "OpenCL/lanes.h"
#include "OpenCL/place.h"
#include "Shared/pointwise.h"
#include "Shared/step.h"

// The kernel's parameters for operands that lie in memory, each a buffer and an offset in elements, and the same as
// arguments of martlet_expression.
#define MARTLET_EXPRESSION_PARAMETERS
#define MARTLET_EXPRESSION_ARGUMENTS

// value: what the skeleton itself computed (a product), if anything.
MARTLET_FUNCTION martlet_real martlet_expression(
    martlet_real value, martlet_place place, const __global martlet_step *step MARTLET_EXPRESSION_PARAMETERS) {
    return value;
}

#endif
