// SPDX-License-Identifier: Apache-2.0
//
// What a process says of the signal that is about to end it, to another process that shares memory with it. In C because a
// signal handler may not run code that initialises, allocates or locks.

#ifndef C_LINUX_FAULTS_H
#define C_LINUX_FAULTS_H

#include <stdint.h>

/// Nothing has happened.
#define CLINUX_FAULT_NONE ((uint32_t)0)
/// A thread is writing the record.
#define CLINUX_FAULT_BEGUN ((uint32_t)1)
/// The record is complete.
#define CLINUX_FAULT_COMPLETE ((uint32_t)2)

/// How many bytes of a method's name a record holds.
#define CLINUX_FAULT_METHOD_SIZE 128

/// One fault. Lies in shared memory; the layout is the same in both processes, which are of one build.
typedef struct clinux_fault_record {
    /// CLINUX_FAULT_…; written last.
    uint32_t state;
    int32_t signal;
    /// `si_code`: what kind of it.
    int32_t code;
    int32_t process;
    int32_t thread;
    /// The number of the step that the thread was in, as it was noted.
    uint32_t step;
    /// The address that could not be used; for a signal that was sent, 0.
    uint64_t address;
    uint64_t program_counter;
    uint64_t stack_pointer;
    /// CLOCK_MONOTONIC in nanoseconds.
    uint64_t time;
    uint64_t lane;
    uint64_t call;
    /// The length of the whole name, of which no more than fits is below.
    uint32_t method_size;
    uint32_t method_held;
    uint8_t method[CLINUX_FAULT_METHOD_SIZE];
} clinux_fault_record_t;

/// What a thread is doing for a plugin.
typedef struct clinux_fault_place {
    uint64_t lane;
    uint64_t call;
    /// The name of the method, which has to stay readable while it is noted; it is copied when a fault comes.
    const uint8_t *_Nullable method;
    uint32_t method_size;
    uint32_t step;
} clinux_fault_place_t;

/// Reports faults: SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP and SIGSYS.
///
/// The first thread that has one writes the record, adds one to `word` and wakes who waits for it as a futex, and adds one to
/// the event counter; then the handler that was installed before is called, and last the signal ends the process as it
/// would have. `word` may be null and the counter -1. A later call replaces where the report goes.
int clinux_report_faults(clinux_fault_record_t *_Nonnull record, uint32_t *_Nullable word, int counter);

/// Copies a record out of memory that another process may be writing to, and says which state it was in.
uint32_t clinux_read_fault(const clinux_fault_record_t *_Nonnull record, clinux_fault_record_t *_Nonnull copy);

/// Gives the calling thread a stack on which a handler can run when its own is used up. It is given back when the thread
/// ends; a thread that has one keeps it.
int clinux_protect_thread(void);

/// Where the calling thread notes what it is doing. Valid as long as the thread.
clinux_fault_place_t *_Nonnull clinux_fault_place(void);

#endif
