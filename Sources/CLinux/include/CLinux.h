// SPDX-License-Identifier: Apache-2.0
//
// What `import Glibc` lacks. Nothing here decides anything: each function is one system call or one macro. The bodies are
// in CLinux.c, because _GNU_SOURCE in a header that Swift imports changes types that Glibc's module has already defined.

#ifndef C_LINUX_H
#define C_LINUX_H

#include <stddef.h>
#include <stdint.h>

#include "CLinuxFaults.h"
#include "CLinuxFigures.h"
#include "CLinuxImages.h"
#include "CLinuxSandbox.h"

/// Tells the processor that the thread only waits for another one; an instruction, so it is not in CLinux.c.
static inline void clinux_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
}

// <sys/epoll.h>
static const uint32_t CLINUX_EPOLLIN = 1;
static const uint32_t CLINUX_EPOLLOUT = 4;
static const uint32_t CLINUX_EPOLLHUP = 16;
static const uint32_t CLINUX_EPOLLERR = 8;
static const uint32_t CLINUX_EPOLLET = 0x80000000u;
static const int CLINUX_EPOLL_ADD = 1;
static const int CLINUX_EPOLL_MODIFY = 3;
static const int CLINUX_EPOLL_REMOVE = 2;

/// Creates an epoll instance. Wrapped because Glibc's module has no <sys/epoll.h>.
int clinux_epoll_create(void);

/// Adds, changes or removes a descriptor; `tag` comes back with each event. Wrapped because `epoll_event` holds a union.
int clinux_epoll_control(int epoll, int operation, int descriptor, uint32_t events, uint64_t tag);

/// Waits for events and writes their tags and masks apart. Wrapped because `epoll_event` is packed and holds a union.
int clinux_epoll_wait(
    int epoll, uint64_t *_Nonnull tags, uint32_t *_Nonnull masks, int capacity, int milliseconds);

/// Creates a counter that wakes an epoll loop. Wrapped because Glibc's module has no <sys/eventfd.h>.
int clinux_eventfd(void);

/// Creates a timer on CLOCK_MONOTONIC. Wrapped because Glibc's module has no <sys/timerfd.h>.
int clinux_timerfd(void);

/// Arms the timer for an absolute time in nanoseconds of CLOCK_MONOTONIC; 0 disarms it.
int clinux_timerfd_arm(int timer, uint64_t nanoseconds);

/// Creates a descriptor that becomes readable whenever CLOCK_REALTIME is set, or goes on after the machine slept.
int clinux_clock_changes(void);

/// Tells which file and which load address a code address belongs to. Wrapped because dladdr needs _GNU_SOURCE.
int clinux_address_info(
    const void *_Nonnull address, const char *_Nullable *_Nonnull path, const void *_Nullable *_Nonnull base);

/// Renames with RENAME_NOREPLACE or RENAME_EXCHANGE. Wrapped because renameat2 needs _GNU_SOURCE.
int clinux_renameat2(
    int from_directory, const char *_Nonnull from, int to_directory, const char *_Nonnull to, unsigned int flags);

/// Says 1 if somebody has the regular file open for writing, 0 if nobody has, -1 with errno if the kernel can't tell.
///
/// A read lease is refused with EAGAIN exactly while there is a writer. The lease is given back at once; a writer that
/// comes in between waits for that moment, and SIGURG, which is ignored by default, replaces the deadly SIGIO.
int clinux_has_writer(int descriptor);

/// Has the kernel begin to write a file's contents to the disk, without waiting. Wrapped because sync_file_range needs
/// _GNU_SOURCE.
int clinux_begin_write_back(int descriptor);

/// The kind of file system behind a descriptor, as in <linux/magic.h>; -1 on error. Wrapped because `f_type`'s width
/// differs between machines.
int64_t clinux_file_system_type(int descriptor);

/// The user at the other end of a Unix socket; -1 on error. Wrapped because `struct ucred` needs _GNU_SOURCE.
int64_t clinux_peer_user(int socket);

/// Accepts a client whose socket children don't inherit. Wrapped because accept4 needs _GNU_SOURCE.
int clinux_accept(int listener);

/// Makes a pipe that children don't inherit. Wrapped because pipe2 needs _GNU_SOURCE.
int clinux_pipe(int *_Nonnull ends);

