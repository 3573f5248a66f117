// Rows of an image with columns of zeros beside them, so that no tap has to ask whether it is inside.

/// Rows of an image: element (row, column) lies at values[(row - first) * pitch + column * channels], columns beginning
/// before 0 where there is a border.
typedef struct {
    const float *values;
    long first, pitch;
} image_rows;

/// What stands before and after each row, in pixels.
typedef struct {
    long left, right;
} image_border;

INLINE long image_pitch(long width, long channels, image_border border) {
    return (border.left + width + border.right) * channels;
}

/// Rows `first`..<`end` of an image of the tensor, zeros where these are outside: where they lie when they need no border, else
/// copied to `scratch`.
static image_rows image_take(
    const float *image, long height, long width, long channels, long first, long end, image_border border, float *scratch
) {
    long row = width * channels, left = border.left * channels, right = border.right * channels;
    if (!left && !right && first >= 0 && end <= height) return (image_rows){image + first * row, first, row};
    float *to = scratch;
    for (long i = first; i < end; i++) {
        if (i >= 0 && i < height) {
            memset(to, 0, sizeof(float) * left);
            memcpy(to + left, image + i * row, sizeof(float) * row);
            memset(to + left + row, 0, sizeof(float) * right);
        } else {
            memset(to, 0, sizeof(float) * (left + row + right));
        }
        to += left + row + right;
    }
    return (image_rows){scratch + left, first, left + row + right};
}

// MARK: Axes

/// Along one axis: results first, first + step, ..., `count` of them. Tap t of result i reads element
/// i * read_step + read_first + t * read_gap, times the kernel's element weight_first + t * weight_gap.
typedef struct {
    long first, step, count;
    long read_step, read_first, read_gap;
    long taps, weight_first, weight_gap;
} conv2d_axis;

INLINE conv2d_axis conv2d_forward_axis(const martlet_window_axis *window) {
    return (conv2d_axis){
        .step = 1, .count = window->places, .read_step = window->stride, .read_first = -window->before,
        .read_gap = window->dilation, .taps = window->size, .weight_gap = 1,
    };
}

/// The elements of the image that are `phase` beyond a multiple of the stride: all of these are read by the same taps, and
/// neighbours among them by neighbouring places. Taps go from the last to the first, so that places increase; in a
/// reversed kernel they go forwards.
INLINE conv2d_axis conv2d_gradient_axis(const martlet_window_axis *window, long phase, bool reversed) {
    long last = 0, gap = 0, taps = 0;
    for (long tap = window->size - 1; tap >= 0; tap--) {
        if ((phase + window->before - tap * window->dilation) % window->stride) continue;
        if (taps == 0) last = tap;
        if (taps == 1) gap = last - tap;
        taps++;
    }
    return (conv2d_axis){
        .first = phase, .step = window->stride, .count = phase < window->extent ? ceiling(window->extent - phase, window->stride) : 0,
        .read_step = 1, .read_first = taps ? (phase + window->before - last * window->dilation) / window->stride : 0,
        .read_gap = gap * window->dilation / window->stride, .taps = taps,
        .weight_first = reversed ? window->size - 1 - last : last, .weight_gap = reversed ? gap : -gap,
    };
}

/// From the first element that results `begin`..<`end` read to behind the last.
INLINE void conv2d_reads(const conv2d_axis *axis, long begin, long end, long *low, long *high) {
    if (begin >= end || axis->taps == 0) return;
    *low = shorter(*low, begin * axis->read_step + axis->read_first);
    *high = longer(*high, (end - 1) * axis->read_step + axis->read_first + (axis->taps - 1) * axis->read_gap + 1);
}
