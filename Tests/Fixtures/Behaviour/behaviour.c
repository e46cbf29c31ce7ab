// For usleep.
#define _DEFAULT_SOURCE

#include "behaviour.h"
#include "faults.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// A test finds the text before the colon in a copy of the file and writes the rest over: `key=value;key=value` and a
// zero byte. Volatile, or the compiler would know what is written here.
__attribute__((used)) static volatile char behaviour[13 + BEHAVIOUR_ROOM] = "PH-ADAPTABLE:id=adaptable;version=1.0.0";

bool behaviour_value(const char *key, char *value, size_t capacity) {
    char text[sizeof behaviour];
    for (size_t index = 0; index < sizeof text; index++) text[index] = behaviour[index];
    text[sizeof text - 1] = 0;

    size_t key_size = strlen(key);
    char *rest = NULL;
    for (char *entry = strtok_r(text + 13, ";", &rest); entry != NULL; entry = strtok_r(NULL, ";", &rest)) {
        if (strncmp(entry, key, key_size) != 0) continue;
        if (entry[key_size] != '=' && entry[key_size] != 0) continue;
        const char *found = entry[key_size] == '=' ? entry + key_size + 1 : "";
        size_t size = strlen(found);
        if (size >= capacity) size = capacity - 1;
        memcpy(value, found, size);
        value[size] = 0;
        return true;
    }
    if (capacity > 0) value[0] = 0;
    return false;
}

int64_t behaviour_number(const char *key, int64_t otherwise) {
    char value[32];
    return behaviour_value(key, value, sizeof value) ? strtoll(value, NULL, 10) : otherwise;
}

bool behaviour_lists(const char *key, const char *step) {
    char list[BEHAVIOUR_ROOM];
    if (!behaviour_value(key, list, sizeof list)) return false;
    char flag[BEHAVIOUR_ROOM];
    if (behaviour_value("while", flag, sizeof flag) && access(flag, F_OK) != 0) return false;
    char *rest = NULL;
    for (char *item = strtok_r(list, ",", &rest); item != NULL; item = strtok_r(NULL, ",", &rest))
        if (strcmp(item, step) == 0) return true;
    return false;
}

/// Makes a file beside that of `while`, so that a test knows that the step hangs.
static void tell_reached(void) {
    char path[BEHAVIOUR_ROOM + sizeof ".reached"];
    if (!behaviour_value("while", path, BEHAVIOUR_ROOM)) return;
    strcat(path, ".reached");
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file >= 0) close(file);
}

/// Waits at a step as long as the file exists that the test names for just this step.
static void hold(const char *step) {
    char key[32], path[BEHAVIOUR_ROOM];
    snprintf(key, sizeof key, "hold-%s", step);
    while (behaviour_value(key, path, sizeof path) && access(path, F_OK) == 0) usleep(1000);
}

bool behaviour_fails(const char *step) {
    hold(step);
    for (const fault_t *fault = faults; fault->key != NULL; fault++)
        if (behaviour_lists(fault->key, step)) fault->commit();
    for (bool is_first = true; behaviour_lists("hang", step); is_first = false) {
        // With `while` the hang ends when its file is removed; without, never.
        if (is_first) tell_reached();
        usleep(1000);
    }
    return behaviour_lists("fail", step);
}
