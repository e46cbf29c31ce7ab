// Tells the thread sanitizer of Swift's Mutex. Loaded by .ci/sanitize before everything else, used nowhere else.
//
// A mutex that is free is taken by code that the compiler puts into the caller, where the sanitizer sees it. One that is
// taken is waited for in libswiftSynchronization.so, which was not built for the sanitizer: it does not see who takes the
// mutex there, and calls all that the mutex protects a race. These are the functions that wait, with what the sanitizer has
// to know around them.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

#define SELF __attribute__((swift_context)) void *self
#define SWIFT __attribute__((swiftcall))

static void say(const char *name, void *address) {
    void (*annotate)(void *) = (void (*)(void *))dlsym(RTLD_DEFAULT, name);
    if (annotate) annotate(address);
}

SWIFT void lock_slow(uint32_t thread, SELF) __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
SWIFT bool try_lock_slow(SELF) __asm__("$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF");
SWIFT void unlock_slow(SELF) __asm__("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");

SWIFT void lock_slow(uint32_t thread, SELF) {
    SWIFT void (*next)(uint32_t, SELF) =
        (SWIFT void (*)(uint32_t, SELF))dlsym(RTLD_NEXT, "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
    next(thread, self);
    say("__tsan_acquire", self);
}

SWIFT bool try_lock_slow(SELF) {
    SWIFT bool (*next)(SELF) =
        (SWIFT bool (*)(SELF))dlsym(RTLD_NEXT, "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF");
    bool taken = next(self);
    if (taken) say("__tsan_acquire", self);
    return taken;
}

SWIFT void unlock_slow(SELF) {
    SWIFT void (*next)(SELF) =
        (SWIFT void (*)(SELF))dlsym(RTLD_NEXT, "$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
    say("__tsan_release", self);
    next(self);
}
