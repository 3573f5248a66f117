#include "martlet_zoo.h"

#include <string.h>

static const uint8_t digits_mlp[] = {
#embed "digits-mlp.safetensors"
};
static const uint8_t mnist_lenet5[] = {
#embed "mnist-lenet5.safetensors"
};

static const struct {
    const char *name;
    const uint8_t *bytes;
    size_t size;
} models[] = {
    {"digits-mlp", digits_mlp, sizeof digits_mlp},
    {"mnist-lenet5", mnist_lenet5, sizeof mnist_lenet5},
};

const uint8_t *martlet_zoo(const char *name, size_t *size) {
    for (size_t i = 0; i < sizeof models / sizeof models[0]; ++i) {
        if (strcmp(models[i].name, name)) continue;
        *size = models[i].size;
        return models[i].bytes;
    }
    return NULL;
}
