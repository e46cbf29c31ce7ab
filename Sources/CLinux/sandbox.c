// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "CLinuxSandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

_Static_assert(RLIMIT_CPU == 0 && RLIMIT_FSIZE == 1 && RLIMIT_DATA == 2 && RLIMIT_CORE == 4, "as in CLinuxSandbox.h");
_Static_assert(RLIMIT_NPROC == 6 && RLIMIT_NOFILE == 7 && RLIMIT_AS == 9, "as in CLinuxSandbox.h");

// The numbers are the same on all machines that are younger than Landlock's predecessors.
enum { create_ruleset = 444, add_rule = 445, restrict_self = 446 };
enum { create_ruleset_version = 1, rule_path_beneath = 1, rule_network_port = 2 };

// As in <linux/landlock.h> of version 6; the kernel takes a size that is larger than its own if the rest is 0.
struct ruleset_attributes {
    uint64_t files;
    uint64_t network;
    uint64_t scopes;
};

struct path_beneath_attributes {
    uint64_t rights;
    int32_t place;
} __attribute__((packed));

struct network_port_attributes {
    uint64_t rights;
    uint64_t port;
};

int clinux_landlock_version(void) {
    return (int)syscall(create_ruleset, NULL, (size_t)0, create_ruleset_version);
}

int clinux_landlock_ruleset(uint64_t files, uint64_t network, uint64_t scopes) {
    struct ruleset_attributes attributes = {files, network, scopes};
    return (int)syscall(create_ruleset, &attributes, sizeof attributes, 0);
}

int clinux_landlock_allow_place(int ruleset, int place, uint64_t rights) {
    struct path_beneath_attributes attributes = {rights, place};
    return (int)syscall(add_rule, ruleset, rule_path_beneath, &attributes, 0);
}

int clinux_landlock_allow_port(int ruleset, uint16_t port, uint64_t rights) {
    struct network_port_attributes attributes = {rights, port};
    return (int)syscall(add_rule, ruleset, rule_network_port, &attributes, 0);
}

int clinux_landlock_restrict(int ruleset) {
    return (int)syscall(restrict_self, ruleset, 0);
}

int clinux_forbid_new_privileges(void) {
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

int clinux_drop_capabilities(void) {
    // What may be inherited goes first, since that needs a capability; a process without it has nothing to lose.
    for (int capability = 0; prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0;) capability++;
    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}, {0, 0, 0}};
    return (int)syscall(SYS_capset, &header, none);
}

int clinux_open_path(const char *path) {
    return open(path, O_PATH | O_CLOEXEC);
}

int clinux_has_attribute(const char *path, const char *name) {
    char value = 0;
    return getxattr(path, name, &value, sizeof value) == 1 && value == '1';
}

static rlim_t lower(rlim_t limit, uint64_t value) {
    // RLIM_INFINITY is the largest number there is.
    return (rlim_t)value < limit ? (rlim_t)value : limit;
}

int clinux_lower_limit(int resource, uint64_t value, uint64_t margin) {
    struct rlimit limit;
    if (getrlimit((__rlimit_resource_t)resource, &limit) != 0) return -1;
    uint64_t hard = value > UINT64_MAX - margin ? UINT64_MAX : value + margin;
    limit.rlim_max = lower(limit.rlim_max, hard);
    limit.rlim_cur = lower(lower(limit.rlim_cur, value), limit.rlim_max);
    return setrlimit((__rlimit_resource_t)resource, &limit);
}
