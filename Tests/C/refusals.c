/* Whatever a call is given, it gives a status and a message. */
#include "check.h"

static const int64_t shape[2] = {2, 3};
static const float numbers[6] = {1, 2, 3, 4, 5, 6};

static martlet_array good(void) {
    martlet_array array = ARRAY(MARTLET_FLOAT32, shape, numbers);
    return array;
}

static void handles(martlet_device *device) {
    martlet_array array = good();
    martlet_tensor *tensor = NULL, *other = (martlet_tensor *)&array;
    char *text = (char *)&array;
    float back[6];
    REFUSED(MARTLET_USAGE, "NULL", martlet_device_name(NULL, &text));
    CHECK(text == NULL);
    REFUSED(MARTLET_USAGE, "NULL", martlet_device_name(device, NULL));
    REFUSED(MARTLET_USAGE, "NULL", martlet_tensor_create(NULL, &array, &other));
    CHECK(other == NULL);
    REFUSED(MARTLET_USAGE, "NULL", martlet_tensor_create(device, &array, NULL));
    REFUSED(MARTLET_USAGE, "NULL", martlet_tensor_create(device, NULL, &tensor));
    REFUSED(MARTLET_USAGE, "NULL", martlet_device_synchronize(NULL));
    REFUSED(MARTLET_USAGE, "NULL", martlet_device_close(NULL));
    REFUSED(MARTLET_USAGE, "NULL", martlet_tensor_retain(NULL));
    OK(martlet_device_release(NULL));
    OK(martlet_tensor_release(NULL));
    OK(martlet_model_release(NULL));

    OK(martlet_tensor_create(device, &array, &tensor));
    REFUSED(MARTLET_USAGE, "another kind", martlet_device_synchronize((martlet_device *)tensor));
    REFUSED(MARTLET_USAGE, "another kind", martlet_tensor_read((martlet_tensor *)device, back, sizeof back));
    REFUSED(MARTLET_USAGE, "or none", martlet_tensor_read((martlet_tensor *)&array, back, sizeof back));
    REFUSED(MARTLET_USAGE, "a model", martlet_model_release((martlet_model *)tensor));
    /* Retained once, released twice, and then no more. */
    OK(martlet_tensor_retain(tensor));
    OK(martlet_tensor_release(tensor));
    OK(martlet_tensor_read(tensor, back, sizeof back));
    OK(martlet_tensor_release(tensor));
    REFUSED(MARTLET_USAGE, "was released", martlet_tensor_release(tensor));
    REFUSED(MARTLET_USAGE, "was released", martlet_tensor_read(tensor, back, sizeof back));
    /* Another one in its place is not mistaken for it. */
    OK(martlet_tensor_create(device, &array, &other));
    CHECK(other != tensor);
    REFUSED(MARTLET_USAGE, "was released", martlet_tensor_read(tensor, back, sizeof back));
    OK(martlet_tensor_release(other));
}

static void selections(void) {
    martlet_device *device = NULL;
    REFUSED(MARTLET_USAGE, "did you mean", martlet_device_open("cpi", 0, &device));
    REFUSED(MARTLET_USAGE, "threads", martlet_device_open("cpu", -1, &device));
    REFUSED(MARTLET_USAGE, "threads", martlet_device_open("cpu", 100000, &device));
    CHECK(martlet_device_open("opencl:no such device", 0, &device) != MARTLET_OK);
    CHECK(device == NULL);
}

static void arrays(martlet_device *device) {
    martlet_tensor *tensor = NULL;
    martlet_array array;
    const int64_t negative[2] = {-2, -3}, huge[3] = {INT64_MAX, INT64_MAX, 2};
#define BAD(part, change)                                                                     \
    array = good();                                                                           \
    change;                                                                                   \
    REFUSED(MARTLET_USAGE, part, martlet_tensor_create(device, &array, &tensor));              \
    CHECK(tensor == NULL)
    BAD("dtype", array.dtype = (martlet_dtype)9);
    BAD("bytes", array.bytes = 23);
    BAD("bytes", array.bytes = (size_t)-1);
    BAD("bytes", array.dtype = MARTLET_UINT8);
    BAD("data", array.data = NULL);
    BAD("shape", array.shape = NULL);
    BAD("shape", array.shape = negative);
    BAD("shape", (array.shape = huge, array.rank = 3));
    BAD("rank", array.rank = 65);
    BAD("rank", array.rank = (size_t)-1);
#undef BAD
}

