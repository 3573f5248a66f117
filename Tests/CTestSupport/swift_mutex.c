// Tells ThreadSanitizer when a contended `Mutex` is locked and unlocked.
//
// The quick ways of Swift's Mutex are part of the code that uses it, and instrumented there. The slow ways are in
// libswiftSynchronization, which is not: without these the sanitizer takes what a mutex protects for races as soon as two
// threads meet at it. The functions of the library stand behind ours of the same names.

#if __has_feature(thread_sanitizer) && defined(__linux__)

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *

void __tsan_acquire(void *address);
void __tsan_release(void *address);

static void *library_function(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (!function) abort();
    return function;
}

SWIFT void martlet_mutex_lock(uint32_t thread, SELF mutex) __asm__(LOCK);
SWIFT bool martlet_mutex_try_lock(SELF mutex) __asm__(TRY_LOCK);
SWIFT void martlet_mutex_unlock(SELF mutex) __asm__(UNLOCK);

SWIFT void martlet_mutex_lock(uint32_t thread, SELF mutex) {
    ((SWIFT void (*)(uint32_t, SELF))library_function(LOCK))(thread, mutex);
    __tsan_acquire(mutex);
}

SWIFT bool martlet_mutex_try_lock(SELF mutex) {
    const bool locked = ((SWIFT bool (*)(SELF))library_function(TRY_LOCK))(mutex);
    if (locked) __tsan_acquire(mutex);
    return locked;
}

SWIFT void martlet_mutex_unlock(SELF mutex) {
    __tsan_release(mutex);
    ((SWIFT void (*)(SELF))library_function(UNLOCK))(mutex);
}

#endif
