// What the plugin answers to calls.

// For usleep.
#define _DEFAULT_SOURCE

#include "adaptable.h"
#include "behaviour.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Copies an input that is meant as text, cut to what there is room for.
static void input_text(const ph_call_v1_t *call, char *text, size_t capacity) {
    size_t size = call->input_size < capacity ? (size_t)call->input_size : capacity - 1;
    if (size > 0) memcpy(text, call->input, size);
    text[size] = 0;
}

static ph_status_t put_setting(const char *key, const ph_sink_v1_t *answer) {
    char value[BEHAVIOUR_ROOM];
    behaviour_value(key, value, sizeof value);
    return put(answer, value);
}

static ph_status_t put_remembered(instance_t *instance, const char *text, const ph_sink_v1_t *answer) {
    char copy[sizeof instance->events];
    pthread_mutex_lock(&instance->lock);
    snprintf(copy, sizeof copy, "%s", text);
    pthread_mutex_unlock(&instance->lock);
    return put(answer, copy);
}

static ph_status_t put_configuration(instance_t *instance, const ph_sink_v1_t *answer) {
    pthread_mutex_lock(&instance->lock);
    ph_status_t status = answer->write(answer->context, instance->configuration, instance->configuration_size);
    pthread_mutex_unlock(&instance->lock);
    return status;
}

/// Asks a service of the host: the first line of the input is its name and the method, the rest is what that reads.
static ph_status_t ask(
    const ph_host_v1_t *host, const ph_call_v1_t *call, const ph_sink_v1_t *answer, const ph_sink_v1_t *error) {
    const char *start = (const char *)call->input;
    const char *end = call->input_size == 0 ? NULL : memchr(start, '\n', call->input_size);
    const char *gap = end == NULL ? NULL : memchr(start, ' ', (size_t)(end - start));
    char name[64] = "";
    if (gap == NULL || (size_t)(gap - start) >= sizeof name) return refuse("execute", PH_BAD_PAYLOAD, error);
    memcpy(name, start, (size_t)(gap - start));
    const ph_service_v1_t *service = host->get_interface(host->context, name);
    if (service == NULL) {
        put(error, "the host does not offer it");
        return PH_UNSUPPORTED;
    }
    uint64_t rest = call->input_size - (uint64_t)(end + 1 - start);
    return service->request(
        service->context, gap + 1, (uint64_t)(end - gap - 1), (const uint8_t *)end + 1, rest, 0, answer, error);
}

static ph_status_t serve(
    void *context, const ph_call_v1_t *call, const ph_sink_v1_t *answer, const ph_sink_v1_t *error) {
    instance_t *instance = context;
    const ph_host_v1_t *host = instance->host;
    atomic_fetch_add(&instance->calls, 1);
    if (call->input_size > (uint64_t)behaviour_number("largest", INT64_MAX)) abort();
    int64_t duration = behaviour_number("sleepms", 0);
    if (duration > 0) usleep((useconds_t)duration * 1000);
    if (behaviour_fails("execute")) return refuse("execute", PH_FAILED, error);

    char method[128] = "";
    if (call->method_size < sizeof method) memcpy(method, call->method, call->method_size);
    char text[512];
    input_text(call, text, sizeof text);

    if (strcmp(method, "increment") == 0) {
        int64_t step = call->input_size == 0 ? 1 : strtoll(text, NULL, 10);
        return put_number(answer, atomic_fetch_add(&instance->value, step) + step);
    }
    if (strcmp(method, "value") == 0) return put_number(answer, atomic_load(&instance->value));
    if (strcmp(method, "version") == 0) return put_setting("version", answer);
    if (strcmp(method, "tag") == 0) return put_setting("tag", answer);
    if (strcmp(method, "echo") == 0) return answer->write(answer->context, call->input, call->input_size);
    if (strcmp(method, "events") == 0) return put_remembered(instance, instance->events, answer);
    if (strcmp(method, "dependency") == 0) return put_remembered(instance, instance->dependency, answer);
    if (strcmp(method, "config") == 0) return put_configuration(instance, answer);
    if (strcmp(method, "deadline") == 0) {
        snprintf(text, sizeof text, "%" PRIu64, call->deadline);
        return put(answer, text);
    }
    if (strcmp(method, "emit") == 0) return host->emit(host->context, "test", 4, call->input, call->input_size);
    if (strcmp(method, "log") == 0) {
        host->log(host->context, PH_LOG_INFO, (const char *)call->input, call->input_size);
        return PH_OK;
    }
    if (strncmp(method, PH_RESERVED_METHOD_PREFIX, 3) == 0) return invoke_component(instance, method, call, answer);
    if (strcmp(method, "ask") == 0) return ask(host, call, answer, error);
    if (strcmp(method, "interface") == 0) {
        return put(answer, host->get_interface(host->context, text) != NULL ? "granted" : "none");
    }
    if (strcmp(method, "open") == 0) {
        int file = open(text, O_RDONLY | O_CLOEXEC);
        int code = errno;
        if (file < 0) return put_number(answer, code);
        close(file);
        return put(answer, "open");
    }
    if (strcmp(method, "takeall") == 0) {
        // All memory but what is too little for the stack of a thread.
        // Each block holds the address of the one before.
        void **last = NULL;
        int64_t count = 0;
        for (void **block; count < 1024 && (block = malloc(1 << 20)) != NULL; count++) *block = last, last = block;
        for (int freed = 0; freed < 4 && last != NULL; freed++) {
            void **before = *last;
            free(last);
            last = before;
        }
        return put_number(answer, count);
    }
    if (strcmp(method, "openall") == 0) {
        int64_t count = 0;
        while (dup(0) >= 0) count++;
        return put_number(answer, count);
    }
    if (strcmp(method, "block") == 0) {
        while (access(text, F_OK) != 0) usleep(1000);
        return PH_OK;
    }
    if (strcmp(method, "fail") == 0) {
        put(error, "asked to fail");
        return PH_FAILED;
    }
    if (strcmp(method, "failcode") == 0) {
        put(error, "asked to fail with a code");
        return 1234;
    }
    put(error, "no such method");
    return (ph_status_t)behaviour_number("unknown", PH_METHOD_NOT_FOUND);
}

ph_status_t execute(
    void *context, const ph_call_v1_t *call, const ph_sink_v1_t *answer, const ph_sink_v1_t *error) {
    instance_t *instance = context;
    if (behaviour_number("alone", 0) == 0) return serve(context, call, answer, error);
    if (atomic_fetch_add(&instance->under_way, 1) > 0) abort();
    usleep(100);
    ph_status_t status = serve(context, call, answer, error);
    atomic_fetch_sub(&instance->under_way, 1);
    return status;
}