static void reading(martlet_device *device) {
    martlet_array array = good();
    martlet_tensor *tensor = NULL;
    float back[7];
    OK(martlet_tensor_create(device, &array, &tensor));
    REFUSED(MARTLET_USAGE, "expected 24", martlet_tensor_read(tensor, back, sizeof back));
    REFUSED(MARTLET_USAGE, "expected 24", martlet_tensor_read(tensor, back, 0));
    REFUSED(MARTLET_USAGE, "NULL", martlet_tensor_read(tensor, NULL, 24));
    REFUSED(MARTLET_USAGE, "NULL", martlet_tensor_borrow(tensor, NULL, NULL, NULL));
    OK(martlet_tensor_release(tensor));
}

static void applying(martlet_device *device) {
    martlet_array array = good();
    martlet_tensor *pair[2], *result = NULL, *many[3];
    OK(martlet_tensor_create(device, &array, &pair[0]));
    pair[1] = pair[0];
    REFUSED(MARTLET_USAGE, "did you mean 'matmul'", martlet_apply(NULL, "matmull", pair, 2, NULL, &result, 1));
    REFUSED(MARTLET_USAGE, "2x3", martlet_apply(NULL, "matmul", pair, 2, NULL, &result, 1));
    REFUSED(MARTLET_USAGE, "2 operands", martlet_apply(NULL, "matmul", pair, 1, NULL, &result, 1));
    REFUSED(MARTLET_USAGE, "number of results", martlet_apply(NULL, "matmul", pair, 2, NULL, many, 3));
    REFUSED(MARTLET_USAGE, "number of operands", martlet_apply(NULL, "concat", pair, (size_t)-1, NULL, &result, 1));
    REFUSED(MARTLET_USAGE, "NULL", martlet_apply(NULL, NULL, pair, 2, NULL, &result, 1));
    REFUSED(MARTLET_USAGE, "NULL", martlet_apply(NULL, "add", NULL, 2, NULL, &result, 1));
    REFUSED(MARTLET_USAGE, "NULL", martlet_apply(NULL, "add", pair, 2, NULL, NULL, 1));
    REFUSED(MARTLET_USAGE, "a device", martlet_apply(NULL, "iota", NULL, 0, "{\"count\": 3}", &result, 1));
    REFUSED(MARTLET_USAGE, "'count'", martlet_apply(device, "iota", NULL, 0, NULL, &result, 1));
    REFUSED(MARTLET_USAGE, "'transposeB'", martlet_apply(NULL, "matmul", pair, 2, "{\"transposeb\": true}", &result, 1));
    REFUSED(MARTLET_USAGE, "a flag", martlet_apply(NULL, "matmul", pair, 2, "{\"transposeB\": 1}", &result, 1));
    REFUSED(MARTLET_USAGE, "JSON", martlet_apply(NULL, "matmul", pair, 2, "[1]", &result, 1));
    CHECK(martlet_apply(NULL, "matmul", pair, 2, "{", &result, 1) == MARTLET_USAGE);
    CHECK(martlet_apply(NULL, "sum", pair, 1, "{\"axes\": [2]}", &result, 1) == MARTLET_USAGE);
    CHECK(martlet_apply(NULL, "sum", pair, 1, "{\"axes\": [99999999999]}", &result, 1) == MARTLET_USAGE);
    CHECK(martlet_apply(NULL, "slice", pair, 1, "{\"starts\": [1], \"ends\": [0]}", &result, 1) == MARTLET_USAGE);
    CHECK(martlet_apply(NULL, "reshape", pair, 1, "{\"shape\": [-2, -3]}", &result, 1) == MARTLET_USAGE);
    CHECK(martlet_apply(NULL, "reshape", pair, 1, "{\"shape\": [65536, 65536, 65536, 65536]}", &result, 1) == MARTLET_USAGE);
    CHECK(martlet_apply(NULL, "pad", pair, 1, "{\"before\": [2147483647, 2147483647], \"after\": [2147483647, 0]}", &result, 1) == MARTLET_USAGE);
    CHECK(martlet_apply(NULL, "broadcast", pair, 1, "{\"shape\": [2147483647, 2147483647, 2, 3]}", &result, 1) == MARTLET_USAGE);
    CHECK(martlet_apply(NULL, "layer_norm", pair, 1, "{\"axes\": -5}", &result, 1) == MARTLET_USAGE);
    CHECK(martlet_apply(NULL, "dropout", pair, 1, "{\"rate\": 1}", &result, 1) == MARTLET_USAGE);
    CHECK(martlet_apply(NULL, "dropout", pair, 1, "{\"seed\": -1}", &result, 1) == MARTLET_USAGE);
    CHECK(martlet_apply(device, "full", NULL, 0, "{\"shape\": [2147483647, 2147483647]}", &result, 1) == MARTLET_USAGE);
    CHECK(result == NULL);
    OK(martlet_tensor_release(pair[0]));
}

