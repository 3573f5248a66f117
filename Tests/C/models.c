/* Trains, is stopped, saves, loads and predicts. The second argument is the file to write. */
#include "check.h"

#include <math.h>

enum { SAMPLES = 300, FEATURES = 4 };
static float points[SAMPLES][FEATURES];
static int32_t classes[SAMPLES];
static float values[SAMPLES];
static const int64_t points_shape[2] = {SAMPLES, FEATURES}, samples_shape[1] = {SAMPLES};

static void make_data(void) {
    uint32_t state = 1;
    int sample, feature;
    for (sample = 0; sample < SAMPLES; sample++) {
        classes[sample] = sample % 3;
        for (feature = 0; feature < FEATURES; feature++) {
            state = state * 1664525u + 1013904223u;
            points[sample][feature] = (float)(state >> 8) / 16777216.0f + (feature == classes[sample] ? 1.5f : 0.0f);
        }
        values[sample] = points[sample][0] - 2 * points[sample][1];
    }
}

struct seen {
    int steps, epochs, stop_at_epoch;
    double validation_accuracy;
};

static int watch(const martlet_progress *progress, void *context) {
    struct seen *seen = context;
    CHECK(progress->size == sizeof *progress);
    CHECK(progress->epoch >= 1 && progress->epoch <= progress->epochs && progress->batch <= progress->batches);
    if (!progress->is_epoch_end) {
        seen->steps++;
        return 0;
    }
    seen->epochs++;
    CHECK(isfinite(progress->loss) && isfinite(progress->accuracy));
    seen->validation_accuracy = progress->validation_accuracy;
    return progress->epoch == seen->stop_at_epoch;
}

static char *hash(martlet_model *model) {
    char *text = NULL;
    OK(martlet_model_weights_sha256(model, &text));
    CHECK(strlen(text) == 64);
    return text;
}

/* A named model on images, channels first, as bytes. */
static void images(martlet_device *device) {
    enum { IMAGES = 20, SIDE = 8 };
    static uint8_t pixels[IMAGES][3][SIDE][SIDE];
    static const int64_t pixels_shape[4] = {IMAGES, 3, SIDE, SIDE}, labels_shape[1] = {IMAGES};
    static float outputs[IMAGES * 2];
    uint8_t labels[IMAGES];
    martlet_array features = ARRAY(MARTLET_UINT8, pixels_shape, pixels);
    martlet_array targets = ARRAY(MARTLET_UINT8, labels_shape, labels);
    martlet_model *model = NULL;
    char *text = NULL;
    int image, pixel;
    for (image = 0; image < IMAGES; image++) {
        labels[image] = (uint8_t)(image % 2);
        for (pixel = 0; pixel < SIDE * SIDE; pixel++) pixels[image][image % 2][pixel / SIDE][pixel % SIDE] = (uint8_t)(100 + pixel);
    }
    REFUSED(MARTLET_USAGE, "activation", martlet_model_train(device, "resnet8", &features, &targets, "{\"activation\": \"gelu\"}", NULL, NULL, &model));
    REFUSED(MARTLET_USAGE, "resnet20", martlet_model_train(device, "resnet21", &features, &targets, NULL, NULL, NULL, &model));
    OK(martlet_model_train(device, "resnet8", &features, &targets, "{\"epochs\": 4, \"batch-size\": 10}", NULL, NULL, &model));
    OK(martlet_model_info(model, &text));
    CHECK(strstr(text, "\"inputShape\":[3,8,8]") && strstr(text, "\"outputShape\":[2]"));
    martlet_text_free(text);
    OK(martlet_model_evaluate(model, &features, &targets, &text));
    CHECK(strstr(text, "\"accuracy\":1"));
    martlet_text_free(text);
    OK(martlet_model_predict(model, &features, outputs, IMAGES * 2));
    CHECK(outputs[0] > outputs[1] && outputs[2] < outputs[3]);
    OK(martlet_model_release(model));
}

