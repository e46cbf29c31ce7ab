// SPDX-License-Identifier: Apache-2.0

#ifndef CRASH_RECORD_LAYOUT_H
#define CRASH_RECORD_LAYOUT_H

#include "crash_record.h"

#define CRASH_RECORD_MAGIC 0x48504352u
#define CRASH_RECORD_VERSION 1u
#define CRASH_RECORD_THREADS 512
#define CRASH_RECORD_PLUGINS 256
#define CRASH_RECORD_BUILDS 4

typedef struct crash_record_plugin {
    /// Empty for a file that has not said yet which plugin it is.
    char id[136];
    char path[512];
    /// How many builds were written; the last ones are kept.
    uint32_t build_count;
    uint32_t reserved;
    crash_record_build_t builds[CRASH_RECORD_BUILDS];
} crash_record_plugin_t;

struct crash_record {
    uint32_t magic;
    uint32_t version;
    crash_record_end_t end;
    uint32_t plugin_count;
    uint32_t reserved;
    char state_directory[1024];
    crash_record_plugin_t plugins[CRASH_RECORD_PLUGINS];
    crash_record_thread_t threads[CRASH_RECORD_THREADS];
};

#endif
