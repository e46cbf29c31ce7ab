// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "CLinuxFaults.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

_Static_assert(sizeof(clinux_fault_record_t) == 208, "both processes agree");

static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
enum { signal_count = sizeof signals / sizeof *signals };

static struct sigaction previous[signal_count];
static _Atomic(clinux_fault_record_t *) target;
static _Atomic(uint32_t *) bell;
static atomic_int event_counter = -1;
/// Whether a thread of this process has had a fault: the first one speaks for all.
static atomic_flag taken = ATOMIC_FLAG_INIT;
static pid_t own_process;

// The handler must find it without the allocation that a thread's first use of a dynamic variable makes.
static __thread __attribute__((tls_model("initial-exec"))) clinux_fault_place_t place;

clinux_fault_place_t *clinux_fault_place(void) {
    return &place;
}

/// Copies memory that may not be there any more: the kernel says so instead of raising a second fault.
static uint32_t copy(uint8_t *to, const uint8_t *from, uint32_t count) {
    if (!from || count == 0) return 0;
    struct iovec local = {to, count};
    struct iovec remote = {(void *)from, count};
    long copied = syscall(SYS_process_vm_readv, syscall(SYS_getpid), &local, 1l, &remote, 1l, 0l);
    return copied > 0 ? (uint32_t)copied : 0;
}

static void write_record(clinux_fault_record_t *record, int signal, const siginfo_t *info, const ucontext_t *context) {
    record->signal = signal;
    record->code = info->si_code;
    record->process = (int32_t)syscall(SYS_getpid);
    record->thread = (int32_t)syscall(SYS_gettid);
    // What kill and raise send has no address; there the field holds who sent it.
    record->address = info->si_code > 0 ? (uint64_t)(uintptr_t)info->si_addr : 0;
#if defined(__x86_64__)
    record->program_counter = (uint64_t)context->uc_mcontext.gregs[REG_RIP];
    record->stack_pointer = (uint64_t)context->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
    record->program_counter = context->uc_mcontext.pc;
    record->stack_pointer = context->uc_mcontext.sp;
#endif
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    record->time = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
    record->lane = place.lane;
    record->call = place.call;
    record->step = place.step;
    record->method_size = place.method ? place.method_size : 0;
    uint32_t held = record->method_size;
    if (held > CLINUX_FAULT_METHOD_SIZE) held = CLINUX_FAULT_METHOD_SIZE;
    record->method_held = copy(record->method, place.method, held);
}

static void tell(void) {
    uint32_t *word = atomic_load(&bell);
    if (word) {
        __atomic_fetch_add(word, 1, __ATOMIC_SEQ_CST);
        (void)syscall(SYS_futex, word, FUTEX_WAKE, 0x7fffffff, NULL, NULL, 0);
    }
    int counter = atomic_load(&event_counter);
    if (counter >= 0) {
        uint64_t one = 1;
        ssize_t written = write(counter, &one, sizeof one);
        (void)written;
    }
}

static void report(int signal, const siginfo_t *info, const ucontext_t *context) {
    // The second thread has nothing to say. It waits for the end, open to the signals by which a backtracer stops it.
    if (atomic_flag_test_and_set(&taken)) {
        for (;;) (void)pause();
    }
    clinux_fault_record_t *record = atomic_load(&target);
    if (record) {
        __atomic_store_n(&record->state, CLINUX_FAULT_BEGUN, __ATOMIC_SEQ_CST);
        write_record(record, signal, info, context);
        __atomic_store_n(&record->state, CLINUX_FAULT_COMPLETE, __ATOMIC_SEQ_CST);
    }
    tell();
}

static void handle(int signal, siginfo_t *info, void *context) {
    int saved = errno;
    // A plugin may have forked, and the end of such a process is not that of this one.
    if (syscall(SYS_getpid) == own_process) report(signal, info, context);
    for (int i = 0; i < signal_count; i++) {
        if (signals[i] != signal) continue;
        errno = saved;
        if (previous[i].sa_flags & SA_SIGINFO) {
            if (previous[i].sa_sigaction) previous[i].sa_sigaction(signal, info, context);
        } else if (previous[i].sa_handler != SIG_DFL && previous[i].sa_handler != SIG_IGN) {
            previous[i].sa_handler(signal);
        }
    }
    // It waits, being blocked, until the handler returns, and ends the process whatever caused it the first time.
    struct sigaction plain = {.sa_handler = SIG_DFL};
    (void)sigaction(signal, &plain, NULL);
    (void)syscall(SYS_tgkill, syscall(SYS_getpid), syscall(SYS_gettid), signal);
    errno = saved;
}

int clinux_report_faults(clinux_fault_record_t *record, uint32_t *word, int counter) {
    own_process = getpid();
    atomic_store(&target, record);
    atomic_store(&bell, word);
    atomic_store(&event_counter, counter);
    // A fault inside of the handler finds its signal blocked, and the kernel ends the process at once.
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < signal_count; i++) sigaddset(&action.sa_mask, signals[i]);
    for (int i = 0; i < signal_count; i++) {
        struct sigaction before;
        if (sigaction(signals[i], NULL, &before) != 0) return -1;
        if ((before.sa_flags & SA_SIGINFO) && before.sa_sigaction == handle) continue;
        previous[i] = before;
        if (sigaction(signals[i], &action, NULL) != 0) return -1;
    }
    return clinux_protect_thread();
}

uint32_t clinux_read_fault(const clinux_fault_record_t *record, clinux_fault_record_t *copy) {
    uint32_t state = __atomic_load_n(&record->state, __ATOMIC_ACQUIRE);
    *copy = *record;
    copy->state = state;
    return state;
}

// The backtracer's handler runs on it too.
enum { stack_size = 128 * 1024, guard_size = 64 * 1024 };

static pthread_key_t stack_key;
static pthread_once_t stack_once = PTHREAD_ONCE_INIT;
static int stack_key_failure;

static void give_back(void *memory) {
    stack_t none = {.ss_flags = SS_DISABLE};
    if (sigaltstack(&none, NULL) == 0) (void)munmap(memory, stack_size + guard_size);
}

static void make_key(void) {
    stack_key_failure = pthread_key_create(&stack_key, give_back);
}

int clinux_protect_thread(void) {
    (void)pthread_once(&stack_once, make_key);
    if (stack_key_failure != 0) {
        errno = stack_key_failure;
        return -1;
    }
    if (pthread_getspecific(stack_key)) return 0;
    // The pages are the thread's only once it needs them. Below them is a guard of the size of the largest page.
    uint8_t *memory = mmap(
        NULL, stack_size + guard_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1,
        0);
    if (memory == MAP_FAILED) return -1;
    stack_t stack = {.ss_sp = memory + guard_size, .ss_size = stack_size};
    if (mprotect(memory, guard_size, PROT_NONE) != 0 || sigaltstack(&stack, NULL) != 0) {
        int code = errno;
        (void)munmap(memory, stack_size + guard_size);
        errno = code;
        return -1;
    }
    int code = pthread_setspecific(stack_key, memory);
    if (code == 0) return 0;
    give_back(memory);
    errno = code;
    return -1;
}
