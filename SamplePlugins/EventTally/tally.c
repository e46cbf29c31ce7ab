// Counts the events that go by, in plain C: a handler of all topics, an action that tells the count, and a state, so that the
// count survives every reload.
//
//   plugin-host emit order.created
//   plugin-host act event_tally                 "1 event, the last one on order.created"

#include "plugin_abi.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// The host calls this plugin one at a time, so that nothing here needs a lock.
typedef struct {
    uint64_t count;
    char last[256];
} tally_t;

/// A count, a space, and a topic.
enum { STATE_SIZE = 20 + 1 + sizeof(((tally_t *)0)->last) };

static ph_status_t say(const char *text, const ph_sink_v1_t *out) {
    return out->write(out->context, (const uint8_t *)text, strlen(text));
}

static ph_status_t fail(ph_status_t status, const char *message, const ph_sink_v1_t *error) {
    say(message, error);
    return status;
}

/// What the plugin contributes (RS-9); the host asks for it before the plugin serves.
static ph_status_t declare(void *context, const ph_sink_v1_t *out, const ph_sink_v1_t *error) {
    (void)context;
    (void)error;
    return say(
        "{\"handlers\":[{\"name\":\"count\",\"topics\":[\"#\"],\"priority\":1}],"
        "\"actions\":[{\"name\":\"event_tally\",\"description\":\"Tells how many events went by.\"}]}",
        out);
}

/// Takes note of an event: a line of JSON that begins with the topic, and the data.
static ph_status_t count(tally_t *tally, const ph_call_v1_t *call) {
    static const char head[] = "{\"topic\":\"";
    size_t start = sizeof head - 1;
    tally->count += 1;
    if (call->input_size <= start || memcmp(call->input, head, start) != 0) return PH_OK;
    size_t size = 0;
    while (start + size < call->input_size && call->input[start + size] != '"' && size < sizeof tally->last - 1) size++;
    memcpy(tally->last, call->input + start, size);
    tally->last[size] = 0;
    // No answer: the event goes on as it is.
    return PH_OK;
}

static ph_status_t tell(const tally_t *tally, const ph_sink_v1_t *answer) {
    char text[384];
    const char *noun = tally->count == 1 ? "event" : "events";
    // A topic has nothing in it that JSON would escape.
    if (tally->count == 0)
        snprintf(text, sizeof text, "{\"success\":true,\"text\":\"no event yet\"}");
    else
        snprintf(
            text, sizeof text, "{\"success\":true,\"text\":\"%llu %s, the last one on %s\"}",
            (unsigned long long)tally->count, noun, tally->last);
    return say(text, answer);
}

static int is(const ph_call_v1_t *call, const char *method) {
    return call->method_size == strlen(method) && memcmp(call->method, method, call->method_size) == 0;
}

static ph_status_t execute(
    void *context, const ph_call_v1_t *call, const ph_sink_v1_t *answer, const ph_sink_v1_t *error) {
    if (is(call, "ph.event/count")) return count(context, call);
    if (is(call, "ph.action/event_tally")) return tell(context, answer);
    return fail(PH_METHOD_NOT_FOUND, "this plugin has an event handler and an action, and no methods", error);
}

/// Writes the state: the count, a space, and the topic of the last event.
static ph_status_t save_state(
    void *context, uint32_t *schema, const ph_sink_v1_t *out, const ph_sink_v1_t *error) {
    const tally_t *tally = context;
    char text[STATE_SIZE];
    (void)error;
    *schema = 1;
    snprintf(text, sizeof text, "%" PRIu64 " %s", tally->count, tally->last);
    return say(text, out);
}

/// Reads a state, which the host may give in pieces.
static ph_status_t read_state(
    uint32_t schema, const ph_source_v1_t *state, tally_t *tally, const ph_sink_v1_t *error) {
    char text[STATE_SIZE + 1];
    uint64_t size = 0;
    while (size < STATE_SIZE) {
        uint64_t more = state->read(state->context, (uint8_t *)text + size, STATE_SIZE - size);
        if (more == 0) break;
        size += more;
    }
    text[size] = 0;
    if (schema != 1 || size != state->size || strlen(text) != size || text[0] < '0' || text[0] > '9')
        return fail(PH_STATE_REFUSED, "the state is no count and topic of schema 1", error);
    char *end = NULL;
    errno = 0;
    tally->count = strtoull(text, &end, 10);
    if (errno != 0 || *end != ' ' || strlen(end + 1) >= sizeof tally->last)
        return fail(PH_STATE_REFUSED, "the state is no count and topic of schema 1", error);
    strcpy(tally->last, end + 1);
    return PH_OK;
}

/// The dry run: would the state be taken?
static ph_status_t check_state(
    void *context, uint32_t schema, const ph_source_v1_t *state, const ph_sink_v1_t *error) {
    tally_t tally;
    (void)context;
    return read_state(schema, state, &tally, error);
}

static ph_status_t restore_state(
    void *context, uint32_t schema, const ph_source_v1_t *state, const ph_sink_v1_t *error) {
    // Read in full before it is kept: a state that is refused changes nothing.
    tally_t tally;
    ph_status_t status = read_state(schema, state, &tally, error);
    if (status == PH_OK) *(tally_t *)context = tally;
    return status;
}

static void destroy(void *context) {
    free(context);
}

static const void *get_interface(void *context, const char *name) {
    static const ph_components_v1_t components = {.struct_size = sizeof(ph_components_v1_t), .declare = declare};
    (void)context;
    return strcmp(name, PH_COMPONENTS_V1) == 0 ? &components : NULL;
}

static ph_status_t create(const ph_host_v1_t *host, ph_instance_v1_t *instance, const ph_sink_v1_t *error) {
    if (host->struct_size != sizeof(ph_host_v1_t)) return fail(PH_UNSUPPORTED, "unknown host table", error);
    instance->context = calloc(1, sizeof(tally_t));
    if (instance->context == NULL) return fail(PH_INTERNAL, "no memory", error);
    instance->struct_size = sizeof(ph_instance_v1_t);
    instance->execute = execute;
    instance->save_state = save_state;
    instance->check_state = check_state;
    instance->restore_state = restore_state;
    instance->destroy = destroy;
    instance->get_interface = get_interface;
    return PH_OK;
}

static const ph_descriptor_v1_t descriptor = {
    .struct_size = sizeof(ph_descriptor_v1_t),
    .id = "tally",
    .name = "Event tally",
    .version = "1.0.0",
    .description = "Counts the events that go by",
    .type = PH_TYPE_MONITOR,
    .priority = PH_PRIORITY_NORMAL,
    .state_schema_minimum = 1,
    .state_schema_maximum = 1,
};

static const ph_factory_v1_t factory = {
    .struct_size = sizeof(ph_factory_v1_t),
    .abi_major = PH_ABI_MAJOR,
    .abi_minor = PH_ABI_MINOR,
    .descriptor = &descriptor,
    .create = create,
};

PH_MANIFEST(1, 1);

/// The one function that the host looks for.
PH_EXPORT const ph_factory_v1_t *ph_plugin_factory(void);
const ph_factory_v1_t *ph_plugin_factory(void) {
    return &factory;
}
