/* Handles shared between threads, and messages that are each thread's own. */
#include "check.h"

#include <pthread.h>

enum { THREADS = 4, ROUNDS = 200 };
static martlet_device *shared;
static martlet_tensor *operand;

static void *work(void *argument) {
    const char *name = argument;
    int round;
    CHECK(strcmp(martlet_last_error(), "") == 0);
    CHECK(martlet_apply(shared, name, NULL, 0, NULL, NULL, 1) == MARTLET_USAGE);
    for (round = 0; round < ROUNDS; round++) {
        martlet_tensor *pair[2], *sum = NULL;
        float back[2];
        pair[0] = operand;
        OK(martlet_apply(shared, "relu", &operand, 1, NULL, &pair[1], 1));
        OK(martlet_apply(NULL, "add", pair, 2, NULL, &sum, 1));
        OK(martlet_tensor_read(sum, back, sizeof back));
        CHECK(back[0] == 2 && back[1] == -1);
        OK(martlet_tensor_retain(sum));
        OK(martlet_tensor_release(pair[1]));
        OK(martlet_tensor_release(sum));
        OK(martlet_tensor_release(sum));
    }
    CHECK(strstr(martlet_last_error(), name) != NULL);
    return NULL;
}

int main(int count, char **arguments) {
    static char *names[THREADS] = {"no_such_a", "no_such_b", "no_such_c", "no_such_d"};
    const int64_t shape[1] = {2};
    const float values[2] = {1, -1};
    martlet_array array = ARRAY(MARTLET_FLOAT32, shape, values);
    pthread_t threads[THREADS];
    int thread;
    OK(martlet_device_open(selection(count, arguments), 2, &shared));
    OK(martlet_tensor_create(shared, &array, &operand));
    for (thread = 0; thread < THREADS; thread++) CHECK(pthread_create(&threads[thread], NULL, work, names[thread]) == 0);
    for (thread = 0; thread < THREADS; thread++) CHECK(pthread_join(threads[thread], NULL) == 0);
    CHECK(strcmp(martlet_last_error(), "") == 0);
    OK(martlet_tensor_release(operand));
    OK(martlet_device_release(shared));
    CHECK(martlet_open_handles() == 0);
    return 0;
}
