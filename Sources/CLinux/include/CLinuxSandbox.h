// SPDX-License-Identifier: Apache-2.0
//
// What a process takes from itself before it runs code that it does not trust. The system calls are made by number, because
// the C library has no functions for them and the headers of older systems lack their newer fields.

#ifndef C_LINUX_SANDBOX_H
#define C_LINUX_SANDBOX_H

#include <stdint.h>

// The rights of Landlock that are named one by one; see <linux/landlock.h>.
static const uint64_t CLINUX_LANDLOCK_EXECUTE = 1ull << 0;
static const uint64_t CLINUX_LANDLOCK_WRITE_FILE = 1ull << 1;
static const uint64_t CLINUX_LANDLOCK_READ_FILE = 1ull << 2;
static const uint64_t CLINUX_LANDLOCK_READ_DIR = 1ull << 3;
static const uint64_t CLINUX_LANDLOCK_REMOVE_DIR = 1ull << 4;
static const uint64_t CLINUX_LANDLOCK_REMOVE_FILE = 1ull << 5;
static const uint64_t CLINUX_LANDLOCK_MAKE_CHARACTER_DEVICE = 1ull << 6;
static const uint64_t CLINUX_LANDLOCK_MAKE_DIR = 1ull << 7;
static const uint64_t CLINUX_LANDLOCK_MAKE_FILE = 1ull << 8;
static const uint64_t CLINUX_LANDLOCK_MAKE_SOCKET = 1ull << 9;
static const uint64_t CLINUX_LANDLOCK_MAKE_FIFO = 1ull << 10;
static const uint64_t CLINUX_LANDLOCK_MAKE_BLOCK_DEVICE = 1ull << 11;
static const uint64_t CLINUX_LANDLOCK_MAKE_LINK = 1ull << 12;
static const uint64_t CLINUX_LANDLOCK_REFER = 1ull << 13;
static const uint64_t CLINUX_LANDLOCK_TRUNCATE = 1ull << 14;
static const uint64_t CLINUX_LANDLOCK_CONTROL_DEVICE = 1ull << 15;

static const uint64_t CLINUX_LANDLOCK_BIND_TCP = 1ull << 0;
static const uint64_t CLINUX_LANDLOCK_CONNECT_TCP = 1ull << 1;

static const uint64_t CLINUX_LANDLOCK_SCOPE_ABSTRACT_SOCKETS = 1ull << 0;
static const uint64_t CLINUX_LANDLOCK_SCOPE_SIGNALS = 1ull << 1;

/// The version of Landlock that the kernel has; -1 with ENOSYS if it was built without, with EOPNOTSUPP if it was started
/// without.
int clinux_landlock_version(void);

/// Makes a set of rules that forbids what is named, but for what is allowed later. What a kernel does not know has to be 0.
int clinux_landlock_ruleset(uint64_t files, uint64_t network, uint64_t scopes);

/// Allows rights beneath a place that was opened; for what is no directory only the rights that files have.
int clinux_landlock_allow_place(int ruleset, int place, uint64_t rights);

/// Allows to bind or to connect to a port.
int clinux_landlock_allow_port(int ruleset, uint16_t port, uint64_t rights);

/// Puts the rules in force for the calling thread and all that it will make, for ever.
int clinux_landlock_restrict(int ruleset);

/// Makes sure that no program which is started from here on gets rights that this process does not have.
int clinux_forbid_new_privileges(void);

/// Gives up all capabilities, for ever. Has no effect on a process that has none.
int clinux_drop_capabilities(void);

/// Opens a path as a place only, following links: nothing is read or waited for. Wrapped because O_PATH needs _GNU_SOURCE.
int clinux_open_path(const char *_Nonnull path);

/// Says 1 if a file has an extended attribute with the value "1", else 0. Wrapped because Glibc's module has no
/// <sys/xattr.h>.
int clinux_has_attribute(const char *_Nonnull path, const char *_Nonnull name);

/// Lowers both limits of a resource to a value, the hard one to `margin` more; a limit that is lower already stays.
int clinux_lower_limit(int resource, uint64_t value, uint64_t margin);

static const int CLINUX_LIMIT_CPU = 0;
static const int CLINUX_LIMIT_FILE_SIZE = 1;
static const int CLINUX_LIMIT_DATA = 2;
static const int CLINUX_LIMIT_CORE = 4;
static const int CLINUX_LIMIT_PROCESSES = 6;
static const int CLINUX_LIMIT_OPEN_FILES = 7;
static const int CLINUX_LIMIT_ADDRESS_SPACE = 9;

#endif
