// A plugin whose behaviour a test writes into a copy of the file, so that one fixture gives any number of builds.
//
//   id, version, name      what the descriptor says
//   deps, caps, perms      lists for the descriptor, with commas
//   concurrent, stateless, saves, pauses
//                          flags: several calls at once; no state functions; the state is saved after each call
//   schema                 the schema that is saved; schemas=MIN-MAX are those declared and read
//   statesize              so many bytes more in the saved state
//   fail, hang, crash, abort, exit
//                          lists of steps: constructor factory create load initialise declare configure start pause resume
//                          stop unload destroy save check restore health statistics execute refresh
//   failstatus             the status with which those steps fail
//   emits                  a list of steps at which it emits an event with the step's name
//   ask-STEP               what it asks the host for at a step: SERVICE METHOD INPUT
//   insists                a step fails with what it asks for
//   trap, quit, overflow, heap, loop, deadlock, sigstop, allocate, closeall, garbage, linger, child, termparent, thread
//   together, leave, leak, openfile, straggler
//                          lists of steps too; faults.c has what they do
//   while                  a file: all of these hold only as long as it exists; FILE.reached tells that a hang began
//   hold-STEP              a file: the step waits as long as it exists
//   health                 degraded or unhealthy; unhealthyafter=N is unhealthy after N checks
//   recovers               says of each failed step that it goes on nevertheless
//   abi, size, descriptorsize, instancesize
//                          wrong values for the structs
//   nodescriptor, badid    no descriptor; an id that is none
//   noexecute              an instance that can't be called
//   signals                installs a handler for SIGUSR1 when it is loaded
//   sleepms                how long each call takes
//   actions                a list of the actions that it declares; without it, it declares what its settings have under the
//                          one key "components"
//   configurable           takes new settings while it runs
//   trusting               takes a host's table of any size
//   once                   can't be started a second time
//   drift                  each saved state is another one
//   careless               takes a state over before it knows that it is good, and ignores the range of schemas
//   oneread                reads a state with one call of read
//   fullsink               says that a state is saved that was not taken
//   alone                  aborts when two calls are served at once
//   largest                aborts at an input, or a state, of more bytes
//   unknown                the status for unknown methods
//   level                  what check_health says, as a number
//   figures                what statistics writes
//   wide                   its interface for components has another size than it should
//   tag                    nothing but another content

// For strtok_r and signal handlers.
#define _DEFAULT_SOURCE

#include "adaptable.h"
#include "behaviour.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---------------------------------------------------------------------------------------------------------------------
// Helpers
// ---------------------------------------------------------------------------------------------------------------------

ph_status_t put(const ph_sink_v1_t *sink, const char *text) {
    return sink->write(sink->context, (const uint8_t *)text, strlen(text));
}

ph_status_t put_number(const ph_sink_v1_t *sink, int64_t number) {
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, number);
    return put(sink, text);
}

ph_status_t refuse(const char *step, ph_status_t status, const ph_sink_v1_t *error) {
    char text[64];
    snprintf(text, sizeof text, "asked to fail at %s", step);
    put(error, text);
    return status;
}

void remember(instance_t *instance, const char *step) {
    pthread_mutex_lock(&instance->lock);
    size_t used = strlen(instance->events);
    snprintf(instance->events + used, sizeof instance->events - used, "%s%s", used == 0 ? "" : ",", step);
    pthread_mutex_unlock(&instance->lock);
}

static ph_status_t forget(void *context, const uint8_t *data, uint64_t size) {
    (void)context, (void)data, (void)size;
    return PH_OK;
}

/// Says at a step to the host what the test wants; the status is that of what it asks for.
static ph_status_t speak(const ph_host_v1_t *host, const char *step) {
    if (behaviour_lists("emits", step)) host->emit(host->context, "test", 4, (const uint8_t *)step, strlen(step));
    static const ph_sink_v1_t nowhere = {.write = forget};
    char key[32], text[BEHAVIOUR_ROOM];
    snprintf(key, sizeof key, "ask-%s", step);
    if (!behaviour_value(key, text, sizeof text)) return PH_OK;
    char *rest = NULL;
    const char *name = strtok_r(text, " ", &rest), *method = strtok_r(NULL, " ", &rest);
    const ph_service_v1_t *service = method == NULL ? NULL : host->get_interface(host->context, name);
    if (service == NULL) return PH_UNSUPPORTED;
    return service->request(
        service->context, method, strlen(method), (const uint8_t *)rest, strlen(rest), 0, &nowhere, &nowhere);
}

