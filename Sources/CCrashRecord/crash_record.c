// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "layout.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

crash_record_t *crash_record = NULL;
_Thread_local crash_record_thread_t *crash_record_own = NULL;

// A thread without memory for handlers of its own can't tell of a stack that is used up.
#define STACK_SIZE (64 * 1024)
static _Thread_local void *own_stack = NULL;
static pthread_key_t key;

static uint32_t thread_number(void) {
    return (uint32_t)syscall(SYS_gettid);
}

static void give_back(void *place) {
    crash_record_thread_t *thread = place;
    crash_record_own = NULL;
    thread->depth = 0;
    __atomic_store_n(&thread->number, 0, __ATOMIC_RELEASE);
    if (own_stack == NULL) return;
    stack_t present;
    if (sigaltstack(NULL, &present) == 0 && present.ss_sp == own_stack) {
        stack_t none = {.ss_flags = SS_DISABLE};
        if (sigaltstack(&none, NULL) != 0) return;
    }
    munmap(own_stack, STACK_SIZE);
    own_stack = NULL;
}

static void provide_stack(void) {
    stack_t present;
    if (sigaltstack(NULL, &present) != 0 || !(present.ss_flags & SS_DISABLE)) return;
    void *memory = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) return;
    stack_t stack = {.ss_sp = memory, .ss_size = STACK_SIZE};
    if (sigaltstack(&stack, NULL) == 0) own_stack = memory;
    else munmap(memory, STACK_SIZE);
}

