// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE

#include "floor.h"

#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define AREA (1 << 20)
#define STOPPED UINT32_MAX

/// What the two processes share: each word on lines of its own, as nobody would do otherwise.
typedef struct {
    _Alignas(128) _Atomic uint32_t request;
    _Alignas(128) _Atomic uint32_t answer;
    uint64_t value;
    _Alignas(4096) uint8_t area[AREA];
} shared_t;

struct floor_partner {
    shared_t *shared;
    pid_t process;
    bool is_awake;
    uint32_t round;
};

static void pause_briefly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
}

static uint32_t wait_for_change(_Atomic uint32_t *word, uint32_t old, bool is_awake) {
    uint32_t value;
    while ((value = atomic_load_explicit(word, memory_order_acquire)) == old) {
        if (is_awake)
            pause_briefly();
        else
            syscall(SYS_futex, word, FUTEX_WAIT, old, NULL, NULL, 0);
    }
    return value;
}

static void post(_Atomic uint32_t *word, uint32_t value, bool is_awake) {
    atomic_store_explicit(word, value, memory_order_release);
    if (!is_awake) syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/// The child's life. It has but one thread of those that the parent had, so it calls nothing that locks.
static void answer_all(shared_t *shared, bool is_awake) {
    uint32_t round = 0;
    while ((round = wait_for_change(&shared->request, round, is_awake)) != STOPPED) {
        shared->value = round;
        post(&shared->answer, round, is_awake);
    }
}

floor_partner_t *floor_partner_start(int is_awake) {
    floor_partner_t *partner = calloc(1, sizeof *partner);
    if (partner == NULL) return NULL;
    partner->is_awake = is_awake != 0;
    void *memory = mmap(NULL, sizeof(shared_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        free(partner);
        return NULL;
    }
    partner->shared = memory;
    pid_t parent = getpid();
    partner->process = fork();
    if (partner->process == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() == parent) answer_all(partner->shared, partner->is_awake);
        _exit(0);
    }
    if (partner->process > 0) return partner;
    munmap(memory, sizeof(shared_t));
    free(partner);
    return NULL;
}

uint64_t floor_partner_rounds(floor_partner_t *partner, const uint8_t *bytes, uint64_t size, uint64_t rounds) {
    shared_t *shared = partner->shared;
    uint64_t failures = 0;
    for (uint64_t index = 0; index < rounds; index++) {
        if (size > 0) memcpy(shared->area, bytes, size < AREA ? size : AREA);
        uint32_t before = partner->round;
        // Neither the first value nor the one that ends it.
        partner->round = before + 1 == STOPPED ? 1 : before + 1;
        post(&shared->request, partner->round, partner->is_awake);
        wait_for_change(&shared->answer, before, partner->is_awake);
        failures += shared->value != partner->round;
    }
    return failures;
}

void floor_partner_stop(floor_partner_t *partner) {
    post(&partner->shared->request, STOPPED, partner->is_awake);
    waitpid(partner->process, NULL, 0);
    munmap(partner->shared, sizeof(shared_t));
    free(partner);
}

int floor_stay_on(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    return sched_setaffinity(0, sizeof set, &set);
}