/// Remembers a step, and does what the test wants at it.
static ph_status_t pass(void *context, const char *step, const ph_sink_v1_t *error) {
    instance_t *instance = context;
    remember(instance, step);
    ph_status_t asked = speak(instance->host, step);
    if (asked != PH_OK && behaviour_number("insists", 0) != 0) return refuse(step, asked, error);
    if (!behaviour_fails(step)) return PH_OK;
    return refuse(step, (ph_status_t)behaviour_number("failstatus", PH_FAILED), error);
}

// ---------------------------------------------------------------------------------------------------------------------
// Lifecycle
// ---------------------------------------------------------------------------------------------------------------------

static ph_status_t load(void *context, const ph_sink_v1_t *error) { return pass(context, "load", error); }
static ph_status_t start(void *context, const ph_sink_v1_t *error) {
    instance_t *instance = context;
    if (instance->was_started && behaviour_number("once", 0) != 0) return refuse("start", PH_FAILED, error);
    instance->was_started = true;
    return pass(context, "start", error);
}
static ph_status_t pause_work(void *context, const ph_sink_v1_t *error) { return pass(context, "pause", error); }
static ph_status_t resume(void *context, const ph_sink_v1_t *error) { return pass(context, "resume", error); }
static ph_status_t stop(void *context, const ph_sink_v1_t *error) { return pass(context, "stop", error); }
static ph_status_t unload(void *context, const ph_sink_v1_t *error) { return pass(context, "unload", error); }
static ph_status_t refresh(void *context, const ph_sink_v1_t *error) { return pass(context, "refresh", error); }

static ph_status_t initialise(void *context, const uint8_t *configuration, uint64_t size, const ph_sink_v1_t *error) {
    instance_t *instance = context;
    uint8_t *copy = malloc(size + 1);
    if (copy == NULL) return refuse("initialise", PH_INTERNAL, error);
    if (size > 0) memcpy(copy, configuration, size);
    pthread_mutex_lock(&instance->lock);
    free(instance->configuration);
    instance->configuration = copy;
    instance->configuration_size = size;
    pthread_mutex_unlock(&instance->lock);
    return pass(context, "initialise", error);
}

static ph_status_t configure(void *context, const uint8_t *configuration, uint64_t size, const ph_sink_v1_t *error) {
    ph_status_t status = pass(context, "configure", error);
    return status == PH_OK ? initialise(context, configuration, size, error) : status;
}

static void destroy(void *context) {
    instance_t *instance = context;
    speak(instance->host, "destroy");
    behaviour_fails("destroy");
    pthread_mutex_destroy(&instance->lock);
    free(instance->configuration);
    free(instance);
}

// ---------------------------------------------------------------------------------------------------------------------
// State: a number as decimal text, and what pads it
// ---------------------------------------------------------------------------------------------------------------------

static ph_status_t save(void *context, uint32_t *schema, const ph_sink_v1_t *out, const ph_sink_v1_t *error) {
    instance_t *instance = context;
    ph_status_t status = pass(context, "save", error);
    if (status != PH_OK) return status;
    *schema = (uint32_t)behaviour_number("schema", 0);
    if (behaviour_number("drift", 0) != 0) atomic_fetch_add(&instance->value, 1);
    status = put_number(out, atomic_load(&instance->value));
    char padding[4096];
    memset(padding, ' ', sizeof padding);
    for (int64_t left = behaviour_number("statesize", 0); left > 0 && status == PH_OK; left -= (int64_t)sizeof padding)
        status = out->write(
            out->context, (const uint8_t *)padding, left < (int64_t)sizeof padding ? (uint64_t)left : sizeof padding);
    return behaviour_number("fullsink", 0) != 0 ? PH_OK : status;
}

/// Reads a state to its end and gives the number at its beginning.
static ph_status_t read_state(
    uint32_t schema, const ph_source_v1_t *state, int64_t *value, const ph_sink_v1_t *error) {
    char range[32];
    unsigned minimum = 0, maximum = 0;
    if (behaviour_value("schemas", range, sizeof range) && sscanf(range, "%u-%u", &minimum, &maximum) == 2
        && (schema < minimum || schema > maximum) && behaviour_number("careless", 0) == 0) {
        put(error, "this schema of the state is not read");
        return PH_STATE_REFUSED;
    }
    char number[32] = "";
    uint64_t total = 0;
    uint8_t piece[4096];
    for (uint64_t size; (size = state->read(state->context, piece, sizeof piece)) > 0; total += size) {
        for (uint64_t index = 0; index < size && total + index < sizeof number - 1; index++)
            number[total + index] = (char)piece[index];
        if (behaviour_number("oneread", 0) != 0) break;
    }
    if (total > (uint64_t)behaviour_number("largest", INT64_MAX)) abort();
    char *end = number;
    *value = strtoll(number, &end, 10);
    if (end == number) {
        put(error, "the state is not a number");
        return PH_STATE_REFUSED;
    }
    return PH_OK;
}

