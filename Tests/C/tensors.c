/* Devices, tensors and operations. */
#include "check.h"

static martlet_tensor *matrix(martlet_device *device, const float *values, int64_t rows, int64_t columns) {
    int64_t shape[2];
    martlet_array array;
    martlet_tensor *tensor = NULL;
    shape[0] = rows;
    shape[1] = columns;
    array.dtype = MARTLET_FLOAT32;
    array.rank = 2;
    array.shape = shape;
    array.data = values;
    array.bytes = (size_t)(rows * columns) * sizeof(float);
    OK(martlet_tensor_create(device, &array, &tensor));
    return tensor;
}

static void devices(martlet_device *device) {
    char *text = NULL;
    OK(martlet_device_list(&text));
    CHECK(strstr(text, "\"selection\":\"cpu\"") != NULL);
    martlet_text_free(text);
    OK(martlet_device_name(device, &text));
    CHECK(strlen(text) > 0);
    martlet_text_free(text);
    OK(martlet_device_info(device, &text));
    CHECK(strstr(text, "\"open\":true") != NULL);
    martlet_text_free(text);
    martlet_text_free(NULL);
}

static void values(martlet_device *device, int is_cpu) {
    const float numbers[6] = {1, 2, 3, 4, 5, 6};
    float back[6];
    int64_t shape[4] = {0, 0, 7, 7};
    size_t rank = 0, bytes = 0;
    martlet_dtype dtype = MARTLET_UINT8;
    const void *lent = NULL;
    int is_copy = -1;
    martlet_tensor *a = matrix(device, numbers, 2, 3);
    OK(martlet_tensor_type(a, &dtype, &rank, shape, 4));
    CHECK(dtype == MARTLET_FLOAT32 && rank == 2 && shape[0] == 2 && shape[1] == 3 && shape[2] == 7);
    OK(martlet_tensor_type(a, NULL, NULL, NULL, 0));
    OK(martlet_tensor_read(a, back, sizeof back));
    CHECK(memcmp(back, numbers, sizeof back) == 0);
    OK(martlet_tensor_borrow(a, &lent, &bytes, &is_copy));
    CHECK(bytes == sizeof numbers && memcmp(lent, numbers, bytes) == 0 && is_copy == !is_cpu);
    /* Lent twice, it is the same memory. */
    {
        const void *again = NULL;
        OK(martlet_tensor_borrow(a, &again, &bytes, NULL));
        CHECK(again == lent);
    }
    OK(martlet_tensor_release(a));
}

static void count_release(void *context) { ++*(int *)context; }

/* Memory of the caller is used where it lies, and given back once, whatever happens. */
static void shared_memory(martlet_device *device, int is_cpu) {
    static const float numbers[4] = {1, -2, 3, -4};
    const int64_t shape[1] = {4};
    martlet_array array = ARRAY(MARTLET_FLOAT32, shape, numbers);
    martlet_tensor *a = NULL, *b = NULL;
    float back[4];
    const void *lent = NULL;
    size_t bytes = 0;
    int releases = 0;
    OK(martlet_tensor_share(device, &array, count_release, &releases, &a));
    if (is_cpu) {
        CHECK(releases == 0);
        OK(martlet_tensor_borrow(a, &lent, &bytes, NULL));
        CHECK(lent == numbers);
    }
    OK(martlet_apply(NULL, "relu", &a, 1, NULL, &b, 1));
    OK(martlet_tensor_release(a));
    OK(martlet_tensor_read(b, back, sizeof back));
    CHECK(back[0] == 1 && back[1] == 0 && back[2] == 3 && back[3] == 0);
    OK(martlet_tensor_release(b));
    OK(martlet_device_synchronize(device));
    CHECK(!is_cpu || releases == 1);
    array.bytes = 3;
    releases = 0;
    REFUSED(MARTLET_USAGE, "bytes", martlet_tensor_share(device, &array, count_release, &releases, &a));
    REFUSED(MARTLET_USAGE, "NULL", martlet_tensor_share(NULL, &array, count_release, &releases, &a));
    REFUSED(MARTLET_USAGE, "NULL", martlet_tensor_share(device, NULL, NULL, NULL, &a));
    CHECK(releases == 2 && a == NULL);
}

static void other_types(martlet_device *device) {
    const int64_t three[1] = {3}, none[2] = {0, 4};
    const int32_t labels[3] = {2, 0, 1};
    const uint8_t bytes[3] = {255, 51, 0};
    const float number = 2.5f;
    int32_t labels_back[3];
    uint8_t bytes_back[3];
    float number_back;
    size_t size = 1;
    const void *lent = &size;
    martlet_array integers = ARRAY(MARTLET_INT32, three, labels);
    martlet_array small = ARRAY(MARTLET_UINT8, three, bytes);
    martlet_array scalar = {MARTLET_FLOAT32, 0, NULL, NULL, sizeof(float)};
    martlet_array empty = {MARTLET_FLOAT32, 2, NULL, NULL, 0};
    martlet_tensor *a = NULL, *b = NULL, *c = NULL, *d = NULL;
    scalar.data = &number;
    empty.shape = none;
    OK(martlet_tensor_create(device, &integers, &a));
    OK(martlet_tensor_create(device, &small, &b));
    OK(martlet_tensor_create(device, &scalar, &c));
    OK(martlet_tensor_create(device, &empty, &d));
    OK(martlet_tensor_read(a, labels_back, sizeof labels_back));
    OK(martlet_tensor_read(b, bytes_back, sizeof bytes_back));
    OK(martlet_tensor_read(c, &number_back, sizeof number_back));
    OK(martlet_tensor_read(d, NULL, 0));
    OK(martlet_tensor_borrow(d, &lent, &size, NULL));
    CHECK(lent == NULL && size == 0);
    CHECK(memcmp(labels, labels_back, sizeof labels) == 0 && memcmp(bytes, bytes_back, sizeof bytes) == 0);
    CHECK(number_back == number);
    OK(martlet_tensor_release(a));
    OK(martlet_tensor_release(b));
    OK(martlet_tensor_release(c));
    OK(martlet_tensor_release(d));
}

