// Panels of a convolution's weights: some columns of a group, where they lie or copied.

/// Some columns of a group: of tap t and k, those begin at weights[t * tap + k * stride].
typedef struct {
    long group, column;
    int vectors;
    vector_mask last;
    const float *weights;
    long tap, stride;
} conv2d_panel;

INLINE long conv2d_taps(const conv2d_rows *job) {
    return job->arguments->window.height.size * job->arguments->window.width.size;
}

/// Room for all panels of one group.
INLINE long conv2d_group_panels(const conv2d_rows *job) {
    return conv2d_taps(job) * job->depth * ceiling(job->columns, VECTOR_WIDTH) * VECTOR_WIDTH;
}

INLINE size_t conv2d_panels_bytes(const conv2d_rows *job) {
    return job->packed ? cache_lines(sizeof(float) * job->arguments->groups * conv2d_group_panels(job)) : 0;
}

INLINE conv2d_panel conv2d_panel_at(const conv2d_rows *job, long group, long column, int vectors) {
    conv2d_panel panel = {.group = group, .column = column, .vectors = vectors, .last = panel_mask(vectors, job->columns - column)};
    if (job->packed) {
        panel.stride = vectors * VECTOR_WIDTH;
        panel.weights = job->weights + group * conv2d_group_panels(job) + column * conv2d_taps(job) * job->depth;
    } else {
        panel.stride = job->arguments->output_channels;
        panel.weights = job->weights + group * job->columns + column;
    }
    panel.tap = job->depth * panel.stride;
    return panel;
}

/// Copies one tap of all panels; the gradient's are transposed, and stand where they are counted from the other end.
static void conv2d_pack_task(void *context, long index, int worker) {
    (void)worker;
    const conv2d_rows *job = context;
    const martlet_conv2d_arguments *p = job->arguments;
    long outputs = p->output_channels;
    const float *tap = p->weights + index * (p->channels / p->groups) * outputs;
    for (long group = 0; group < p->groups; group++) {
        int vectors;
        for (long column = 0; column < job->columns; column += vectors * VECTOR_WIDTH) {
            vectors = panel_vectors(job->vectors, job->columns - column);
            conv2d_panel panel = conv2d_panel_at(job, group, column, vectors);
            float *to = (float *)panel.weights + (job->gradient ? conv2d_taps(job) - 1 - index : index) * panel.tap;
            long width = shorter(panel.stride, job->columns - column);
            if (job->gradient)
                transpose(tap + column * outputs + group * job->depth, outputs, to, panel.stride, width, job->depth);
            else
                for (long k = 0; k < job->depth; k++)
                    memcpy(to + k * panel.stride, tap + k * outputs + group * job->columns + column, sizeof(float) * width);
        }
    }
}