static ph_status_t check(void *context, uint32_t schema, const ph_source_v1_t *state, const ph_sink_v1_t *error) {
    int64_t value;
    if (pass(context, "check", error) != PH_OK) return PH_STATE_REFUSED;
    return read_state(schema, state, &value, error);
}

static ph_status_t restore(void *context, uint32_t schema, const ph_source_v1_t *state, const ph_sink_v1_t *error) {
    instance_t *instance = context;
    int64_t value;
    if (pass(context, "restore", error) != PH_OK) return PH_STATE_REFUSED;
    ph_status_t status = read_state(schema, state, &value, error);
    if (status == PH_OK || behaviour_number("careless", 0) != 0) atomic_store(&instance->value, value);
    return status;
}

// ---------------------------------------------------------------------------------------------------------------------
// Reports
// ---------------------------------------------------------------------------------------------------------------------

static ph_status_t health(void *context, int32_t *status, const ph_sink_v1_t *details) {
    instance_t *instance = context;
    if (behaviour_fails("health")) return refuse("health", PH_FAILED, details);
    char wanted[16];
    behaviour_value("health", wanted, sizeof wanted);
    int64_t checks = atomic_fetch_add(&instance->health_checks, 1);
    int64_t limit = behaviour_number("unhealthyafter", INT64_MAX);
    *status = strcmp(wanted, "degraded") == 0 ? PH_DEGRADED : PH_HEALTHY;
    if (strcmp(wanted, "unhealthy") == 0 || checks >= limit) *status = PH_UNHEALTHY;
    if (behaviour_number("level", 0) != 0) *status = (int32_t)behaviour_number("level", 0);
    if (*status == PH_HEALTHY) return PH_OK;
    return put(details, *status == PH_DEGRADED ? "asked to be degraded" : "asked to be unhealthy");
}

static ph_status_t statistics(void *context, const ph_sink_v1_t *out) {
    instance_t *instance = context;
    if (behaviour_fails("statistics")) return PH_FAILED;
    char text[BEHAVIOUR_ROOM];
    if (behaviour_value("figures", text, sizeof text)) return put(out, text);
    snprintf(
        text, sizeof text, "{\"calls\":%" PRId64 ",\"value\":%" PRId64 "}", (int64_t)atomic_load(&instance->calls),
        (int64_t)atomic_load(&instance->value));
    return put(out, text);
}

static ph_status_t on_error(
    void *context, ph_status_t status, const char *message, uint64_t size, int32_t *recovered) {
    (void)context, (void)status, (void)message, (void)size;
    *recovered = behaviour_number("recovers", 0) != 0;
    return PH_OK;
}

static void changed(void *context, const char *id, int32_t change, uint64_t generation) {
    static const char *const words[] = {"", "", "down:", "back:"};
    instance_t *instance = context;
    pthread_mutex_lock(&instance->lock);
    snprintf(
        instance->dependency, sizeof instance->dependency, "%s%s:%" PRIu64, words[change & 3], id, generation);
    pthread_mutex_unlock(&instance->lock);
}

static const void *get_interface(void *context, const char *name) {
    static const ph_dependency_observer_v1_t observer = {
        .struct_size = sizeof(ph_dependency_observer_v1_t), .changed = changed};
    static const ph_components_v1_t components = {
        .struct_size = sizeof(ph_components_v1_t), .declare = declare_components};
    static const ph_components_v1_t wide = {
        .struct_size = sizeof(ph_components_v1_t) + 8, .declare = declare_components};
    static const ph_configurable_v1_t configurable = {
        .struct_size = sizeof(ph_configurable_v1_t), .configure = configure};
    (void)context;
    if (strcmp(name, PH_DEPENDENCY_OBSERVER_V1) == 0) return &observer;
    if (strcmp(name, PH_COMPONENTS_V1) == 0) return behaviour_number("wide", 0) != 0 ? &wide : &components;
    return strcmp(name, PH_CONFIGURABLE_V1) == 0 && behaviour_number("configurable", 0) != 0 ? &configurable : NULL;
}

// ---------------------------------------------------------------------------------------------------------------------
// The factory
// ---------------------------------------------------------------------------------------------------------------------

