// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE

#include "floor.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct floor_reloader {
    int events;
    char path[512];
    char file[128];
    char stop[512];
    pthread_t thread;
    atomic_bool is_stopped;
    _Atomic(floor_plugin_t *) current;
};

/// Writes all of the bytes to a new memory file, which stays open: a number that is used again names the old image.
static int copy_to_memory(const uint8_t *bytes, size_t size) {
    int copy = memfd_create("floor", MFD_CLOEXEC);
    for (size_t written = 0; copy >= 0 && written < size;) {
        ssize_t count = write(copy, bytes + written, size - written);
        if (count < 0) return -1;
        written += (size_t)count;
    }
    return copy;
}

static void load(floor_reloader_t *reloader) {
    int file = open(reloader->path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    struct stat status;
    uint8_t *bytes = fstat(file, &status) == 0 ? malloc((size_t)status.st_size + 1) : NULL;
    ssize_t size = bytes == NULL ? -1 : read(file, bytes, (size_t)status.st_size);
    close(file);
    int copy = size > 0 ? copy_to_memory(bytes, (size_t)size) : -1;
    free(bytes);
    if (copy < 0) return;
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", copy);
    floor_plugin_t *plugin = floor_instantiate(dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE));
    // Who calls may be in the plugin of before, which is left to itself.
    if (plugin != NULL) atomic_store(&reloader->current, plugin);
}

static void *watch(void *argument) {
    floor_reloader_t *reloader = argument;
    _Alignas(struct inotify_event) char events[4096];
    while (!atomic_load(&reloader->is_stopped)) {
        ssize_t size = read(reloader->events, events, sizeof events);
        for (char *at = events; at < events + size;) {
            const struct inotify_event *event = (const struct inotify_event *)at;
            if (event->len > 0 && strcmp(event->name, reloader->file) == 0) load(reloader);
            at += sizeof *event + event->len;
        }
    }
    return NULL;
}

floor_reloader_t *floor_reloader_start(const char *directory, const char *file) {
    floor_reloader_t *reloader = calloc(1, sizeof *reloader);
    if (reloader == NULL) return NULL;
    snprintf(reloader->path, sizeof reloader->path, "%s/%s", directory, file);
    snprintf(reloader->file, sizeof reloader->file, "%s", file);
    snprintf(reloader->stop, sizeof reloader->stop, "%s/stop", directory);
    reloader->events = inotify_init1(IN_CLOEXEC);
    if (reloader->events >= 0 && inotify_add_watch(reloader->events, directory, IN_MOVED_TO | IN_CLOSE_WRITE) >= 0
        && pthread_create(&reloader->thread, NULL, watch, reloader) == 0)
        return reloader;
    if (reloader->events >= 0) close(reloader->events);
    free(reloader);
    return NULL;
}

uint64_t floor_reloader_tag(floor_reloader_t *reloader) {
    floor_plugin_t *plugin = atomic_load(&reloader->current);
    if (plugin == NULL) return 0;
    return floor_tag(plugin);
}

void floor_reloader_stop(floor_reloader_t *reloader) {
    atomic_store(&reloader->is_stopped, true);
    // An event of any file wakes the thread.
    int file = open(reloader->stop, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file >= 0) close(file);
    pthread_join(reloader->thread, NULL);
    unlink(reloader->stop);
    close(reloader->events);
    free(reloader);
}
