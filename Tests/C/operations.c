/* Prints the list of operations, after every one has met operands of many shapes and types and whatever attributes: each
 * call gives MARTLET_OK or MARTLET_USAGE. */
#include "check.h"

enum { INTEGERS = 6, VECTOR = 1, IMAGES = 8, WEIGHTS, UPSTREAM, POOLED, PLACES, OPERANDS };
static martlet_tensor *operands[OPERANDS];

static void make_operands(martlet_device *device) {
    static const float numbers[32] = {1, -2, 3, 0.5f, 0, -1, 2, 4};
    static const int32_t integers[8] = {0, 1, 2, -7, 5, 2147483647, -2147483647, 15};
    static const uint8_t bytes[8] = {1, 2, 3};
    static const int64_t four[1] = {4}, square[2] = {4, 4}, wide[2] = {4, 2}, cube[3] = {2, 3, 4}, none[2] = {0, 4};
    static const int64_t images[4] = {1, 4, 4, 2}, weights[4] = {2, 2, 2, 3}, upstream[4] = {1, 3, 3, 3}, pooled[4] = {1, 2, 2, 2};
    const struct { martlet_dtype dtype; size_t rank; const int64_t *shape; const void *data; size_t bytes; } list[OPERANDS] = {
        {MARTLET_FLOAT32, 0, NULL, numbers, 4}, {MARTLET_FLOAT32, 1, four, numbers, 16}, {MARTLET_FLOAT32, 2, square, numbers, 64},
        {MARTLET_FLOAT32, 2, wide, numbers, 32}, {MARTLET_FLOAT32, 3, cube, numbers, 96}, {MARTLET_FLOAT32, 2, none, NULL, 0},
        {MARTLET_INT32, 1, four, integers, 16}, {MARTLET_UINT8, 2, wide, bytes, 8}, {MARTLET_FLOAT32, 4, images, numbers, 128},
        {MARTLET_FLOAT32, 4, weights, numbers, 96}, {MARTLET_FLOAT32, 4, upstream, numbers, 108},
        {MARTLET_FLOAT32, 4, pooled, numbers, 32}, {MARTLET_INT32, 4, pooled, integers, 32},
    };
    size_t index;
    for (index = 0; index < OPERANDS; index++) {
        martlet_array array;
        array.dtype = list[index].dtype;
        array.rank = list[index].rank;
        array.shape = list[index].shape;
        array.data = list[index].data;
        array.bytes = list[index].bytes;
        OK(martlet_tensor_create(device, &array, &operands[index]));
    }
}

/* The text after `key` up to one of `ends`, as a new string. */
static char *part(const char *line, const char *key, const char *ends) {
    const char *start = strstr(line, key);
    size_t length;
    char *text;
    CHECK(start != NULL);
    start += strlen(key);
    length = strcspn(start, ends);
    text = malloc(length + 1);
    CHECK(text != NULL);
    memcpy(text, start, length);
    text[length] = 0;
    return text;
}

static size_t successes;

static void attempt(martlet_device *device, const char *name, martlet_tensor **list, size_t count, const char *attributes, size_t results) {
    martlet_tensor *made[8] = {NULL};
    size_t index;
    martlet_status status = martlet_apply(device, name, list, count, attributes, made, results);
    CHECK(status == MARTLET_OK || (status == MARTLET_USAGE && strlen(martlet_last_error()) > 0));
    for (index = 0; index < results; index++) {
        CHECK((made[index] != NULL) == (status == MARTLET_OK));
        if (made[index]) {
            size_t bytes = 0;
            const void *data = NULL;
            OK(martlet_tensor_borrow(made[index], &data, &bytes, NULL));
        }
        OK(martlet_tensor_release(made[index]));
    }
    successes += status == MARTLET_OK;
}

static void meet_everything(martlet_device *device, const char *name, const char *attributes, size_t results) {
    size_t a, b;
    attempt(device, name, NULL, 0, attributes, results);
    for (a = 0; a < OPERANDS; a++) {
        attempt(device, name, &operands[a], 1, attributes, results);
        for (b = 0; b < OPERANDS; b++) {
            martlet_tensor *three[3];
            three[0] = operands[a];
            three[1] = operands[b];
            three[2] = operands[b];
            attempt(device, name, three, 2, attributes, results);
            attempt(device, name, three, 3, attributes, results);
        }
    }
}

