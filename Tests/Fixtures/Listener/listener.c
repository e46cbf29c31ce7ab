// What the benchmarks of events and hooks measure with: a hundred handlers and ten hooks that do as little as they can.
//
//   the topic measure.one goes to 1 handler, measure.ten to 10, measure.hundred to 100; the stage is measure
//   count     answers how many events came: 8 bytes

#include "plugin_abi.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static atomic_uint_fast64_t events;

static ph_status_t put(const ph_sink_v1_t *out, const char *text) {
    return out->write(out->context, (const uint8_t *)text, strlen(text));
}

static ph_status_t declare(void *context, const ph_sink_v1_t *out, const ph_sink_v1_t *error) {
    (void)context;
    (void)error;
    char text[256];
    ph_status_t status = put(out, "{\"handlers\":[");
    for (int index = 0; index < 100 && status == PH_OK; index++) {
        snprintf(
            text, sizeof text,
            "%s{\"name\":\"h%d\",\"queue\":100000,\"deadline\":\"60s\",\"topics\":[\"measure.hundred\"%s%s]}",
            index == 0 ? "" : ",", index, index < 10 ? ",\"measure.ten\"" : "", index < 1 ? ",\"measure.one\"" : "");
        status = put(out, text);
    }
    if (status == PH_OK) status = put(out, "],\"hooks\":[");
    for (int index = 0; index < 10 && status == PH_OK; index++) {
        snprintf(text, sizeof text, "%s{\"name\":\"k%d\",\"stage\":\"measure\"}", index == 0 ? "" : ",", index);
        status = put(out, text);
    }
    return status == PH_OK ? put(out, "]}") : status;
}

static ph_status_t execute(
    void *context, const ph_call_v1_t *call, const ph_sink_v1_t *answer, const ph_sink_v1_t *error) {
    (void)context;
    if (call->method_size >= 4 && memcmp(call->method, "ph.e", 4) == 0) {
        atomic_fetch_add_explicit(&events, 1, memory_order_relaxed);
        return PH_OK;
    }
    if (call->method_size >= 4 && memcmp(call->method, "ph.h", 4) == 0) return PH_OK;
    if (call->method_size == 5 && memcmp(call->method, "count", 5) == 0) {
        uint64_t count = atomic_load_explicit(&events, memory_order_relaxed);
        return answer->write(answer->context, (const uint8_t *)&count, sizeof count);
    }
    put(error, "there is only the method: count");
    return PH_METHOD_NOT_FOUND;
}

static void destroy(void *context) {
    (void)context;
}

static const void *get_interface(void *context, const char *name) {
    static const ph_components_v1_t components = {.struct_size = sizeof(ph_components_v1_t), .declare = declare};
    (void)context;
    return strcmp(name, PH_COMPONENTS_V1) == 0 ? &components : NULL;
}

static ph_status_t create(const ph_host_v1_t *host, ph_instance_v1_t *instance, const ph_sink_v1_t *error) {
    (void)host;
    (void)error;
    instance->struct_size = sizeof(ph_instance_v1_t);
    instance->execute = execute;
    instance->destroy = destroy;
    instance->get_interface = get_interface;
    return PH_OK;
}

static const ph_descriptor_v1_t descriptor = {
    .struct_size = sizeof(ph_descriptor_v1_t),
    .flags = PH_FLAG_CONCURRENT,
    .id = "listener",
    .name = "Listener",
    .version = "1.0.0",
    .description = "Handlers and hooks that do nothing",
    .type = PH_TYPE_TOOL,
    .priority = PH_PRIORITY_NORMAL,
};

static const ph_factory_v1_t factory = {
    .struct_size = sizeof(ph_factory_v1_t),
    .abi_major = PH_ABI_MAJOR,
    .abi_minor = PH_ABI_MINOR,
    .descriptor = &descriptor,
    .create = create,
};

PH_MANIFEST(0, 0);

/// The one function that the host looks for.
PH_EXPORT const ph_factory_v1_t *ph_plugin_factory(void);
const ph_factory_v1_t *ph_plugin_factory(void) {
    return &factory;
}
