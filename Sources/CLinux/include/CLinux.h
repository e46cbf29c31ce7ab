// SPDX-License-Identifier: Apache-2.0
//
// What `import Glibc` lacks. Nothing here decides anything: each function is one system call or one macro.

#ifndef C_LINUX_H
#define C_LINUX_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/vfs.h>
#include <unistd.h>

/// Creates an epoll instance. Wrapped because Glibc's module has no <sys/epoll.h>.
static inline int clinux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

/// Adds, changes or removes a descriptor; `tag` comes back with each event. Wrapped because `epoll_event` holds a union.
static inline int clinux_epoll_control(int epoll, int operation, int descriptor, uint32_t events, uint64_t tag) {
    struct epoll_event event = {.events = events, .data = {.u64 = tag}};
    return epoll_ctl(epoll, operation, descriptor, &event);
}

/// Waits for events and writes their tags and masks apart. Wrapped because `epoll_event` is packed and holds a union.
static inline int clinux_epoll_wait(
    int epoll, uint64_t *_Nonnull tags, uint32_t *_Nonnull masks, int capacity, int milliseconds) {
    struct epoll_event events[64];
    int count = epoll_wait(epoll, events, capacity < 64 ? capacity : 64, milliseconds);
    for (int i = 0; i < count; i++) {
        tags[i] = events[i].data.u64;
        masks[i] = events[i].events;
    }
    return count;
}

static const uint32_t CLINUX_EPOLLIN = EPOLLIN;
static const uint32_t CLINUX_EPOLLOUT = EPOLLOUT;
static const uint32_t CLINUX_EPOLLHUP = EPOLLHUP;
static const uint32_t CLINUX_EPOLLERR = EPOLLERR;
static const uint32_t CLINUX_EPOLLRDHUP = EPOLLRDHUP;
static const int CLINUX_EPOLL_ADD = EPOLL_CTL_ADD;
static const int CLINUX_EPOLL_MODIFY = EPOLL_CTL_MOD;
static const int CLINUX_EPOLL_REMOVE = EPOLL_CTL_DEL;

/// Creates a counter that wakes an epoll loop. Wrapped because Glibc's module has no <sys/eventfd.h>.
static inline int clinux_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

/// Creates a timer on CLOCK_MONOTONIC. Wrapped because Glibc's module has no <sys/timerfd.h>.
static inline int clinux_timerfd(void) { return timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK); }

/// Arms the timer for an absolute time in nanoseconds of CLOCK_MONOTONIC; 0 disarms it.
static inline int clinux_timerfd_arm(int timer, uint64_t nanoseconds) {
    struct itimerspec when = {
        .it_value = {.tv_sec = (time_t)(nanoseconds / 1000000000u), .tv_nsec = (long)(nanoseconds % 1000000000u)}};
    return timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
}

/// Tells which file and which load address a code address belongs to. Wrapped because dladdr needs _GNU_SOURCE.
static inline int clinux_address_info(
    const void *_Nonnull address, const char *_Nullable *_Nonnull path, const void *_Nullable *_Nonnull base) {
    Dl_info info;
    if (dladdr(address, &info) == 0) return 0;
    *path = info.dli_fname;
    *base = info.dli_fbase;
    return 1;
}

/// Renames with RENAME_NOREPLACE or RENAME_EXCHANGE. Wrapped because renameat2 needs _GNU_SOURCE.
static inline int clinux_renameat2(
    int from_directory, const char *_Nonnull from, int to_directory, const char *_Nonnull to, unsigned int flags) {
    return renameat2(from_directory, from, to_directory, to, flags);
}

/// Says 1 if somebody has the regular file open for writing, 0 if nobody has, -1 with errno if the kernel can't tell.
///
/// A read lease is refused with EAGAIN exactly while there is a writer. The lease is given back at once; a writer that
/// comes in between waits for that moment, and SIGURG, which is ignored by default, replaces the deadly SIGIO.
static inline int clinux_has_writer(int descriptor) {
    if (fcntl(descriptor, F_SETSIG, SIGURG) != 0) return -1;
    if (fcntl(descriptor, F_SETLEASE, F_RDLCK) != 0) return errno == EAGAIN ? 1 : -1;
    return fcntl(descriptor, F_SETLEASE, F_UNLCK) == 0 ? 0 : -1;
}

/// The kind of file system behind a descriptor, as in <linux/magic.h>; -1 on error. Wrapped because `f_type`'s width
/// differs between machines.
static inline int64_t clinux_file_system_type(int descriptor) {
    struct statfs info;
    return fstatfs(descriptor, &info) == 0 ? (int64_t)info.f_type : -1;
}

/// The user at the other end of a Unix socket; -1 on error. Wrapped because `struct ucred` needs _GNU_SOURCE.
static inline int64_t clinux_peer_user(int socket) {
    struct ucred peer;
    socklen_t size = sizeof peer;
    return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? (int64_t)peer.uid : -1;
}

/// Names the calling thread for debuggers; longer names are cut by the caller at 15 bytes.
static inline int clinux_name_thread(const char *_Nonnull name) { return pthread_setname_np(pthread_self(), name); }

#endif
