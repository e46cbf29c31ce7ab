// SPDX-License-Identifier: Apache-2.0
//
// Which call the present thread serves, for what a plugin asks of its host from within it.
//
// In C because Swift has no variables of a thread, and because it is on the way of calls: it is two words, and only calls that
// have a deadline, or that were led on by a plugin, write them.

#ifndef CALL_SCOPE_H
#define CALL_SCOPE_H

#include <stdint.h>

/// The call that a thread serves.
typedef struct call_scope {
    /// When its caller stops waiting, in nanoseconds of CLOCK_MONOTONIC; 0 if that is not known.
    uint64_t deadline;
    /// The number of the chain of plugins that led to it; 0 if there is none.
    uint64_t chain;
} call_scope_t;

extern _Thread_local call_scope_t call_scope_own;

/// The call that the present thread serves; zeros if it serves none.
static inline call_scope_t call_scope_present(void) {
    return call_scope_own;
}

/// Says which call the present thread serves from now on, and returns which it was.
static inline call_scope_t call_scope_replace(call_scope_t scope) {
    call_scope_t before = call_scope_own;
    call_scope_own = scope;
    return before;
}

/// Says until when the call goes that the present thread serves from now on, and returns which call it was.
static inline call_scope_t call_scope_set_deadline(uint64_t deadline) {
    call_scope_t before = call_scope_own;
    call_scope_own.deadline = deadline;
    return before;
}

#endif