static void operations(martlet_device *device) {
    const float left[6] = {1, 2, 3, 4, 5, 6}, right[6] = {1, 0, -1, 2, 1, 0};
    const float product[4] = {-2, 4, -2, 13};
    float back[4], sum = 0;
    martlet_tensor *operands[2], *results[3], *activated = NULL, *total = NULL, *random[2];
    operands[0] = matrix(device, left, 2, 3);
    operands[1] = matrix(device, right, 2, 3);
    OK(martlet_apply(NULL, "matmul", operands, 2, "{\"transposeB\": true}", results, 1));
    OK(martlet_tensor_read(results[0], back, sizeof back));
    CHECK(memcmp(back, product, sizeof back) == 0);
    OK(martlet_apply(device, "leaky_relu", results, 1, "{\"slope\": 0.5}", &activated, 1));
    OK(martlet_apply(NULL, "sum", &activated, 1, NULL, &total, 1));
    OK(martlet_tensor_evaluate(&total, 1));
    OK(martlet_device_synchronize(device));
    OK(martlet_tensor_read(total, &sum, sizeof sum));
    CHECK(sum == -1 + 4 - 1 + 13);
    OK(martlet_tensor_release(results[0]));
    OK(martlet_tensor_release(activated));
    OK(martlet_tensor_release(total));

    /* Several results. */
    {
        martlet_tensor *three[3];
        float mean[3];
        int64_t width[1] = {3};
        const float ones[3] = {1, 1, 1}, zeros[3] = {0, 0, 0};
        martlet_array gamma = ARRAY(MARTLET_FLOAT32, width, ones), beta = ARRAY(MARTLET_FLOAT32, width, zeros);
        three[0] = operands[0];
        OK(martlet_tensor_create(device, &gamma, &three[1]));
        OK(martlet_tensor_create(device, &beta, &three[2]));
        OK(martlet_apply(NULL, "batch_norm", three, 3, "", results, 3));
        OK(martlet_tensor_read(results[1], mean, sizeof mean));
        CHECK(mean[0] == 2.5f && mean[1] == 3.5f && mean[2] == 4.5f);
        OK(martlet_tensor_release(three[1]));
        OK(martlet_tensor_release(three[2]));
        OK(martlet_tensor_release(results[0]));
        OK(martlet_tensor_release(results[1]));
        OK(martlet_tensor_release(results[2]));
    }

    /* Without operands; equal arguments give equal numbers. */
    {
        float a[8], b[8];
        OK(martlet_apply(device, "normal", NULL, 0, "{\"shape\": [2, 4], \"seed\": 7}", &random[0], 1));
        OK(martlet_apply(device, "normal", NULL, 0, "{\"shape\": [8], \"seed\": 7}", &random[1], 1));
        OK(martlet_tensor_read(random[0], a, sizeof a));
        OK(martlet_tensor_read(random[1], b, sizeof b));
        CHECK(memcmp(a, b, sizeof a) == 0 && a[0] != a[1]);
        OK(martlet_tensor_release(random[0]));
        OK(martlet_tensor_release(random[1]));
    }
    OK(martlet_tensor_release(operands[0]));
    OK(martlet_tensor_release(operands[1]));
}

static void two_devices(martlet_device *device) {
    const float one[1] = {1};
    float back = 0;
    martlet_device *second = NULL;
    martlet_tensor *pair[2], *sum = NULL, *copy = NULL;
    OK(martlet_device_open("cpu", 1, &second));
    pair[0] = matrix(device, one, 1, 1);
    pair[1] = matrix(second, one, 1, 1);
    REFUSED(MARTLET_USAGE, "copy", martlet_apply(NULL, "add", pair, 2, NULL, &sum, 1));
    CHECK(sum == NULL);
    OK(martlet_tensor_copy(pair[1], device, &copy));
    OK(martlet_tensor_release(pair[1]));
    OK(martlet_device_release(second));
    pair[1] = copy;
    OK(martlet_apply(NULL, "add", pair, 2, NULL, &sum, 1));
    OK(martlet_tensor_read(sum, &back, sizeof back));
    CHECK(back == 2);
    OK(martlet_tensor_release(sum));
    OK(martlet_tensor_release(copy));
    OK(martlet_tensor_release(pair[0]));
}

int main(int count, char **arguments) {
    martlet_device *device = NULL;
    CHECK(MARTLET_IS_COMPATIBLE() && strcmp(martlet_version(), MARTLET_VERSION) == 0);
    CHECK(strcmp(martlet_last_error(), "") == 0);
    OK(martlet_device_open(selection(count, arguments), 2, &device));
    devices(device);
    values(device, strcmp(selection(count, arguments), "cpu") == 0);
    shared_memory(device, strcmp(selection(count, arguments), "cpu") == 0);
    other_types(device);
    operations(device);
    two_devices(device);
    OK(martlet_device_trim(device));
    OK(martlet_device_release(device));
    CHECK(martlet_open_handles() == 0);
    return 0;
}
