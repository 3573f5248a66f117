// The header is needed for the layout of libjpeg's structures, whose size the library checks; no symbol of it is linked.

#define _GNU_SOURCE
#include "martlet_jpeg.h"

#include <stdio.h>
#include <string.h>

#if !__has_include(<jpeglib.h>)

const char *martlet_jpeg_library(void) { return NULL; }

static int without(char *message, size_t size) {
    snprintf(message, size, "Martlet was built without the headers of libjpeg");
    return 0;
}

int martlet_jpeg_open(char *message, size_t size) { return without(message, size); }

int martlet_jpeg_size(
    const uint8_t *bytes, size_t count, uint32_t *height, uint32_t *width, uint32_t *channels, char *message, size_t size) {
    (void)bytes, (void)count, (void)height, (void)width, (void)channels;
    return without(message, size);
}

int martlet_jpeg_decode(const uint8_t *bytes, size_t count, uint8_t *pixels, char *message, size_t size) {
    (void)bytes, (void)count, (void)pixels;
    return without(message, size);
}

#else

#include <dlfcn.h>
#include <jerror.h>
#include <jpeglib.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>

#define TEXT(x) #x
#define SONAME(version) "libjpeg.so." TEXT(version)
#if JPEG_LIB_VERSION >= 80
#define LIBRARY SONAME(8)
#else
#define LIBRARY SONAME(62)
#endif

#define FUNCTIONS(X) \
    X(jpeg_std_error) \
    X(jpeg_CreateDecompress) \
    X(jpeg_mem_src) \
    X(jpeg_read_header) \
    X(jpeg_start_decompress) \
    X(jpeg_read_scanlines) \
    X(jpeg_finish_decompress) \
    X(jpeg_destroy_decompress)

static struct {
#define FIELD(name) __typeof__(name) *name;
    FUNCTIONS(FIELD)
#undef FIELD
} jpeg;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char refusal[256];

static void open_once(void) {
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char *reason = dlerror();
        snprintf(refusal, sizeof refusal, "%s", reason ? reason : LIBRARY " cannot be opened");
        return;
    }
#define RESOLVE(name) \
    if (!(jpeg.name = (__typeof__(name) *)dlsym(library, #name)) && !refusal[0]) \
        snprintf(refusal, sizeof refusal, "%s lacks %s", LIBRARY, #name);
    FUNCTIONS(RESOLVE)
#undef RESOLVE
}

const char *martlet_jpeg_library(void) { return LIBRARY; }

int martlet_jpeg_open(char *message, size_t size) {
    pthread_once(&once, open_once);
    snprintf(message, size, "%s", refusal);
    return refusal[0] == 0;
}

/// One image being read. libjpeg reports an error by a call that must not return.
typedef struct {
    struct jpeg_error_mgr errors;
    struct jpeg_decompress_struct image;
    jmp_buf failed;
    char text[JMSG_LENGTH_MAX];
    uint8_t *row;
} reader;

static void fail(j_common_ptr image) {
    reader *r = (reader *)image->err;
    image->err->format_message(image, r->text);
    longjmp(r->failed, 1);
}

/// Warnings go on in libjpeg. Those that mean lost pixels end the reading here.
static void warn(j_common_ptr image, int level) {
    if (level >= 0) return;
    switch (image->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_MUST_RESYNC: fail(image);
    default: break;
    }
}

static void say_nothing(j_common_ptr image) { (void)image; }

/// Reads the header and chooses the colours; what goes wrong jumps.
static void begin(reader *r, const uint8_t *bytes, size_t count) {
    r->image.err = jpeg.jpeg_std_error(&r->errors);
    r->errors.error_exit = fail;
    r->errors.emit_message = warn;
    r->errors.output_message = say_nothing;
    jpeg.jpeg_CreateDecompress(&r->image, JPEG_LIB_VERSION, sizeof r->image);
    // Older versions of the header leave out the const.
    jpeg.jpeg_mem_src(&r->image, (unsigned char *)bytes, (unsigned long)count);
    jpeg.jpeg_read_header(&r->image, TRUE);
    switch (r->image.jpeg_color_space) {
    case JCS_GRAYSCALE: r->image.out_color_space = JCS_GRAYSCALE; break;
    case JCS_CMYK:
    case JCS_YCCK: r->image.out_color_space = JCS_CMYK; break;
    default: r->image.out_color_space = JCS_RGB; break;
    }
    // The exact integer transform and plain upsampling: the fast ones differ between processors.
    r->image.dct_method = JDCT_ISLOW;
    r->image.do_fancy_upsampling = TRUE;
}

static int end(reader *r, int success, char *message, size_t size) {
    if (!success) snprintf(message, size, "%s", r->text);
    jpeg.jpeg_destroy_decompress(&r->image);
    free(r->row);
    free(r);
    return success;
}

static reader *new_reader(char *message, size_t size) {
    if (!martlet_jpeg_open(message, size)) return NULL;
    reader *r = calloc(1, sizeof *r);
    if (!r) snprintf(message, size, "out of memory");
    return r;
}

int martlet_jpeg_size(
    const uint8_t *bytes, size_t count, uint32_t *height, uint32_t *width, uint32_t *channels, char *message, size_t size) {
    reader *r = new_reader(message, size);
    if (!r) return 0;
    if (setjmp(r->failed)) return end(r, 0, message, size);
    begin(r, bytes, count);
    *height = r->image.image_height;
    *width = r->image.image_width;
    *channels = r->image.out_color_space == JCS_GRAYSCALE ? 1 : 3;
    return end(r, 1, message, size);
}

/// Inks to light. Adobe's programs store the inks inverted.
static void convert_inks(const uint8_t *inks, uint8_t *pixels, uint32_t width, int inverted) {
    for (uint32_t x = 0; x < width; x++) {
        uint32_t black = inverted ? inks[4 * x + 3] : 255u - inks[4 * x + 3];
        for (int i = 0; i < 3; i++) {
            uint32_t ink = inverted ? inks[4 * x + i] : 255u - inks[4 * x + i];
            pixels[3 * x + i] = (uint8_t)((ink * black + 127) / 255);
        }
    }
}

int martlet_jpeg_decode(const uint8_t *bytes, size_t count, uint8_t *pixels, char *message, size_t size) {
    reader *r = new_reader(message, size);
    if (!r) return 0;
    if (setjmp(r->failed)) return end(r, 0, message, size);
    begin(r, bytes, count);
    jpeg.jpeg_start_decompress(&r->image);
    size_t width = r->image.output_width;
    int inks = r->image.out_color_space == JCS_CMYK;
    size_t stride = width * (r->image.out_color_space == JCS_GRAYSCALE ? 1 : 3);
    if (inks && !(r->row = malloc(4 * width))) {
        snprintf(r->text, sizeof r->text, "out of memory");
        return end(r, 0, message, size);
    }
    while (r->image.output_scanline < r->image.output_height) {
        uint8_t *line = pixels + r->image.output_scanline * stride, *target = inks ? r->row : line;
        jpeg.jpeg_read_scanlines(&r->image, &target, 1);
        if (inks) convert_inks(r->row, line, (uint32_t)width, r->image.saw_Adobe_marker);
    }
    jpeg.jpeg_finish_decompress(&r->image);
    return end(r, 1, message, size);
}

#endif