int main(int count, char **arguments) {
    const char *options = "{\"epochs\": 5, \"batch-size\": 32, \"seed\": 3, \"validation\": 0.2, \"learning-rate\": 0.02}";
    martlet_array features = ARRAY(MARTLET_FLOAT32, points_shape, points);
    martlet_array targets = ARRAY(MARTLET_INT32, samples_shape, classes);
    martlet_array numbers = ARRAY(MARTLET_FLOAT32, samples_shape, values);
    martlet_device *device = NULL;
    martlet_model *model = NULL, *loaded = NULL, *stopped = NULL, *short_one = NULL;
    struct seen seen = {0, 0, 0, 0};
    static float outputs[SAMPLES * 3], again[SAMPLES * 3];
    char *first = NULL, *second = NULL, *text = NULL;
    const char *path = count > 2 ? arguments[2] : "model.safetensors";
    make_data();
    OK(martlet_device_open(selection(count, arguments), 2, &device));

    OK(martlet_model_train(device, "mlp:16", &features, &targets, options, watch, &seen, &model));
    CHECK(seen.steps == 5 * 8 && seen.epochs == 5 && seen.validation_accuracy > 0.8);
    first = hash(model);
    OK(martlet_model_info(model, &text));
    CHECK(strstr(text, "\"inputShape\":[4]") && strstr(text, "\"outputShape\":[3]") && strstr(text, "\"epoch\":5"));
    martlet_text_free(text);
    OK(martlet_model_evaluate(model, &features, &targets, &text));
    CHECK(strstr(text, "\"accuracy\":0.9") || strstr(text, "\"accuracy\":1"));
    martlet_text_free(text);

    /* The same run gives the same weights; they come back from a file, with the same outputs. */
    OK(martlet_model_predict(model, &features, outputs, SAMPLES * 3));
    REFUSED(MARTLET_USAGE, "900", martlet_model_predict(model, &features, outputs, 899));
    OK(martlet_model_save(model, path));
    OK(martlet_model_release(model));
    OK(martlet_model_train(device, "mlp:16", &features, &targets, options, NULL, NULL, &model));
    second = hash(model);
    CHECK(strcmp(first, second) == 0);
    martlet_text_free(second);
    OK(martlet_model_load(device, path, &loaded));
    second = hash(loaded);
    CHECK(strcmp(first, second) == 0);
    martlet_text_free(second);
    OK(martlet_model_predict(loaded, &features, again, SAMPLES * 3));
    CHECK(memcmp(outputs, again, sizeof outputs) == 0);
    REFUSED(MARTLET_CANNOT_WRITE, "", martlet_model_save(loaded, "/no such folder/model"));

    /* Stopped at the end of the second epoch, it is what two epochs give. */
    seen.stop_at_epoch = 2;
    REFUSED(MARTLET_INTERRUPTED, "epoch 2",
        martlet_model_train(device, "mlp:16", &features, &targets, options, watch, &seen, &stopped));
    CHECK(stopped != NULL);
    OK(martlet_model_train(device, "mlp:16", &features, &targets,
        "{\"epochs\": 2, \"batch-size\": 32, \"seed\": 3, \"validation\": 0.2, \"learning-rate\": 0.02}", NULL, NULL, &short_one));
    martlet_text_free(first);
    first = hash(short_one);
    second = hash(stopped);
    CHECK(strcmp(first, second) == 0);
    martlet_text_free(first);
    martlet_text_free(second);

    /* Numbers, and a learning rate that ends in values that are not finite. */
    OK(martlet_model_release(model));
    OK(martlet_model_train(device, "mlp:16", &features, &numbers, "{\"loss\": \"mse\", \"epochs\": 100, \"learning-rate\": 0.01}", NULL, NULL, &model));
    OK(martlet_model_evaluate(model, &features, &numbers, &text));
    CHECK(strstr(text, "\"r2\":0.9") != NULL);
    martlet_text_free(text);
    OK(martlet_model_release(model));
    REFUSED(MARTLET_NOT_FINITE, "learning rate",
        martlet_model_train(device, "mlp:16", &features, &numbers,
            "{\"loss\": \"mse\", \"optimizer\": \"sgd\", \"learning-rate\": 1e30}", NULL, NULL, &model));
    CHECK(model != NULL);

    /* A description instead of the short form; and a device that is closed under its models. */
    OK(martlet_model_release(model));
    OK(martlet_model_train(device,
        "{\"format\": \"martlet.model\", \"version\": 1, \"input\": [4], \"layers\": [{\"name\": \"only\", \"kind\": \"linear\", "
        "\"inputs\": [\"input\"], \"units\": 3, \"bias\": true}]}",
        &features, &targets, "{\"epochs\": 1, \"schedule\": \"cosine\", \"ema\": 0.5, \"l2\": 0.001}", NULL, NULL, &model));
    images(device);
    OK(martlet_device_close(device));
    REFUSED(MARTLET_NO_DEVICE, "closed", martlet_model_predict(model, &features, outputs, SAMPLES * 3));
    OK(martlet_model_release(model));
    OK(martlet_model_release(loaded));
    OK(martlet_model_release(stopped));
    OK(martlet_model_release(short_one));
    OK(martlet_device_release(device));
    CHECK(martlet_open_handles() == 0);
    return 0;
}