/// Makes SIGINT and SIGTERM write to an event counter; the second one ends the process at once. One that the process with a
/// number passes on, and one that came directly, are one. In C because a signal handler may not run code that initialises,
/// allocates or locks.
int clinux_forward_termination(int counter, int supervisor);

/// Makes SIGHUP write to an event counter. In C for the same reason.
int clinux_forward_hangup(int counter);

/// Names the calling thread for debuggers; longer names are cut by the caller at 15 bytes.
int clinux_name_thread(const char *_Nonnull name);

/// Makes the calling thread one that does not displace others when it is woken. Wrapped because SCHED_BATCH needs _GNU_SOURCE.
int clinux_batch_thread(void);

/// Opens an entry of a directory as a place only: nothing is followed, read, or waited for. Wrapped because O_PATH needs
/// _GNU_SOURCE.
int clinux_open_place(int directory, const char *_Nonnull name);

/// Says 1 if the file behind a descriptor has an access control list beside its mode, 0 if not, -1 if that can't be told.
/// Wrapped because Glibc's module has no <sys/xattr.h>.
int clinux_has_access_list(int descriptor);

/// Creates a file without a name that children don't inherit. Wrapped because memfd_create needs _GNU_SOURCE.
int clinux_anonymous_file(const char *_Nonnull name);

/// The same, and it can be sealed.
int clinux_sealable_file(const char *_Nonnull name);

/// Forbids for ever that a file in memory shrinks, grows, or is sealed further. Wrapped because F_ADD_SEALS needs
/// _GNU_SOURCE.
int clinux_seal_size(int descriptor);

/// Says 1 if a file can't shrink any more, 0 if it can, -1 if it can't be sealed. Wrapped because F_GET_SEALS needs
/// _GNU_SOURCE.
int clinux_is_size_sealed(int descriptor);

/// Gives back the memory of a part of a file, which reads as zero from then on. Wrapped because fallocate needs _GNU_SOURCE.
int clinux_punch_hole(int descriptor, int64_t offset, int64_t size);

/// Fills memory with random bytes, all of it or none. Wrapped because Glibc's module has no <sys/random.h>.
int clinux_random(void *_Nonnull bytes, uint32_t size);

/// Sleeps while a word of memory that processes share has a value, until a moment of CLOCK_MONOTONIC; 0 is never. Returns 0
/// or an error number, EAGAIN if the word has another value. Wrapped because there is no function for futex.
int clinux_futex_wait(const void *_Nonnull word, uint32_t value, uint64_t nanoseconds);

/// Wakes so many threads of all processes that sleep on a word. Wrapped because there is no function for futex.
void clinux_futex_wake(void *_Nonnull word, int count);

/// The same as the next, by the kernel's word. Wrapped because sched_getcpu needs _GNU_SOURCE.
int clinux_ask_for_processor(void);

/// Where a thread's area lies that the kernel keeps up to date, seen from the thread's pointer; from glibc 2.35 on.
extern const ptrdiff_t __rseq_offset __attribute__((weak));

/// The processor that the thread runs on, which may be another the moment after; -1 if that can't be told. Three
/// instructions, so it is not in CLinux.c: what sched_getcpu reads is 4 bytes into the area, and negative where there is none.
static inline int clinux_current_processor(void) {
    if (&__rseq_offset) {
        const char *area = (const char *)__builtin_thread_pointer() + __rseq_offset;
        int processor = *(const volatile int *)(area + 4);
        if (processor >= 0) return processor;
    }
    return clinux_ask_for_processor();
}

/// Has the thread go on on another processor, if it may run on any; it may come back afterwards. Wrapped because `cpu_set_t`
/// is handled by macros.
void clinux_leave_processor(int processor);

/// Has the thread go on on this processor, if it may run there; it may leave it afterwards.
void clinux_join_processor(int processor);

/// How many processors the thread may run on; -1 if that can't be told. Wrapped because CPU_COUNT is a macro.
int clinux_usable_processors(void);

/// Has orphaned descendants become children of this process. Wrapped because Glibc's module has no <sys/prctl.h>.
int clinux_adopt_orphans(void);

/// Added to the number of a signal that a terminal has sent, to a whole process group.
static const int CLINUX_SIGNAL_OF_TERMINAL = 0x80;