int main(int count, char **arguments) {
    martlet_device *device = NULL;
    char *lines = NULL;
    const char *line;
    size_t index;
    OK(martlet_device_open(selection(count, arguments), 1, &device));
    make_operands(device);
    OK(martlet_operation_list(&lines));
    for (line = lines; *line; line = strchr(line, '\n') + 1) {
        char *name = part(line, "\"name\":\"", "\""), *number = part(line, "\"results\":", ",");
        char *whole = part(line, "", "\n");
        size_t results = (size_t)atoi(number);
        const size_t before = successes;
        const char *cursor = strstr(whole, "\"attributes\":[");
        CHECK(cursor != NULL && results >= 1 && results <= 8);
        if (strstr(whole, "\"attributes\":[]") != NULL) meet_everything(device, name, NULL, results);
        else {
            /* The usual values, and values of every kind for one attribute after the other. */
            static const char *const kinds[] = {"0", "1", "-1", "3", "-3", "2147483647", "-2147483648", "true", "0.5", "1e300", "[]",
                "[0]", "[1, 0]", "[-1]", "[4, 1]", "[2, 4]", "[4, 4]", "[2, 2]", "[1, 1, 1]", "[-5, 7]", "[2147483647, 2147483647]", "\"x\"", "null"};
            const char *required = strstr(whole, "\"name\":\"shape\"") ? "\"shape\": [4, 2]"
                : strstr(whole, "\"name\":\"count\"") ? "\"count\": 3"
                : strstr(whole, "\"name\":\"classes\"") ? "\"classes\": 3"
                : strstr(whole, "\"name\":\"starts\"") ? "\"starts\": [0], \"ends\": [1]"
                : strstr(whole, "\"name\":\"before\"") ? "\"before\": [1, 0], \"after\": [0, 2]"
                : strstr(whole, "\"name\":\"image\"") && strstr(whole, "\"name\":\"size\"") ? "\"image\": [4], \"size\": [2]"
                : strstr(whole, "\"name\":\"image\"") ? "\"image\": [4, 4]"
                : strstr(whole, "\"name\":\"size\"") ? "\"size\": [2]"
                : strcmp(name, "reverse") == 0 ? "\"axes\": [-1]" : "";
            char attributes[200];
            sprintf(attributes, "{%s}", required);
            meet_everything(device, name, attributes, results);
            while ((cursor = strstr(cursor + 1, "\"name\":\"")) != NULL) {
                char *attribute = part(cursor, "\"name\":\"", "\"");
                for (index = 0; index < sizeof kinds / sizeof *kinds; index++) {
                    static const size_t partners[] = {INTEGERS, VECTOR, WEIGHTS, UPSTREAM, PLACES};
                    size_t operand, partner;
                    martlet_tensor *three[3];
                    /* What is required besides, where it is another one. */
                    const char *besides = required;
                    if (strcmp(attribute, "starts") == 0) besides = "\"ends\": [3, 1]";
                    else if (strcmp(attribute, "ends") == 0) besides = "\"starts\": [0, 0]";
                    else if (strcmp(attribute, "before") == 0) besides = "\"after\": [0, 2]";
                    else if (strcmp(attribute, "after") == 0) besides = "\"before\": [0, 2]";
                    else if (strcmp(attribute, "image") == 0 && strstr(required, "size")) besides = "\"size\": [2]";
                    else if (strcmp(attribute, "size") == 0 && strstr(required, "image")) besides = "\"image\": [4]";
                    else if (strstr(required, attribute) != NULL) besides = "";
                    sprintf(attributes, "{%s%s\"%s\": %s}", besides, *besides ? ", " : "", attribute, kinds[index]);
                    attempt(device, name, NULL, 0, attributes, results);
                    for (operand = 0; operand < OPERANDS; operand++) {
                        three[0] = operands[operand];
                        attempt(device, name, three, 1, attributes, results);
                        for (partner = 0; partner < sizeof partners / sizeof *partners; partner++) {
                            three[1] = three[2] = operands[partners[partner]];
                            attempt(device, name, three, 2, attributes, results);
                            attempt(device, name, three, 3, attributes, results);
                        }
                    }
                }
                free(attribute);
            }
        }
        if (successes == before) {
            fprintf(stderr, "no call of '%s' succeeded\n", name);
            exit(1);
        }
        free(name);
        free(number);
        free(whole);
    }
    fputs(lines, stdout);
    martlet_text_free(lines);
    for (index = 0; index < OPERANDS; index++) OK(martlet_tensor_release(operands[index]));
    OK(martlet_device_release(device));
    CHECK(martlet_open_handles() == 0);
    return 0;
}
