// JPEG images through libjpeg, opened at run time: a program linked with this runs where there is none, and is built
// where its headers are not installed. Functions may be called from any thread.

#ifndef MARTLET_JPEG_H
#define MARTLET_JPEG_H

#include <stddef.h>
#include <stdint.h>

/// The library that this build looks for (`libjpeg.so.62`); null where it was built without libjpeg's headers.
const char *martlet_jpeg_library(void);

/// Whether that library is here; the reason, where it is not, goes to `message`.
int martlet_jpeg_open(char *message, size_t size);

/// Reads the size of an image: 1 channel of greys, else 3 of red, green and blue. Returns 1, or 0 with the reason.
int martlet_jpeg_size(
    const uint8_t *bytes, size_t count, uint32_t *height, uint32_t *width, uint32_t *channels, char *message, size_t size);

/// Decodes into height x width x channels bytes, of what `martlet_jpeg_size` said. Returns 1, or 0 with the reason; an
/// image that ends early is none.
int martlet_jpeg_decode(const uint8_t *bytes, size_t count, uint8_t *pixels, char *message, size_t size);

#endif