crash_record_thread_t *crash_record_claim(void) {
    uint32_t number = thread_number();
    for (int i = 0; i < CRASH_RECORD_THREADS; i++) {
        crash_record_thread_t *thread = &crash_record->threads[(number + (uint32_t)i) % CRASH_RECORD_THREADS];
        uint32_t none = 0;
        if (__atomic_load_n(&thread->number, __ATOMIC_RELAXED) != 0) continue;
        if (!__atomic_compare_exchange_n(
                &thread->number, &none, number, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) continue;
        // Without it the place would stay taken when the thread ends.
        if (pthread_setspecific(key, thread) != 0) {
            __atomic_store_n(&thread->number, 0, __ATOMIC_RELEASE);
            return NULL;
        }
        provide_stack();
        crash_record_own = thread;
        return thread;
    }
    return NULL;
}

// MARK: Ends

static const int deadly[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
#define DEADLY_COUNT (sizeof deadly / sizeof *deadly)
static struct sigaction before[DEADLY_COUNT];

static char left_in[1024 + 64];
static struct timespec begin;
static pid_t own_process;

static int write_all(int file, const void *bytes, size_t size) {
    while (size > 0) {
        ssize_t written = write(file, bytes, size);
        if (written <= 0) return -1;
        bytes = (const char *)bytes + written;
        size -= (size_t)written;
    }
    return 0;
}

// In a handler of signals: no memory is allocated. The file is opened here, because a plugin may have closed any descriptor.
static void leave_in_file(int exit_status) {
    if (left_in[0] == 0) return;
    int file = open(left_in, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    crash_record_epilogue_t epilogue = {
        .process = (int32_t)own_process,
        .exit_status = exit_status,
        .uptime_nanoseconds =
            (uint64_t)(now.tv_sec - begin.tv_sec) * 1000000000u + (uint64_t)now.tv_nsec - (uint64_t)begin.tv_nsec,
    };
    // Half of it is none, for whoever reads it.
    if (write_all(file, crash_record, sizeof *crash_record) == 0) write_all(file, &epilogue, sizeof epilogue);
    close(file);
}

/// The thread that writes the end down, and whether it has.
static uint32_t writer = 0;
static int is_written = 0;

static void write_down(uint32_t number, uint64_t address, uint64_t instruction, int exit_status) {
    // A plugin may have forked, and the end of such a process is not that of the host.
    if (getpid() != own_process) return;
    // The first one counts; others fall because of it, or at the same moment: were they to end the process now, half of a file
    // would be left.
    uint32_t own = thread_number(), first = 0;
    if (!__atomic_compare_exchange_n(&writer, &first, own, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        const struct timespec a_moment = {.tv_nsec = 1000000};
        while (first != own && __atomic_load_n(&is_written, __ATOMIC_ACQUIRE) == 0) nanosleep(&a_moment, NULL);
        return;
    }
    crash_record->end.signal = number;
    crash_record->end.thread = own;
    crash_record->end.address = address;
    crash_record->end.instruction = instruction;
    // Last: who reads it believes nothing of an end that is not claimed.
    __atomic_store_n(&crash_record->end.claimed, 1, __ATOMIC_RELEASE);
    leave_in_file(exit_status);
    __atomic_store_n(&is_written, 1, __ATOMIC_RELEASE);
}

static uint64_t instruction_of(void *context) {
    ucontext_t *user = context;
#if defined(__x86_64__)
    return (uint64_t)user->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
    return (uint64_t)user->uc_mcontext.pc;
#else
    (void)user;
    return 0;
#endif
}

static void handle(int number, siginfo_t *info, void *context) {
    // Sent by a process, it names no address.
    uint64_t address = info->si_code > 0 ? (uint64_t)(uintptr_t)info->si_addr : 0;
    write_down((uint32_t)number, address, instruction_of(context), 0);
    struct sigaction *old = NULL;
    for (size_t i = 0; i < DEADLY_COUNT; i++)
        if (deadly[i] == number) old = &before[i];
    if (old != NULL && (old->sa_flags & SA_SIGINFO) && old->sa_sigaction != NULL) {
        old->sa_sigaction(number, info, context);
    } else if (old != NULL && !(old->sa_flags & SA_SIGINFO) && old->sa_handler != SIG_DFL && old->sa_handler != SIG_IGN) {
        old->sa_handler(number);
    }
    // What has caused it happens again, or it is sent again, with nobody to handle it: Swift's own handler relies on the former.
    signal(number, SIG_DFL);
    if (info->si_code <= 0) raise(number);
}

static void note_exit(int status, void *context) {
    (void)context;
    if (crash_record != NULL && !crash_record->end.orderly) write_down(0, 0, 0, status & 0xff);
}

size_t crash_record_size(void) {
    return sizeof(crash_record_t);
}

int crash_record_begin(void *memory) {
    if (crash_record != NULL || pthread_key_create(&key, give_back) != 0) return -1;
    crash_record_t *record = memory;
    record->magic = CRASH_RECORD_MAGIC;
    record->version = CRASH_RECORD_VERSION;
    crash_record = record;
    provide_stack();
    clock_gettime(CLOCK_MONOTONIC, &begin);
    own_process = getpid();
    on_exit(note_exit, NULL);
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < DEADLY_COUNT; i++)
        if (sigaction(deadly[i], &action, &before[i]) != 0) return -1;
    return 0;
}

int crash_record_leave_in(const char *path) {
    size_t size = strlen(path) + 1;
    if (size > sizeof left_in) return -1;
    memcpy(left_in, path, size);
    return 0;
}

void crash_record_set_orderly(void) {
    if (crash_record != NULL) __atomic_store_n(&crash_record->end.orderly, 1, __ATOMIC_RELEASE);
}

// MARK: Who is who

static void copy(char *target, size_t size, const char *text) {
    size_t length = strnlen(text, size - 1);
    memcpy(target, text, length);
    target[length] = 0;
}

uint16_t crash_record_plugin_place(const char *id, const char *path) {
    if (crash_record == NULL) return 0;
    uint32_t count = crash_record->plugin_count;
    for (uint32_t i = 0; i < count; i++) {
        crash_record_plugin_t *plugin = &crash_record->plugins[i];
        if (strcmp(plugin->id, id) != 0 || (*id == 0 && strcmp(plugin->path, path) != 0)) continue;
        if (*path != 0) copy(plugin->path, sizeof plugin->path, path);
        return (uint16_t)(i + 1);
    }
    if (count >= CRASH_RECORD_PLUGINS || strlen(id) >= sizeof crash_record->plugins[0].id
        || strlen(path) >= sizeof crash_record->plugins[0].path) return 0;
    copy(crash_record->plugins[count].id, sizeof crash_record->plugins[count].id, id);
    copy(crash_record->plugins[count].path, sizeof crash_record->plugins[count].path, path);
    crash_record->plugin_count = count + 1;
    return (uint16_t)(count + 1);
}

static crash_record_plugin_t *plugin_at(uint16_t place) {
    if (crash_record == NULL || place == 0 || place > crash_record->plugin_count) return NULL;
    return &crash_record->plugins[place - 1];
}

void crash_record_note_build(
    uint16_t place, uint64_t generation, uint32_t stage, const uint8_t *digest, uint64_t start, uint64_t end) {
    crash_record_plugin_t *plugin = plugin_at(place);
    if (plugin == NULL) return;
    crash_record_build_t *build = &plugin->builds[plugin->build_count++ % CRASH_RECORD_BUILDS];
    *build = (crash_record_build_t){.generation = generation, .start = start, .end = end, .stage = stage};
    memcpy(build->digest, digest, sizeof build->digest);
}

void crash_record_note_stage(uint16_t place, uint64_t generation, uint32_t stage) {
    crash_record_plugin_t *plugin = plugin_at(place);
    if (plugin == NULL) return;
    for (int i = 0; i < CRASH_RECORD_BUILDS; i++)
        if (plugin->builds[i].generation == generation) plugin->builds[i].stage = stage;
}

void crash_record_note_state_directory(const char *path) {
    if (crash_record != NULL) copy(crash_record->state_directory, sizeof crash_record->state_directory, path);
}
