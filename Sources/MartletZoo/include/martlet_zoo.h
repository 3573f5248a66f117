// Trained models, embedded: safetensors files as `martlet train --save` wrote them.

#ifndef MARTLET_ZOO_H
#define MARTLET_ZOO_H

#include <stddef.h>
#include <stdint.h>

// The bytes of a model and their number; NULL for another name.
const uint8_t *martlet_zoo(const char *name, size_t *size);

#endif
