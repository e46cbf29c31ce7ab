// Tells the thread sanitizer of Swift's Mutex and of sandboxes. Loaded by .ci/sanitize before everything else, used nowhere
// else.
//
// A mutex that is free is taken by code that the compiler puts into the caller, where the sanitizer sees it. One that is
// taken is waited for in libswiftSynchronization.so, which was not built for the sanitizer: it does not see who takes the
// mutex there, and calls all that the mutex protects a race. These are the functions that wait, with what the sanitizer has
// to know around them.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

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

// A sandbox is for a process with one thread, and lets it make no file elsewhere. The sanitizer's own thread ends when it is
// told of a sandbox, if it was there from the start; its file is opened here, unless this is another user's process. Only
// .ci/sanitize sets the variable.
__attribute__((constructor)) static void prepare_for_sandbox(void) {
    void (*announce)(void *) = (void (*)(void *))dlsym(RTLD_DEFAULT, "__sanitizer_sandbox_on_notify");
    void (*open_report)(void) = (void (*)(void))dlsym(RTLD_DEFAULT, "__sanitizer_get_report_path");
    const char *reports = getenv("SANITIZER_REPORTS");
    if (!reports || !announce || !open_report) return;
    struct {
        int coverage;
        intptr_t descriptor;
        unsigned size;
    } nothing = {0};
    announce(&nothing);
    if (access(reports, W_OK) == 0) open_report();
}
