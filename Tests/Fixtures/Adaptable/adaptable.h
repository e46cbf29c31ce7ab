// What the parts of this plugin share.
#ifndef ADAPTABLE_H
#define ADAPTABLE_H

#include "plugin_abi.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#pragma GCC visibility push(hidden)

typedef struct {
    const ph_host_v1_t *host;
    atomic_int_fast64_t value;
    atomic_int_fast64_t calls;
    atomic_int_fast64_t health_checks;
    atomic_int under_way;
    bool was_started;
    /// Guards what is below.
    pthread_mutex_t lock;
    char events[1024];
    char dependency[160];
    uint8_t *configuration;
    uint64_t configuration_size;
} instance_t;

ph_status_t put(const ph_sink_v1_t *sink, const char *text);
ph_status_t put_number(const ph_sink_v1_t *sink, int64_t number);
ph_status_t refuse(const char *step, ph_status_t status, const ph_sink_v1_t *error);
/// Notes something that has happened, for the method "events".
void remember(instance_t *instance, const char *what);

/// Answers a call.
ph_status_t execute(void *context, const ph_call_v1_t *call, const ph_sink_v1_t *answer, const ph_sink_v1_t *error);

ph_status_t declare_components(void *context, const ph_sink_v1_t *out, const ph_sink_v1_t *error);
/// Serves what was declared, each in the least way.
ph_status_t invoke_component(
    instance_t *instance, const char *method, const ph_call_v1_t *call, const ph_sink_v1_t *answer);

#pragma GCC visibility pop

#endif
