// The plugin that the benchmarks measure with. It does as little as a plugin can, so that what is measured is the host.
//
//   nothing   answers nothing
//   echo      answers the input, in one piece
//   tag       answers the number that tells this build from others: 8 bytes
//   crash     uses an address that nobody may use
//   count     counts, and answers the tag and the count: 16 bytes
//
// The state is the count and what fills it up to its size; it is allocated by `restore_state`, or by `start` if there
// was none to restore.

#include "plugin_abi.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/// What a benchmark writes into a copy of the file, behind the marker.
struct parameters {
    char marker[16];
    char id[48];
    uint64_t tag;
    uint64_t state_size;
    /// The id of the plugin that it depends on, if any.
    char needs[48];
};

// Volatile, or the compiler would know what is written here.
__attribute__((used)) static volatile struct parameters parameters = {"PH-GAUGE-VALUES", "gauge", 0, 0, ""};

typedef struct {
    atomic_uint_fast64_t count;
    uint64_t tag;
    /// What the state has besides the count.
    uint8_t *filling;
    uint64_t filling_size;
} instance_t;

static ph_status_t fail(ph_status_t status, const char *message, const ph_sink_v1_t *error) {
    error->write(error->context, (const uint8_t *)message, strlen(message));
    return status;
}

static uint64_t wanted_filling(void) {
    uint64_t size = parameters.state_size;
    return size > sizeof(uint64_t) ? size - sizeof(uint64_t) : 0;
}

static ph_status_t start(void *context, const ph_sink_v1_t *error) {
    instance_t *instance = context;
    uint64_t size = wanted_filling();
    if (instance->filling != NULL || size == 0) return PH_OK;
    instance->filling = malloc(size);
    if (instance->filling == NULL) return fail(PH_INTERNAL, "no memory for the state", error);
    memset(instance->filling, 1, size);
    instance->filling_size = size;
    return PH_OK;
}

static ph_status_t save(void *context, uint32_t *schema, const ph_sink_v1_t *out, const ph_sink_v1_t *error) {
    (void)error;
    instance_t *instance = context;
    *schema = 1;
    if (parameters.state_size == 0) return PH_OK;
    uint64_t count = atomic_load(&instance->count);
    ph_status_t status = out->write(out->context, (const uint8_t *)&count, sizeof count);
    if (status != PH_OK || instance->filling_size == 0) return status;
    return out->write(out->context, instance->filling, instance->filling_size);
}

static bool read_all(const ph_source_v1_t *source, uint8_t *bytes, uint64_t size) {
    while (size > 0) {
        uint64_t taken = source->read(source->context, bytes, size);
        if (taken == 0) return false;
        bytes += taken;
        size -= taken;
    }
    return true;
}

static ph_status_t restore(void *context, uint32_t schema, const ph_source_v1_t *state, const ph_sink_v1_t *error) {
    instance_t *instance = context;
    if (schema != 1) return fail(PH_STATE_REFUSED, "this schema of the state is not read", error);
    if (state->size == 0) return PH_OK;
    uint64_t count = 0;
    if (state->size < sizeof count || !read_all(state, (uint8_t *)&count, sizeof count))
        return fail(PH_STATE_REFUSED, "the state is too short", error);
    uint64_t size = state->size - sizeof count;
    uint8_t *filling = size > 0 ? malloc(size) : NULL;
    if (size > 0 && (filling == NULL || !read_all(state, filling, size))) {
        free(filling);
        return fail(PH_STATE_REFUSED, "the state can't be read", error);
    }
    free(instance->filling);
    instance->filling = filling;
    instance->filling_size = size;
    atomic_store(&instance->count, count);
    return PH_OK;
}

static bool is(const ph_call_v1_t *call, const char *method, size_t size) {
    return call->method_size == size && memcmp(call->method, method, size) == 0;
}

static ph_status_t execute(
    void *context, const ph_call_v1_t *call, const ph_sink_v1_t *answer, const ph_sink_v1_t *error) {
    instance_t *instance = context;
    if (is(call, "nothing", 7)) return PH_OK;
    if (is(call, "echo", 4)) return answer->write(answer->context, call->input, call->input_size);
    if (is(call, "tag", 3)) return answer->write(answer->context, (const uint8_t *)&instance->tag, sizeof(uint64_t));
    if (is(call, "crash", 5)) *(volatile int *)8 = 1;
    if (is(call, "count", 5)) {
        uint64_t values[2] = {instance->tag, atomic_fetch_add(&instance->count, 1) + 1};
        return answer->write(answer->context, (const uint8_t *)values, sizeof values);
    }
    return fail(PH_METHOD_NOT_FOUND, "there are only the methods: nothing, echo, tag, count, crash", error);
}

static void destroy(void *context) {
    instance_t *instance = context;
    free(instance->filling);
    free(instance);
}

static ph_status_t create(const ph_host_v1_t *host, ph_instance_v1_t *table, const ph_sink_v1_t *error) {
    if (host->struct_size != sizeof(ph_host_v1_t)) return fail(PH_UNSUPPORTED, "unknown host table", error);
    instance_t *instance = calloc(1, sizeof *instance);
    if (instance == NULL) return fail(PH_INTERNAL, "no memory", error);
    instance->tag = parameters.tag;
    table->struct_size = sizeof(ph_instance_v1_t);
    table->context = instance;
    table->start = start;
    table->execute = execute;
    table->save_state = save;
    table->restore_state = restore;
    table->destroy = destroy;
    return PH_OK;
}

PH_MANIFEST(1, 1);

PH_EXPORT const ph_factory_v1_t *ph_plugin_factory(void);
const ph_factory_v1_t *ph_plugin_factory(void) {
    static char id[sizeof parameters.id];
    static char needs[sizeof parameters.needs];
    static const char *const dependencies[] = {needs};
    static ph_descriptor_v1_t descriptor;
    static ph_factory_v1_t factory;
    for (size_t index = 0; index < sizeof id - 1; index++) id[index] = parameters.id[index];
    for (size_t index = 0; index < sizeof needs - 1; index++) needs[index] = parameters.needs[index];
    descriptor = (ph_descriptor_v1_t){
        .struct_size = sizeof(ph_descriptor_v1_t),
        .flags = PH_FLAG_CONCURRENT,
        .id = id,
        .name = "Gauge",
        .version = "1.0.0",
        .type = PH_TYPE_TOOL,
        .priority = PH_PRIORITY_NORMAL,
        .dependencies = {.items = dependencies, .count = needs[0] != 0},
        .state_schema_minimum = 1,
        .state_schema_maximum = 1,
    };
    factory = (ph_factory_v1_t){
        .struct_size = sizeof(ph_factory_v1_t),
        .abi_major = PH_ABI_MAJOR,
        .abi_minor = PH_ABI_MINOR,
        .descriptor = &descriptor,
        .create = create,
    };
    return &factory;
}
