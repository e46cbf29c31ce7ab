// SPDX-License-Identifier: Apache-2.0
//
// Starts a program as posix_spawn does: the child borrows this process' memory until it has become the program, so the
// time does not depend on how large the host is. It does besides what posix_spawn can't: the parent-death signal is set
// before the program's first instruction, without its help; the pidfd is the child's from birth; and it says which
// step has failed.

#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_SIZE (64 * 1024)

// The same as clone, under the name that the thread sanitizer leaves alone: it takes the other one for a fork.
extern int __clone(int (*function)(void *), void *stack, int flags, void *argument, ...);

// The child's memory is the parent's: what sanitizers note about it would be noted about the parent.
#if defined(__clang__)
#define UNOBSERVED __attribute__((disable_sanitizer_instrumentation, noinline))
#else
#define UNOBSERVED __attribute__((noinline))
#endif

typedef struct start {
    clinux_spawn_t *plan;
    pid_t parent;
} start_t;

UNOBSERVED static int give_up(clinux_spawn_t *plan, int step) {
    plan->error = errno;
    plan->failed_step = step;
    syscall(SYS_exit_group, 127);
    return 127;
}

/// Puts each descriptor where the program is to find it, and closes all others.
UNOBSERVED static int arrange(clinux_spawn_t *plan) {
    int count = plan->descriptor_count;
    // First out of the way: a number that is wanted may be one that is still needed.
    for (int i = 0; i < count; i++) {
        if (plan->descriptors[i] >= count) continue;
        long copy = syscall(SYS_fcntl, plan->descriptors[i], F_DUPFD_CLOEXEC, count);
        if (copy < 0) return -1;
        plan->descriptors[i] = (int)copy;
    }
    for (int i = 0; i < count; i++)
        if (syscall(SYS_dup3, plan->descriptors[i], i, 0) < 0) return -1;
    if (syscall(SYS_close_range, (unsigned)count, ~0u, 0) == 0) return 0;
    // Kernels before 5.9.
    struct rlimit limit;
    if (syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &limit) != 0) return -1;
    for (rlim_t number = (rlim_t)count; number < limit.rlim_cur; number++) syscall(SYS_close, (int)number);
    return 0;
}

// Raw system calls only: the library's own keep notes in the memory that is still the parent's.
UNOBSERVED static int become(void *argument) {
    start_t *start = argument;
    clinux_spawn_t *plan = start->plan;
    if (plan->ends_with_parent) {
        if (syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return give_up(plan, CLINUX_SPAWN_PARENT);
        // It may have died before the line above; then no signal will come.
        if (syscall(SYS_getppid) != start->parent) {
            errno = ESRCH;
            return give_up(plan, CLINUX_SPAWN_PARENT);
        }
    }
    // All zero is the default action in the kernel's own structure, which is not the library's.
    unsigned long standard[8] = {0};
    for (int number = 1; number <= 64; number++) syscall(SYS_rt_sigaction, number, standard, NULL, 8);
    if (!plan->keeps_group && syscall(SYS_setpgid, 0, 0) != 0) return give_up(plan, CLINUX_SPAWN_GROUP);
    if (arrange(plan) != 0) return give_up(plan, CLINUX_SPAWN_DESCRIPTORS);
    if (plan->directory && syscall(SYS_chdir, plan->directory) != 0) return give_up(plan, CLINUX_SPAWN_DIRECTORY);
    unsigned long none = 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, 8);
    syscall(SYS_execve, plan->path, plan->arguments, plan->environment);
    return give_up(plan, CLINUX_SPAWN_PROGRAM);
}

int clinux_spawn(clinux_spawn_t *plan, int *pidfd) {
    plan->error = 0;
    *pidfd = -1;
    char *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) {
        plan->error = errno;
        plan->failed_step = CLINUX_SPAWN_PROCESS;
        return -1;
    }
    // No handler of this process may run in the child, not even the library's own signals, which sigfillset leaves out.
    unsigned long all = ~0ul, before = 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, 8);
    start_t start = {.plan = plan, .parent = getpid()};
    pid_t child = __clone(
        become, stack + STACK_SIZE, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &start, pidfd, NULL, NULL);
    if (child < 0) {
        plan->error = errno;
        plan->failed_step = CLINUX_SPAWN_PROCESS;
    }
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, 8);
    munmap(stack, STACK_SIZE);
    if (plan->error == 0) return child;
    if (child > 0) {
        int status;
        while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
        if (*pidfd >= 0) close(*pidfd);
    }
    return -1;
}

int clinux_end_with_parent(int parent) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return -1;
    if (getppid() == parent) return 0;
    errno = ESRCH;
    return -1;
}

int clinux_signal_process(int pidfd, int number) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0);
}

int clinux_open_process(int process) {
    return (int)syscall(SYS_pidfd_open, process, 0);
}
