// For close_range.
#define _GNU_SOURCE

#include "faults.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void crash(void) {
    volatile int *volatile nowhere = NULL;
    *nowhere = 1;
}

static void trap(void) { __builtin_trap(); }

static void exit_with_failure(void) { exit(3); }

static void quit(void) { exit(0); }

/// Uses up the stack, however large it is.
__attribute__((noinline)) static int descend(volatile char *above) {
    volatile char frame[4096];
    frame[0] = above[0];
    return descend(frame) + frame[0];
}

static void overflow(void) {
    volatile char top = 1;
    descend(&top);
}

/// Writes over what the allocator keeps in front of a block.
static void damage_heap(void) {
    char *volatile block = malloc(100);
    char *volatile before = block - 8;
    for (int index = 0; index < 8; index++) before[index] = (char)0xff;
    free(block);
}

static void loop(void) {
    for (volatile int turns = 0;; turns = turns + 1) {}
}

static void deadlock(void) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    for (;;) pthread_mutex_lock(&lock);
}

static void stop(void) { raise(SIGSTOP); }

/// Takes memory until there is no more, or as much as a test's machine can spare.
static void allocate(void) {
    for (int count = 0; count < 256; count++) {
        char *volatile block = malloc(1 << 20);
        if (block == NULL) break;
        memset(block, 1, 1 << 20);
    }
    abort();
}

static void close_all(void) { close_range(0, ~0U, 0); }

/// Writes over all memory that is shared with the host.
static void write_garbage(void) {
    FILE *maps = fopen("/proc/self/maps", "re");
    if (maps == NULL) abort();
    char line[512];
    uint64_t seed = 88172645463325252U;
    while (fgets(line, sizeof line, maps) != NULL) {
        uintptr_t start, end;
        char rights[5];
        if (strstr(line, "/memfd:") == NULL) continue;
        if (sscanf(line, "%lx-%lx %4s", &start, &end, rights) != 3 || strcmp(rights, "rw-s") != 0) continue;
        for (uint64_t *word = (uint64_t *)start; word < (uint64_t *)end; word++) {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            *word = seed;
        }
    }
    fclose(maps);
    // Somebody who sleeps on it looks at it now and then, and what is put in order until then was never seen.
    usleep(600 * 1000);
}

/// Leaves a child behind that holds whatever this process has open.
static void linger(void) {
    if (fork() == 0)
        for (;;) pause();
}

/// Has a child crash, and goes on.
static void crash_child(void) {
    pid_t child = fork();
    if (child == 0) abort();
    if (child > 0) waitpid(child, NULL, 0);
}

static void leave(void) { _exit(0); }

static void terminate_parent(void) { kill(getppid(), SIGTERM); }

static void *crash_alone(void *unused) {
    crash();
    return unused;
}

static void crash_thread(void) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, crash_alone, NULL) == 0) pthread_join(thread, NULL);
}

static void *crash_at_once(void *unused) {
    static atomic_int arrived = 0;
    atomic_fetch_add(&arrived, 1);
    while (atomic_load(&arrived) < 2) {}
    crash();
    return unused;
}

/// Crashes in two threads at the same moment.
static void crash_together(void) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, crash_at_once, NULL) == 0) crash_at_once(NULL);
}

/// Takes memory and forgets it.
static void leak(void) {
    char *volatile block = malloc(100);
    if (block != NULL) block[0] = 1;
}

/// Opens a file and forgets it.
static void leave_open(void) {
    if (open("/dev/null", O_RDONLY | O_CLOEXEC) < 0) abort();
}

static void *wait_for_ever(void *unused) {
    for (;;) usleep(1000 * 1000);
    return unused;
}

/// Starts a thread and forgets it.
static void begin_thread(void) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, wait_for_ever, NULL) == 0) pthread_detach(thread);
}

const fault_t faults[] = {
    {"crash", crash},
    {"trap", trap},
    {"abort", abort},
    {"exit", exit_with_failure},
    {"quit", quit},
    {"overflow", overflow},
    {"heap", damage_heap},
    {"loop", loop},
    {"deadlock", deadlock},
    {"sigstop", stop},
    {"allocate", allocate},
    {"closeall", close_all},
    {"garbage", write_garbage},
    {"linger", linger},
    {"child", crash_child},
    {"termparent", terminate_parent},
    {"thread", crash_thread},
    {"together", crash_together},
    {"leave", leave},
    {"leak", leak},
    {"openfile", leave_open},
    {"straggler", begin_thread},
    {NULL, NULL},
};
