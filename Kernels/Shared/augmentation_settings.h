// What an augmentation may do to an image: what the host and a device exchange. Shared/augmentation.h does it.

#ifndef MARTLET_AUGMENTATION_SETTINGS_H
#define MARTLET_AUGMENTATION_SETTINGS_H

#include "Shared/word.h"

// What an image is, and how far each change may go; 0: not at all. 16 words.
typedef struct {
    martlet_word height, width, channels;
    martlet_word channels_last;  // 1: [height][width][channels], 0: [channels][height][width]
    martlet_word crop;           // pixels, each way along both axes
    martlet_word flip;           // 1: every second image, left for right
    martlet_word cutout;         // the side of the square
    martlet_word warp;           // 1: rotation, scale or shift is not 0
    float rotation;              // turns, each way
    float scale;                 // 1 - scale to 1 + scale
    float shift;                 // pixels, each way along both axes
    float brightness;            // 1 - brightness to 1 + brightness
    float contrast;              // 1 - contrast to 1 + contrast
    float noise;                 // the deviation, where white is 255
    martlet_word stream;         // the first of MARTLET_AUGMENTATION_STREAMS
    martlet_word reserved;
} martlet_augmentation;

// Every change draws from a stream of its own, added to the first.
enum {
    MARTLET_CROP,
    MARTLET_FLIP,
    MARTLET_ROTATION,
    MARTLET_SCALE,
    MARTLET_SHIFT,
    MARTLET_BRIGHTNESS,
    MARTLET_CONTRAST,
    MARTLET_NOISE,
    MARTLET_CUTOUT,
    MARTLET_AUGMENTATION_STREAMS,
};

#endif
