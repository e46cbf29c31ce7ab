// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE

#include "floor.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

// ---------------------------------------------------------------------------------------------------------------------
// A host that offers nothing
// ---------------------------------------------------------------------------------------------------------------------

static ph_status_t ignore(void *context, const uint8_t *bytes, uint64_t size) {
    (void)context, (void)bytes, (void)size;
    return PH_OK;
}

const ph_sink_v1_t floor_no_error = {.context = NULL, .write = ignore};

static void no_log(void *context, int32_t level, const char *message, uint64_t size) {
    (void)context, (void)level, (void)message, (void)size;
}

static ph_status_t no_emit(
    void *context, const char *type, uint64_t type_size, const uint8_t *data, uint64_t size) {
    (void)context, (void)type, (void)type_size, (void)data, (void)size;
    return PH_OK;
}

static ph_status_t no_settings(void *context, const ph_sink_v1_t *out) {
    (void)context;
    return out->write(out->context, (const uint8_t *)"{}", 2);
}

static const void *no_interface(void *context, const char *name) {
    (void)context, (void)name;
    return NULL;
}

static const ph_host_v1_t host = {
    .struct_size = sizeof(ph_host_v1_t),
    .abi_minor = PH_ABI_MINOR,
    .context = NULL,
    .host_id = "floor",
    .log = no_log,
    .emit = no_emit,
    .read_configuration = no_settings,
    .get_interface = no_interface,
};

// ---------------------------------------------------------------------------------------------------------------------
// Loading
// ---------------------------------------------------------------------------------------------------------------------

floor_plugin_t *floor_instantiate(void *library) {
    if (library == NULL) return NULL;
    ph_factory_function_t function;
    *(void **)&function = dlsym(library, PH_FACTORY_SYMBOL);
    const ph_factory_v1_t *factory = function == NULL ? NULL : function();
    if (factory == NULL || factory->create == NULL) return NULL;
    floor_plugin_t *plugin = calloc(1, sizeof *plugin);
    if (plugin == NULL) return NULL;
    if (factory->create(&host, &plugin->instance, &floor_no_error) == PH_OK) return plugin;
    free(plugin);
    return NULL;
}

floor_plugin_t *floor_open(const char *path) {
    return floor_instantiate(dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE));
}

int floor_start(floor_plugin_t *plugin) {
    const ph_instance_v1_t *instance = &plugin->instance;
    return instance->start == NULL || instance->start(instance->context, &floor_no_error) == PH_OK ? 0 : -1;
}

void floor_close(floor_plugin_t *plugin) {
    plugin->instance.destroy(plugin->instance.context);
    free(plugin);
}

// ---------------------------------------------------------------------------------------------------------------------
// Calls
// ---------------------------------------------------------------------------------------------------------------------

typedef struct {
    uint8_t *bytes;
    uint64_t size;
    uint64_t capacity;
} buffer_t;

/// Appends to a buffer that is as large as it has to be.
static ph_status_t append(void *context, const uint8_t *bytes, uint64_t size) {
    buffer_t *buffer = context;
    if (buffer->capacity - buffer->size < size) {
        uint8_t *larger = realloc(buffer->bytes, buffer->size + size);
        if (larger == NULL) return PH_INTERNAL;
        buffer->bytes = larger;
        buffer->capacity = buffer->size + size;
    }
    memcpy(buffer->bytes + buffer->size, bytes, size);
    buffer->size += size;
    return PH_OK;
}

static ph_call_v1_t describe(const char *method, const uint8_t *input, uint64_t size) {
    return (ph_call_v1_t){
        .struct_size = sizeof(ph_call_v1_t),
        .method = method,
        .method_size = strlen(method),
        .input = input,
        .input_size = size,
    };
}

uint64_t floor_calls(floor_plugin_t *plugin, const char *method, uint64_t calls) {
    const ph_call_v1_t call = describe(method, NULL, 0);
    uint64_t failures = 0;
    for (uint64_t index = 0; index < calls; index++) {
        atomic_fetch_add(&plugin->calls, 1);
        ph_status_t status = plugin->instance.execute(plugin->instance.context, &call, &floor_no_error, &floor_no_error);
        atomic_fetch_sub(&plugin->calls, 1);
        failures += status != PH_OK;
    }
    return failures;
}

uint64_t floor_copied_calls(
    floor_plugin_t *plugin, const char *method, const uint8_t *input, uint64_t size, uint64_t calls) {
    const ph_call_v1_t call = describe(method, input, size);
    uint64_t failures = 0;
    for (uint64_t index = 0; index < calls; index++) {
        buffer_t buffer = {0};
        const ph_sink_v1_t answer = {.context = &buffer, .write = append};
        atomic_fetch_add(&plugin->calls, 1);
        ph_status_t status = plugin->instance.execute(plugin->instance.context, &call, &answer, &floor_no_error);
        atomic_fetch_sub(&plugin->calls, 1);
        failures += status != PH_OK;
        free(buffer.bytes);
    }
    return failures;
}

static ph_status_t take_tag(void *context, const uint8_t *bytes, uint64_t size) {
    if (size != sizeof(uint64_t)) return PH_BAD_PAYLOAD;
    memcpy(context, bytes, size);
    return PH_OK;
}

uint64_t floor_tag(floor_plugin_t *plugin) {
    const ph_call_v1_t call = describe("tag", NULL, 0);
    uint64_t tag = 0;
    const ph_sink_v1_t answer = {.context = &tag, .write = take_tag};
    atomic_fetch_add(&plugin->calls, 1);
    plugin->instance.execute(plugin->instance.context, &call, &answer, &floor_no_error);
    atomic_fetch_sub(&plugin->calls, 1);
    return tag;
}

// ---------------------------------------------------------------------------------------------------------------------
// State
// ---------------------------------------------------------------------------------------------------------------------

static uint64_t take(void *context, uint8_t *bytes, uint64_t capacity) {
    buffer_t *rest = context;
    uint64_t size = capacity < rest->size ? capacity : rest->size;
    memcpy(bytes, rest->bytes, size);
    rest->bytes += size;
    rest->size -= size;
    return size;
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t floor_move_state(floor_plugin_t *from, floor_plugin_t *to) {
    // Kept from one time to the next, on one thread: memory that the kernel has to find first is no part of a floor.
    static buffer_t state;
    int64_t start = now();
    state.size = 0;
    const ph_sink_v1_t out = {.context = &state, .write = append};
    uint32_t schema = 0;
    ph_status_t status = from->instance.save_state(from->instance.context, &schema, &out, &floor_no_error);
    if (status == PH_OK) {
        buffer_t rest = state;
        const ph_source_v1_t source = {.context = &rest, .size = state.size, .read = take};
        status = to->instance.restore_state(to->instance.context, schema, &source, &floor_no_error);
    }
    return status == PH_OK ? now() - start : -1;
}

void floor_end_with_parent(void) { prctl(PR_SET_PDEATHSIG, SIGKILL); }
