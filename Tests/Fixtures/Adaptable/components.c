// What the plugin contributes: actions by its own text, or all that its settings say.

// For strtok_r.
#define _DEFAULT_SOURCE

#include "adaptable.h"
#include "behaviour.h"

#include <stdio.h>
#include <string.h>

static const char components_key[] = "{\"components\":";

static ph_status_t declare_actions(char *names, const ph_sink_v1_t *out) {
    char *rest = NULL;
    ph_status_t status = put(out, "{\"actions\":[");
    const char *comma = "";
    for (char *name = strtok_r(names, ",", &rest); name != NULL && status == PH_OK; name = strtok_r(NULL, ",", &rest)) {
        char text[160];
        snprintf(text, sizeof text, "%s{\"name\":\"%s\",\"description\":\"does %s\"}", comma, name, name);
        status = put(out, text);
        comma = ",";
    }
    return status == PH_OK ? put(out, "]}") : status;
}

ph_status_t declare_components(void *context, const ph_sink_v1_t *out, const ph_sink_v1_t *error) {
    instance_t *instance = context;
    if (behaviour_fails("declare")) return refuse("declare", PH_FAILED, error);
    char names[BEHAVIOUR_ROOM];
    if (behaviour_value("actions", names, sizeof names)) return declare_actions(names, out);
    size_t prefix = sizeof components_key - 1;
    if (instance->configuration_size <= prefix || memcmp(instance->configuration, components_key, prefix) != 0)
        return PH_OK;
    return out->write(out->context, instance->configuration + prefix, instance->configuration_size - prefix - 1);
}

ph_status_t invoke_component(
    instance_t *instance, const char *method, const ph_call_v1_t *call, const ph_sink_v1_t *answer) {
    if (strncmp(method, "ph.action/", 10) == 0) {
        char text[160];
        snprintf(text, sizeof text, "{\"success\":true,\"text\":\"%s was done\"}", method + 10);
        return put(answer, text);
    }
    if (strncmp(method, "ph.event/", 9) == 0) {
        char text[256];
        snprintf(text, sizeof text, "%s", method);
        remember(instance, text);
        return PH_OK;
    }
    if (strncmp(method, "ph.hook/", 8) == 0) return answer->write(answer->context, call->input, call->input_size);
    if (strncmp(method, "ph.send/", 8) == 0) return put(answer, "{\"id\":\"1\"}");
    if (strncmp(method, "ph.task/", 8) == 0) {
        atomic_fetch_add(&instance->value, 1);
        return PH_OK;
    }
    return PH_METHOD_NOT_FOUND;
}
