// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

static atomic_int counter = -1;
/// The process that passes signals on, and how many came by it and how many did not.
static atomic_int supervisor = -1;
static atomic_int passed_on = 0;
static atomic_int direct = 0;

static void forward(int number, siginfo_t *info, void *context) {
    (void)context;
    int saved = errno;
    // Who tells a whole process group tells this process twice: itself, and by way of the one that passes it on.
    int is_passed_on = info->si_code == SI_USER && info->si_pid == atomic_load(&supervisor);
    // What a terminal sends to a group is not passed on as well.
    int is_terminals = info->si_code == SI_KERNEL;
    int before = is_passed_on ? 0 : atomic_fetch_add(&direct, 1);
    if (is_passed_on || is_terminals) before += atomic_fetch_add(&passed_on, 1);
    if (before > 0) _exit(128 + number);
    uint64_t one = 1;
    // It can't block: the descriptor is non-blocking, and one write never fills it.
    ssize_t written = write(atomic_load(&counter), &one, sizeof one);
    (void)written;
    errno = saved;
}

int clinux_forward_termination(int descriptor, int from) {
    atomic_store(&counter, descriptor);
    atomic_store(&supervisor, from);
    struct sigaction action = {.sa_sigaction = forward, .sa_flags = SA_RESTART | SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGINT, &action, NULL) != 0) return -1;
    return sigaction(SIGTERM, &action, NULL);
}

static atomic_int hangups = -1;

static void forward_hangup(int number) {
    (void)number;
    int saved = errno;
    uint64_t one = 1;
    ssize_t written = write(atomic_load(&hangups), &one, sizeof one);
    (void)written;
    errno = saved;
}

int clinux_forward_hangup(int descriptor) {
    atomic_store(&hangups, descriptor);
    struct sigaction action = {.sa_handler = forward_hangup, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    return sigaction(SIGHUP, &action, NULL);
}

static atomic_int collector = -1;

static void collect(int number, siginfo_t *info, void *context) {
    (void)context;
    int saved = errno;
    int is_terminals = number != SIGCHLD && info->si_code == SI_KERNEL;
    unsigned char byte = (unsigned char)(number | (is_terminals ? CLINUX_SIGNAL_OF_TERMINAL : 0));
    // A full pipe holds so many signals that one more says nothing new.
    ssize_t written = write(atomic_load(&collector), &byte, 1);
    (void)written;
    errno = saved;
}

int clinux_collect_signals(int pipe) {
    static const int numbers[] = {SIGHUP, SIGINT, SIGTERM, SIGCHLD};
    atomic_store(&collector, pipe);
    struct sigaction action = {.sa_sigaction = collect, .sa_flags = SA_RESTART | SA_NOCLDSTOP | SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (sigaction(numbers[i], &action, NULL) != 0) return -1;
    return 0;
}
