// The pixels that a convolution (GRADIENT 0) or the gradient of its images (GRADIENT 1) computes, and what its taps read for
// them. OpenCL C alone.
//
// Along each axis the pixels of the gradient, which are elements, come in as many classes as the stride: those of a class lie
// a stride apart and are reached by the same taps. The pixels of the convolution, which are places, are one class. Pixel i
// of a class lies at class + i * `MARTLET_CLASS_STEP`, and a tap reads for it at i * `MARTLET_SOURCE_STEP` + an offset: padding
// where the source has nothing of that number. Taps are counted in the order of the sum, in which what is read increases.

#ifndef MARTLET_PIXELS_H
#define MARTLET_PIXELS_H

#ifndef GRADIENT
#define GRADIENT 0
#endif

#if GRADIENT
#define MARTLET_CLASS_STEP(stride) (stride)
#define MARTLET_SOURCE_STEP(stride) 1u
#else
#define MARTLET_CLASS_STEP(stride) 1u
#define MARTLET_SOURCE_STEP(stride) (stride)
#endif

// How many pixels of so many are in a class.
static inline uint martlet_class_size(uint pixels, uint pixel_class, uint stride) {
    uint step = MARTLET_CLASS_STEP(stride);
    return pixel_class < pixels ? (pixels - pixel_class + step - 1u) / step : 0u;
}

// Whether a tap reads for the pixels of a class, and with which offset.
static inline bool martlet_tap_reads(
    uint tap, uint pixel_class, uint size, uint stride, uint dilation, uint before, int *offset) {
#if GRADIENT
    int distance = (int)(pixel_class + before) - (int)((size - 1u - tap) * dilation);
    *offset = distance / (int)stride;
    return distance % (int)stride == 0;
#else
    *offset = (int)(tap * dilation) - (int)before;
    return true;
#endif
}

#endif