static void closing(void) {
    martlet_array array = good();
    martlet_device *device = NULL;
    martlet_tensor *tensor = NULL, *result = NULL;
    char *text = NULL;
    float back[6];
    const void *lent = NULL;
    size_t bytes = 0;
    OK(martlet_device_open("cpu", 1, &device));
    OK(martlet_tensor_create(device, &array, &tensor));
    OK(martlet_device_close(device));
    OK(martlet_device_close(device));
    REFUSED(MARTLET_NO_DEVICE, "closed", martlet_tensor_read(tensor, back, sizeof back));
    REFUSED(MARTLET_NO_DEVICE, "closed", martlet_tensor_borrow(tensor, &lent, &bytes, NULL));
    REFUSED(MARTLET_NO_DEVICE, "closed", martlet_apply(NULL, "relu", &tensor, 1, NULL, &result, 1));
    REFUSED(MARTLET_NO_DEVICE, "closed", martlet_tensor_create(device, &array, &result));
    REFUSED(MARTLET_NO_DEVICE, "closed", martlet_device_synchronize(device));
    OK(martlet_device_info(device, &text));
    CHECK(strstr(text, "\"open\":false") != NULL);
    martlet_text_free(text);
    OK(martlet_device_release(device));
    OK(martlet_tensor_release(tensor));
}