static ph_status_t create(const ph_host_v1_t *host, ph_instance_v1_t *table, const ph_sink_v1_t *error) {
    if (behaviour_fails("create")) return refuse("create", PH_FAILED, error);
    if (host->struct_size != sizeof *host && behaviour_number("trusting", 0) == 0)
        return refuse("create", PH_UNSUPPORTED, error);
    instance_t *instance = calloc(1, sizeof *instance);
    if (instance == NULL) return refuse("create", PH_INTERNAL, error);
    instance->host = host;
    pthread_mutex_init(&instance->lock, NULL);

    bool is_stateless = behaviour_number("stateless", 0) != 0;
    *table = (ph_instance_v1_t){
        .struct_size = (uint32_t)behaviour_number("instancesize", sizeof(ph_instance_v1_t)),
        .context = instance,
        .load = load,
        .initialise = initialise,
        .start = start,
        .pause = pause_work,
        .resume = resume,
        .stop = stop,
        .unload = unload,
        .execute = behaviour_number("noexecute", 0) != 0 ? NULL : execute,
        .refresh = refresh,
        .save_state = is_stateless ? NULL : save,
        .check_state = is_stateless ? NULL : check,
        .restore_state = is_stateless ? NULL : restore,
        .check_health = health,
        .statistics = statistics,
        .on_error = on_error,
        .get_interface = get_interface,
        .destroy = destroy,
    };
    return PH_OK;
}

static void on_signal(int number) { (void)number; }

/// Installs a handler behind the host's back, as careless libraries do.
__attribute__((constructor)) static void install_handler(void) {
    behaviour_fails("constructor");
    if (behaviour_number("signals", 0) != 0) signal(SIGUSR1, on_signal);
}

/// Splits a list with commas in place and gives its items.
static ph_strings_v1_t split(char *text, const char **items, size_t capacity) {
    uint64_t count = 0;
    char *rest = NULL;
    for (char *item = strtok_r(text, ",", &rest); item != NULL && count < capacity; item = strtok_r(NULL, ",", &rest))
        items[count++] = item;
    return (ph_strings_v1_t){.items = items, .count = count};
}

/// Reads the descriptor out of the behaviour; everything in it is this image's for ever.
static const ph_descriptor_v1_t *make_descriptor(void) {
    static char id[130], name[130], version[64], range[32];
    static char dependencies[BEHAVIOUR_ROOM], capabilities[BEHAVIOUR_ROOM], permissions[BEHAVIOUR_ROOM];
    static const char *dependency_items[16], *capability_items[16], *permission_items[16];
    static ph_descriptor_v1_t descriptor;
    behaviour_value("id", id, sizeof id);
    if (behaviour_number("badid", 0) != 0) snprintf(id, sizeof id, "not an id!");
    if (!behaviour_value("name", name, sizeof name)) memcpy(name, id, sizeof name);
    if (!behaviour_value("version", version, sizeof version)) memcpy(version, "1.0.0", sizeof "1.0.0");
    behaviour_value("deps", dependencies, sizeof dependencies);
    behaviour_value("caps", capabilities, sizeof capabilities);
    behaviour_value("perms", permissions, sizeof permissions);
    unsigned minimum = 0, maximum = 0;
    if (behaviour_value("schemas", range, sizeof range)) sscanf(range, "%u-%u", &minimum, &maximum);
    descriptor = (ph_descriptor_v1_t){
        .struct_size = (uint32_t)behaviour_number("descriptorsize", sizeof descriptor),
        .flags = (behaviour_number("concurrent", 0) != 0 ? PH_FLAG_CONCURRENT : 0)
                 | (behaviour_number("pauses", 0) != 0 ? PH_FLAG_PAUSES_WITH_DEPENDENCIES : 0)
            | (behaviour_number("saves", 0) != 0 ? PH_FLAG_SAVES_EACH_CALL : 0),
        .id = id,
        .name = name,
        .version = version,
        .type = PH_TYPE_TOOL,
        .priority = PH_PRIORITY_NORMAL,
        .dependencies = split(dependencies, dependency_items, 16),
        .capabilities = split(capabilities, capability_items, 16),
        .permissions = split(permissions, permission_items, 16),
        .state_schema_minimum = minimum,
        .state_schema_maximum = maximum,
    };
    return &descriptor;
}

PH_MANIFEST(0, 0);

PH_EXPORT const ph_factory_v1_t *ph_plugin_factory(void);
const ph_factory_v1_t *ph_plugin_factory(void) {
    static ph_factory_v1_t factory;
    char unused[2];
    if (behaviour_fails("factory")) return NULL;
    factory = (ph_factory_v1_t){
        .struct_size = (uint32_t)behaviour_number("size", sizeof factory),
        .abi_major = (uint32_t)behaviour_number("abi", PH_ABI_MAJOR),
        .abi_minor = PH_ABI_MINOR,
        .descriptor = behaviour_value("nodescriptor", unused, sizeof unused) ? NULL : make_descriptor(),
        .create = create,
    };
    return &factory;
}
