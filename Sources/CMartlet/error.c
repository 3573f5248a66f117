// The message of the last failure, one per thread. It is of fixed size, so that nothing is left behind when a thread ends.

#include "martlet.h"
#include "martlet_error.h"

#include <string.h>

static _Thread_local char message[4096];

const char *martlet_last_error(void) { return message; }

void martlet_set_last_error(const char *text) {
    size_t length = strlen(text);
    if (length >= sizeof message) {
        length = sizeof message - 1;
        // Not in the middle of a letter of UTF-8.
        while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80) length--;
    }
    memcpy(message, text, length);
    message[length] = 0;
}
