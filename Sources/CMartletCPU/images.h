// Batches of images: rows of a table, augmented and normalised. A task is a run of images.

typedef struct {
    const martlet_image_batch_arguments *arguments;
    long parts;
} image_job;

/// One row of pixels.
static void image_row(
    const martlet_image_batch_arguments *p, const martlet_augmentation *augmentation, const martlet_view *view,
    const uint8_t *image, uint32_t row, uint32_t y, float *out
) {
    uint32_t width = augmentation->width, channels = augmentation->channels, pixels = augmentation->height * width;
    bool last = augmentation->channels_last != 0;
    martlet_noise noise = martlet_no_noise();
    for (uint32_t x = 0; x < width; x++) {
        uint32_t pixel = y * width + x;
        martlet_place_in_image place = martlet_find_pixel((int)x, (int)y, augmentation, *view);
        bool cut = martlet_is_cut_out((int)x, (int)y, augmentation, *view);
        for (uint32_t channel = 0; channel < channels; channel++) {
            float value = 0;
            if (!cut) {
                uint32_t element = (row * pixels + pixel) * channels + channel;
                value = martlet_view_value(image, place, channel, element, augmentation, *view, &noise, p->step);
                value = (value - p->statistics[2 * channel]) / p->statistics[2 * channel + 1];
            }
            out[last ? pixel * channels + channel : channel * pixels + pixel] = value;
        }
    }
}

static void image_task(void *context, long index, int worker) {
    (void)worker;
    const image_job *job = context;
    const martlet_image_batch_arguments *p = job->arguments;
    const martlet_augmentation augmentation = p->augmentation;
    long elements = (long)augmentation.height * augmentation.width * augmentation.channels;
    long end = share(p->count, job->parts, index + 1);
    for (long row = share(p->count, job->parts, index); row < end; row++) {
        float *out = p->out + row * elements;
        if (!in_range(p->indices[row], p->table_rows)) {
            fill(out, NAN, elements);
            continue;
        }
        const uint8_t *image = p->table + p->indices[row] * elements;
        martlet_view view = martlet_draw_view((uint32_t)row, &augmentation, p->step);
        for (uint32_t y = 0; y < augmentation.height; y++)
            image_row(p, &augmentation, &view, image, (uint32_t)row, y, out);
    }
}

static void image_batch(martlet_pool *pool, const martlet_image_batch_arguments *p) {
    long elements = (long)p->augmentation.height * p->augmentation.width * p->augmentation.channels;
    if (p->count <= 0 || elements <= 0) return;
    // An element is worth several cheap ones.
    image_job job = {p, task_count(pool, 8 * p->count * elements, p->count)};
    martlet_pool_run(pool, image_task, &job, job.parts);
}
