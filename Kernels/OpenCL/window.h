// A window that moves over images. OpenCL C alone.
//
// Along each axis tap t at place i reads the element i * stride + t * dilation - before, which is padding where there is
// none of that number.

#ifndef MARTLET_WINDOW_H
#define MARTLET_WINDOW_H

// As kernels get it: elements, places, and the window's numbers along rows (height) and columns (width).
#define MARTLET_WINDOW_PARAMETERS \
    uint height, uint width, uint places_down, uint places_across, uint kernel_height, uint kernel_width, \
    uint stride_down, uint stride_across, uint dilation_down, uint dilation_across, uint before_down, uint before_across

// The element that a tap reads: at least `extent` where it is padding.
static inline uint martlet_element(uint place, uint tap, uint stride, uint dilation, uint before) {
    // Below the first element the difference wraps round to a large number.
    return place * stride + tap * dilation - before;
}

// The place whose window reads an element by a tap: at least `places` where there is none.
static inline uint martlet_place_of_tap(uint element, uint tap, uint stride, uint dilation, uint before, uint places) {
    uint reached = element + before, offset = tap * dilation;
    if (reached < offset) return places;
    uint distance = reached - offset;
    if (stride == 1u) return distance;
    return distance % stride == 0u ? distance / stride : places;
}

#endif