static void training(martlet_device *device) {
    const int64_t four[2] = {4, 2}, labels_shape[1] = {4}, three[1] = {3};
    const float points[8] = {0, 0, 0, 1, 1, 0, 1, 1};
    const int32_t classes[4] = {0, 1, 1, 0}, bad[4] = {0, -1, 1, 0}, huge[4] = {0, INT32_MAX, 1, 0};
    martlet_array features = ARRAY(MARTLET_FLOAT32, four, points);
    martlet_array labels = ARRAY(MARTLET_INT32, labels_shape, classes);
    martlet_array negative = ARRAY(MARTLET_INT32, labels_shape, bad);
    martlet_array large = ARRAY(MARTLET_INT32, labels_shape, huge);
    martlet_array few = ARRAY(MARTLET_INT32, three, classes);
    martlet_model *model = NULL;
    few.bytes = 3 * sizeof(int32_t);
#define TRAIN(description, x, y, options) martlet_model_train(device, description, x, y, options, NULL, NULL, &model)
    REFUSED(MARTLET_USAGE, "NULL", TRAIN(NULL, &features, &labels, NULL));
    REFUSED(MARTLET_USAGE, "features", TRAIN("mlp", NULL, &labels, NULL));
    REFUSED(MARTLET_USAGE, "targets", TRAIN("mlp", &features, NULL, NULL));
    REFUSED(MARTLET_USAGE, "mlp", TRAIN("mpl:3", &features, &labels, NULL));
    REFUSED(MARTLET_USAGE, "widths", TRAIN("mlp:3,x", &features, &labels, NULL));
    REFUSED(MARTLET_USAGE, "did you mean 'cosine'", TRAIN("mlp", &features, &labels, "{\"schedule\": \"cosin\"}"));
    REFUSED(MARTLET_USAGE, "validation data", TRAIN("mlp", &features, &labels, "{\"keep-best\": true}"));
    REFUSED(MARTLET_USAGE, "'swa'", TRAIN("mlp", &features, &labels, "{\"ema\": 0.9, \"swa\": 1}"));
    REFUSED(MARTLET_USAGE, "did you mean 'epochs'", TRAIN("mlp", &features, &labels, "{\"epoch\": 3}"));
    REFUSED(MARTLET_USAGE, "an integer", TRAIN("mlp", &features, &labels, "{\"epochs\": \"3\"}"));
    REFUSED(MARTLET_USAGE, "epochs", TRAIN("mlp", &features, &labels, "{\"epochs\": -3}"));
    REFUSED(MARTLET_USAGE, "batch size", TRAIN("mlp", &features, &labels, "{\"batch-size\": 5}"));
    REFUSED(MARTLET_USAGE, "did you mean 'adam'", TRAIN("mlp", &features, &labels, "{\"optimizer\": \"adan\"}"));
    REFUSED(MARTLET_USAGE, "beta1", TRAIN("mlp", &features, &labels, "{\"set\": {\"beta1\": 7}}"));
    REFUSED(MARTLET_USAGE, "dropout", TRAIN("mlp", &features, &labels, "{\"dropout\": 1}"));
    REFUSED(MARTLET_USAGE, "validation", TRAIN("mlp", &features, &labels, "{\"validation\": 0.01}"));
    REFUSED(MARTLET_USAGE, "seed", TRAIN("mlp", &features, &labels, "{\"seed\": -1}"));
    REFUSED(MARTLET_BAD_DATA, "-1", TRAIN("mlp", &features, &negative, NULL));
    REFUSED(MARTLET_BAD_DATA, "classes", TRAIN("mlp", &features, &large, NULL));
    REFUSED(MARTLET_BAD_DATA, "4", TRAIN("mlp", &features, &few, NULL));
    REFUSED(MARTLET_BAD_DATA, "labels from 0 to 0", TRAIN("mlp", &features, &labels, "{\"classes\": 1}"));
    REFUSED(MARTLET_BAD_DATA, "float32", TRAIN("mlp", &features, &labels, "{\"loss\": \"mse\"}"));
    REFUSED(MARTLET_BAD_DATA, "int32", TRAIN("mlp", &features, &features, NULL));
    CHECK(TRAIN("{", &features, &labels, NULL) == MARTLET_BAD_DATA);
    CHECK(TRAIN("{\"format\": \"martlet.model\", \"version\": 1, \"input\": [2], \"layers\": []}", &features, &labels,
        "{\"classes\": 3}") == MARTLET_BAD_DATA);
    CHECK(TRAIN("{\"format\": \"martlet.model\", \"version\": 1, \"input\": [2], \"layers\": [{\"name\": \"0\", \"kind\": \"linear\", "
        "\"inputs\": [\"input\"], \"units\": -5, \"bias\": true}]}", &features, &labels, NULL) != MARTLET_OK);
    CHECK(TRAIN("{\"format\": \"martlet.model\", \"version\": 1, \"input\": [2], \"layers\": [{\"name\": \"0\", \"kind\": \"linear\", "
        "\"inputs\": [\"input\"], \"units\": 9223372036854775807, \"bias\": true}]}", &features, &labels, NULL) != MARTLET_OK);
    CHECK(TRAIN("{\"format\": \"martlet.model\", \"version\": 1, \"input\": [-2, 4611686018427387904], \"layers\": []}", &features,
        &labels, NULL) != MARTLET_OK);
#undef TRAIN
    CHECK(model == NULL);
    REFUSED(MARTLET_BAD_DATA, "no such file", martlet_model_load(device, "/no such folder/model", &model));
    REFUSED(MARTLET_USAGE, "NULL", martlet_model_load(device, NULL, &model));
}

int main(int count, char **arguments) {
    martlet_device *device = NULL;
    OK(martlet_device_open(selection(count, arguments), 0, &device));
    handles(device);
    selections();
    arrays(device);
    reading(device);
    applying(device);
    closing();
    training(device);
    OK(martlet_device_release(device));
    CHECK(martlet_open_handles() == 0);
    return 0;
}
