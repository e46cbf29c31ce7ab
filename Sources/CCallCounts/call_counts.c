// SPDX-License-Identifier: Apache-2.0

#include "call_counts.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

_Thread_local void *call_counts_own = NULL;

static bool can_settle = false;

/// As long as there is one thread, the kernel has nothing to wait for here; later it takes milliseconds.
__attribute__((constructor)) static void ask_for_barriers(void) {
    can_settle = syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
}

void call_counts_set(void *counts) {
    call_counts_own = counts;
}

bool call_counts_can_settle(void) {
    return can_settle;
}

void call_counts_settle(void) {
    // No thread counts its calls itself then.
    if (!can_settle) return;
    if (syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0) return;
    // Forbidden since it was asked for: what a processor has written is seen by all others long before this is over.
    const struct timespec while_written = {.tv_nsec = 1000000};
    nanosleep(&while_written, NULL);
}
