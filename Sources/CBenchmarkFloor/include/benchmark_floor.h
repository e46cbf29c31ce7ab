// SPDX-License-Identifier: Apache-2.0
//
// The floors that the benchmarks compare the host with: the least that a program in C has to do for the same work, with no
// check, no transaction and no way back.

#ifndef BENCHMARK_FLOOR_H
#define BENCHMARK_FLOOR_H

#include <stdint.h>

/// A plugin that was loaded with `dlopen` and nothing else.
typedef struct floor_plugin floor_plugin_t;

/// Maps a file for ever, and creates its one instance; null if that fails.
floor_plugin_t *_Nullable floor_open(const char *_Nonnull path);

/// Starts the instance; says 0 if that succeeds.
int floor_start(floor_plugin_t *_Nonnull plugin);

/// Ends the instance; the image stays mapped.
void floor_close(floor_plugin_t *_Nonnull plugin);

/// Calls the plugin so many times without an input; an answer is dropped. Each call is counted in and out, as a host must
/// that wants to know who is in a plugin. Returns how many calls failed.
uint64_t floor_calls(floor_plugin_t *_Nonnull plugin, const char *_Nonnull method, uint64_t calls);

/// The same with an input, and each answer copied once into memory of its own.
uint64_t floor_copied_calls(
    floor_plugin_t *_Nonnull plugin, const char *_Nonnull method, const uint8_t *_Nullable input, uint64_t size,
    uint64_t calls);

/// Saves the state of one instance and restores it in another, by way of memory that is kept for the next time. Returns how
/// many nanoseconds that took, -1 if it failed. For one thread.
int64_t floor_move_state(floor_plugin_t *_Nonnull from, floor_plugin_t *_Nonnull to);

/// A thread that waits for a file and loads each new one, from a copy in a memory file.
typedef struct floor_reloader floor_reloader_t;

/// Watches a directory for one file; null if that fails.
floor_reloader_t *_Nullable floor_reloader_start(const char *_Nonnull directory, const char *_Nonnull file);

/// Calls the newest build, counted in and out, and returns its tag; 0 if there is none yet.
uint64_t floor_reloader_tag(floor_reloader_t *_Nonnull reloader);

/// Ends the thread.
void floor_reloader_stop(floor_reloader_t *_Nonnull reloader);

/// A child process that answers by a word of shared memory, with nothing around it. For one thread.
typedef struct floor_partner floor_partner_t;

/// Starts a child; both sides wait awake, or both sleep on the word (futex). It stays on the processors that the calling
/// thread has then. Null if that fails.
floor_partner_t *_Nullable floor_partner_start(int is_awake);

/// Asks and waits for the answer so many times, each time after copying the bytes, 1 MiB at most, into shared memory. Returns
/// how many answers were wrong.
uint64_t floor_partner_rounds(
    floor_partner_t *_Nonnull partner, const uint8_t *_Nullable bytes, uint64_t size, uint64_t rounds);

/// Ends the child.
void floor_partner_stop(floor_partner_t *_Nonnull partner);

/// Keeps the calling thread, and what it starts, on one processor; says 0 if that succeeds. Wrapped because
/// sched_setaffinity needs _GNU_SOURCE.
int floor_stay_on(int processor);

/// Ends this process when the thread that started it has ended. Wrapped because Glibc's module has no <sys/prctl.h>.
void floor_end_with_parent(void);

#endif