/// Makes SIGHUP, SIGINT, SIGTERM and SIGCHLD write their number, one byte each, to a pipe that does not block. In C because a
/// signal handler may not run code that initialises, allocates or locks.
int clinux_collect_signals(int pipe);

/// A program that is to be started, and what became of it.
typedef struct clinux_spawn {
    const char *_Nonnull path;
    char *_Nullable const *_Nonnull arguments;
    char *_Nullable const *_Nonnull environment;
    /// Where it starts; null for where this process is.
    const char *_Nullable directory;
    /// Which descriptor of this process becomes 0, 1, 2 and so on; all others are closed. Overwritten.
    int *_Nonnull descriptors;
    int descriptor_count;
    /// Whether the kernel kills it when the thread that starts it has ended, this process' last one or not.
    int ends_with_parent;
    /// Whether it stays in the process group of this process.
    int keeps_group;
    /// One of CLINUX_SPAWN_, and its error number, if the program was not started.
    int failed_step;
    int error;
} clinux_spawn_t;

static const int CLINUX_SPAWN_PROCESS = 0;
static const int CLINUX_SPAWN_PARENT = 1;
static const int CLINUX_SPAWN_GROUP = 2;
static const int CLINUX_SPAWN_DESCRIPTORS = 3;
static const int CLINUX_SPAWN_DIRECTORY = 4;
static const int CLINUX_SPAWN_PROGRAM = 5;

/// Starts a program, in a process group of its own unless it keeps this one's, with no signal blocked, ignored or handled.
///
/// Returns the process, or -1 with step and error in the plan; `pidfd` is -1 where the kernel has none. In C because until it
/// has become the program, the child shares this process' memory, and nothing that initialises, allocates or locks may run.
int clinux_spawn(clinux_spawn_t *_Nonnull plan, int *_Nonnull pidfd);

/// Has the kernel kill this process when the thread that started it ends; -1 with ESRCH if the parent is another one by
/// now. Wrapped because Glibc's module has no <sys/prctl.h>.
int clinux_end_with_parent(int parent);

/// Sends a signal to exactly the process behind a descriptor. Wrapped because Glibc has no such function before 2.36.
int clinux_signal_process(int pidfd, int number);

/// Opens a descriptor that is readable when the process has ended. Wrapped because Glibc has no such function before 2.36.
int clinux_open_process(int process);

/// Makes two connected sockets that keep messages apart and that children don't inherit. Wrapped because SOCK_CLOEXEC is an
/// enumerator that Glibc's module does not show.
int clinux_message_pair(int *_Nonnull ends);

/// Sends a message, with a descriptor if one is given (not -1), without SIGPIPE; with `waits` 0 it fails with EAGAIN where it
/// would wait. Wrapped because the headers of control messages are macros.
int64_t clinux_send_message(int socket, const void *_Nullable bytes, uint64_t size, int descriptor, int waits);

/// Receives a message, and the descriptor that comes with it (else -1). Longer ones fail with EMSGSIZE. Wrapped as above.
int64_t clinux_receive_message(
    int socket, void *_Nonnull bytes, uint64_t capacity, int *_Nonnull descriptor, int waits);

/// Has standard output hand over each line when it is complete. In C because `stdout` is a variable of C's.
void clinux_buffer_output_by_lines(void);

/// Ends the process without running anything of it, what it has printed included if nobody is printing now.
_Noreturn void clinux_end_process(int status);

/// Has a terminal hand over each key as it comes, and sees to it that it is put back if the process crashes: the bytes are
/// written then, and the mode of before is set, which is the present one if `keeps_mode` is not 0. In C because a signal
/// handler may not run code that initialises, allocates or locks.
int clinux_terminal_enter(int input, int output, const char *_Nonnull end, int keeps_mode);

/// Puts the terminal back; nothing if it is already. In C as above.
void clinux_terminal_leave(void);

/// Makes the signals that a program in a terminal gets write their number, one byte each, to a pipe that does not block: those
/// that end or stop it, and those that say that it goes on or that the window has another size. In C as above.
int clinux_collect_terminal_signals(int pipe);

/// Ends the process by a signal, as if it had never been handled. In C because SIG_DFL is a macro with a cast.
void clinux_end_by_signal(int number);

/// How many columns and rows a terminal has. Wrapped because ioctl takes any number of arguments.
int clinux_window_size(int descriptor, int *_Nonnull columns, int *_Nonnull rows);

#endif
