// SPDX-License-Identifier: Apache-2.0
//
// Where each thread of a host is, in memory that outlives it.
//
// A supervised host shares this memory with the process that supervises it; one without a supervisor leaves it in a file when
// it crashes. Each thread writes down which plugin, generation and call it enters, and a handler of deadly signals writes down
// which thread has died, and where. Nothing here is read while the host runs. In C because it is on the way of every call, and in a signal handler.

#ifndef CRASH_RECORD_H
#define CRASH_RECORD_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CRASH_RECORD_FRAMES 4
#define CRASH_RECORD_TEXT 44

static const uint8_t CRASH_RECORD_CALL = 0;
static const uint8_t CRASH_RECORD_STEP = 1;

static const uint32_t CRASH_RECORD_TRIAL = 0;
static const uint32_t CRASH_RECORD_PROBATION = 1;
static const uint32_t CRASH_RECORD_COMMITTED = 2;

/// A stay in a plugin's code.
typedef struct crash_record_frame {
    uint64_t generation;
    uint64_t call;
    /// Place in the list of plugins, from 1 on.
    uint16_t plugin;
    /// CRASH_RECORD_CALL, or CRASH_RECORD_STEP of the lifecycle.
    uint8_t kind;
    uint8_t size;
    /// The beginning of the method's or the step's name.
    char text[CRASH_RECORD_TEXT];
} crash_record_frame_t;

/// A thread that has been in a plugin.
typedef struct crash_record_thread {
    /// The kernel's number of the thread; 0 if the place is free.
    uint32_t number;
    /// How many stays are in each other; more than CRASH_RECORD_FRAMES are counted only.
    uint32_t depth;
    crash_record_frame_t frames[CRASH_RECORD_FRAMES];
} crash_record_thread_t;

/// A build of a plugin, and where its code is.
typedef struct crash_record_build {
    uint64_t generation;
    uint64_t start;
    uint64_t end;
    uint32_t stage;
    uint32_t reserved;
    uint8_t digest[32];
} crash_record_build_t;

/// The first sign of the end, and how it came.
typedef struct crash_record_end {
    /// 1 when the host has begun to end as it should.
    uint32_t orderly;
    /// 1 when somebody has written what follows.
    uint32_t claimed;
    /// 0 for an end by exit.
    uint32_t signal;
    uint32_t thread;
    uint64_t address;
    uint64_t instruction;
} crash_record_end_t;

/// What the one who starts a process would know of its end.
typedef struct crash_record_epilogue {
    int32_t process;
    int32_t exit_status;
    uint64_t uptime_nanoseconds;
} crash_record_epilogue_t;

typedef struct crash_record crash_record_t;

_Static_assert(sizeof(crash_record_frame_t) == 64, "both sides agree");

// MARK: In the host, on the way of every call

/// The memory; null in a process that is no host.
extern crash_record_t *_Nullable crash_record;
/// The present thread's place in it; null before its first stay.
extern _Thread_local crash_record_thread_t *_Nullable crash_record_own;

/// Whether anybody would read the record.
static inline int crash_record_is_kept(void) {
    return crash_record != NULL;
}

/// Takes a place for the present thread; null if there is none.
crash_record_thread_t *_Nullable crash_record_claim(void);

/// Notes that the present thread enters a plugin, unless that has no place; what comes back is for `crash_record_leave`.
static inline crash_record_thread_t *_Nullable crash_record_enter(
    uint16_t plugin, uint64_t generation, uint8_t kind, uint64_t call, const char *_Nullable text, uint64_t size) {
    if (!crash_record_is_kept() || plugin == 0) return NULL;
    crash_record_thread_t *thread = crash_record_own;
    if (__builtin_expect(thread == NULL, 0) && (thread = crash_record_claim()) == NULL) return NULL;
    uint32_t depth = thread->depth;
    if (__builtin_expect(depth < CRASH_RECORD_FRAMES, 1)) {
        crash_record_frame_t *frame = &thread->frames[depth];
        frame->generation = generation;
        frame->call = call;
        frame->plugin = plugin;
        frame->kind = kind;
        frame->size = (uint8_t)(size < CRASH_RECORD_TEXT ? size : CRASH_RECORD_TEXT);
        if (text != NULL) memcpy(frame->text, text, frame->size);
    }
    // Only the compiler has to keep the order: who reads this, reads it when the process is gone.
    __asm__ volatile("" ::: "memory");
    thread->depth = depth + 1;
    __asm__ volatile("" ::: "memory");
    return thread;
}

/// Notes that the present thread has come back; the stay around this one, if there is one, counts again.
static inline void crash_record_leave(crash_record_thread_t *_Nullable thread) {
    if (__builtin_expect(thread == NULL, 1)) return;
    __asm__ volatile("" ::: "memory");
    thread->depth -= 1;
}

// MARK: In the host, now and then

/// The size of the memory, which has to be zero at first.
size_t crash_record_size(void);

/// Begins to write into the memory, and handles the signals of crashes from now on: each is written down, and handed on to
/// the handler before. Once for a process.
int crash_record_begin(void *_Nonnull memory);

/// Finds or makes the place of a plugin; 0 if there is none left. The caller has a lock.
uint16_t crash_record_plugin_place(const char *_Nonnull id, const char *_Nonnull path);

/// Notes which build a generation is, by the 32 bytes of its digest, and where its code lies. The caller has a lock.
void crash_record_note_build(
    uint16_t plugin, uint64_t generation, uint32_t stage, const uint8_t *_Nonnull digest, uint64_t start, uint64_t end);

/// Notes how far a generation is trusted. The caller has a lock.
void crash_record_note_stage(uint16_t plugin, uint64_t generation, uint32_t stage);

/// Notes where the host keeps its state.
void crash_record_note_state_directory(const char *_Nonnull path);

/// Has a crash leave the memory in a file, followed by a `crash_record_epilogue_t`, for want of a process that outlives this.
/// Returns -1 if the path is too long.
int crash_record_leave_in(const char *_Nonnull path);

/// Notes that what ends the process now is as it should be.
void crash_record_set_orderly(void);

// MARK: When the host is gone

/// Looks at a copy of the memory, which may hold anything; null if it is no record. Texts in it are ended, and counts bounded.
const crash_record_t *_Nullable crash_record_open(void *_Nonnull copy, size_t size);

crash_record_end_t crash_record_read_end(const crash_record_t *_Nonnull record);
const char *_Nonnull crash_record_read_state_directory(const crash_record_t *_Nonnull record);

/// The id of a plugin, counted from 0; null behind the last one.
const char *_Nullable crash_record_read_id(const crash_record_t *_Nonnull record, uint32_t plugin);
const char *_Nullable crash_record_read_path(const crash_record_t *_Nonnull record, uint32_t plugin);

/// The builds of a plugin, counted from 0, the newest first; null behind the last one.
const crash_record_build_t *_Nullable crash_record_read_build(
    const crash_record_t *_Nonnull record, uint32_t plugin, uint32_t build);

/// The threads, counted from 0; null behind the last one.
const crash_record_thread_t *_Nullable crash_record_read_thread(const crash_record_t *_Nonnull record, uint32_t thread);

/// A stay of a thread, counted from 0, the outermost first; null behind the last one.
const crash_record_frame_t *_Nullable crash_record_read_frame(const crash_record_thread_t *_Nonnull thread, uint32_t frame);

#endif
