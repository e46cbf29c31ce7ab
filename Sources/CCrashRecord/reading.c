// SPDX-License-Identifier: Apache-2.0
//
// Reads what a host has left. It may have written anything anywhere: no count and no text is believed.

#include "layout.h"

const crash_record_t *crash_record_open(void *copy, size_t size) {
    crash_record_t *record = copy;
    if (size != sizeof *record || record->magic != CRASH_RECORD_MAGIC || record->version != CRASH_RECORD_VERSION) return NULL;
    if (record->plugin_count > CRASH_RECORD_PLUGINS) record->plugin_count = CRASH_RECORD_PLUGINS;
    record->state_directory[sizeof record->state_directory - 1] = 0;
    for (uint32_t i = 0; i < record->plugin_count; i++) {
        crash_record_plugin_t *plugin = &record->plugins[i];
        plugin->id[sizeof plugin->id - 1] = 0;
        plugin->path[sizeof plugin->path - 1] = 0;
    }
    for (uint32_t i = 0; i < CRASH_RECORD_THREADS; i++)
        for (uint32_t j = 0; j < CRASH_RECORD_FRAMES; j++) {
            crash_record_frame_t *frame = &record->threads[i].frames[j];
            if (frame->size > CRASH_RECORD_TEXT) frame->size = CRASH_RECORD_TEXT;
        }
    return record;
}

crash_record_end_t crash_record_read_end(const crash_record_t *record) {
    return record->end;
}

const char *crash_record_read_state_directory(const crash_record_t *record) {
    return record->state_directory;
}

const char *crash_record_read_id(const crash_record_t *record, uint32_t plugin) {
    return plugin < record->plugin_count ? record->plugins[plugin].id : NULL;
}

const char *crash_record_read_path(const crash_record_t *record, uint32_t plugin) {
    return plugin < record->plugin_count ? record->plugins[plugin].path : NULL;
}

const crash_record_build_t *crash_record_read_build(const crash_record_t *record, uint32_t plugin, uint32_t build) {
    if (plugin >= record->plugin_count) return NULL;
    uint32_t count = record->plugins[plugin].build_count;
    if (build >= CRASH_RECORD_BUILDS || build >= count) return NULL;
    return &record->plugins[plugin].builds[(count - 1 - build) % CRASH_RECORD_BUILDS];
}

const crash_record_thread_t *crash_record_read_thread(const crash_record_t *record, uint32_t thread) {
    return thread < CRASH_RECORD_THREADS ? &record->threads[thread] : NULL;
}

const crash_record_frame_t *crash_record_read_frame(const crash_record_thread_t *thread, uint32_t frame) {
    return frame < CRASH_RECORD_FRAMES && frame < thread->depth ? &thread->frames[frame] : NULL;
}
