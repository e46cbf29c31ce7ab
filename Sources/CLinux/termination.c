// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

static atomic_int counter = -1;
static atomic_int received = 0;

static void forward(int number) {
    int saved = errno;
    if (atomic_fetch_add(&received, 1) > 0) _exit(128 + number);
    uint64_t one = 1;
    // It can't block: the descriptor is non-blocking, and one write never fills it.
    ssize_t written = write(atomic_load(&counter), &one, sizeof one);
    (void)written;
    errno = saved;
}

int clinux_forward_termination(int descriptor) {
    atomic_store(&counter, descriptor);
    struct sigaction action = {.sa_handler = forward, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGINT, &action, NULL) != 0) return -1;
    return sigaction(SIGTERM, &action, NULL);
}
