/* What the programs of this folder have in common: a check that fails ends the program with a line that says where. */
#ifndef CHECK_H
#define CHECK_H

#include "martlet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                      \
    do {                                                                                      \
        if (!(condition)) {                                                                   \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                   \
            fprintf(stderr, "the last error: %s\n", martlet_last_error());                    \
            exit(1);                                                                          \
        }                                                                                     \
    } while (0)

#define OK(call) CHECK((call) == MARTLET_OK)

/* Expects a status and a message that says `part`. */
#define REFUSED(status, part, call)                                                           \
    do {                                                                                      \
        CHECK((call) == (status));                                                            \
        CHECK(strstr(martlet_last_error(), (part)) != NULL);                                  \
    } while (0)

/* An array of the caller whose shape is an array of int64_t. */
#define ARRAY(dtype, shape, data) { (dtype), sizeof(shape) / sizeof((shape)[0]), (shape), (data), sizeof(data) }

/* The device that the caller of the program wants: cpu where nothing is said. */
static const char *selection(int count, char **arguments) { return count > 1 ? arguments[1] : "cpu"; }

#endif
