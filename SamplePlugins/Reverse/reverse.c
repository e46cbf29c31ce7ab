// A plugin in plain C: the header is all that it needs. It has no state and keeps nothing between calls, so it says that
// it can be called from several threads at once.

#include "plugin_abi.h"

#include <string.h>

/// Writes a message for people and returns the status that goes with it.
static ph_status_t fail(ph_status_t status, const char *message, const ph_sink_v1_t *error) {
    error->write(error->context, (const uint8_t *)message, strlen(message));
    return status;
}

static ph_status_t execute(
    void *context, const ph_call_v1_t *call, const ph_sink_v1_t *answer, const ph_sink_v1_t *error) {
    (void)context;
    if (call->method_size != strlen("reverse") || memcmp(call->method, "reverse", call->method_size) != 0)
        return fail(PH_METHOD_NOT_FOUND, "there is only the method: reverse", error);

    // The answer is written from back to front in pieces, so that an input of any size needs no memory.
    uint8_t piece[4096];
    for (uint64_t left = call->input_size; left > 0;) {
        uint64_t size = left < sizeof piece ? left : sizeof piece;
        for (uint64_t index = 0; index < size; index++) piece[index] = call->input[left - 1 - index];
        ph_status_t status = answer->write(answer->context, piece, size);
        if (status != PH_OK) return status;
        left -= size;
    }
    return PH_OK;
}

static void destroy(void *context) {
    (void)context;
}

/// Fills in the functions that this plugin has; for all others the host knows a default.
static ph_status_t create(const ph_host_v1_t *host, ph_instance_v1_t *instance, const ph_sink_v1_t *error) {
    if (host->struct_size != sizeof(ph_host_v1_t)) return fail(PH_UNSUPPORTED, "unknown host table", error);
    instance->struct_size = sizeof(ph_instance_v1_t);
    instance->execute = execute;
    instance->destroy = destroy;
    return PH_OK;
}

static const ph_descriptor_v1_t descriptor = {
    .struct_size = sizeof(ph_descriptor_v1_t),
    .flags = PH_FLAG_CONCURRENT,
    .id = "reverse",
    .name = "Reverse",
    .version = "1.0.0",
    .description = "Answers the bytes of the input in reverse order",
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

// Lets a host see what this file is before any of its code runs; 0 and 0 say nothing about a state.
PH_MANIFEST(0, 0);

/// The one function that the host looks for.
PH_EXPORT const ph_factory_v1_t *ph_plugin_factory(void);
const ph_factory_v1_t *ph_plugin_factory(void) {
    return &factory;
}
