// Where an expression is evaluated. OpenCL C alone.

#ifndef MARTLET_PLACE_H
#define MARTLET_PLACE_H

typedef struct {
    uint row;
    uint column;
    uint index;
    uint lanes;
} martlet_place;

static inline martlet_place martlet_place_of(uint row, uint column, uint columns, uint lanes) {
    martlet_place place = {row, column, row * columns + column, lanes};
    return place;
}

#endif
