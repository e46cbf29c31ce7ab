// What a test wrote into this build of a plugin: see adaptable.c for the keys.

#ifndef BEHAVIOUR_H
#define BEHAVIOUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// How many bytes a test may write into a build, most of them paths below a temporary directory; see `Workshop.adaptable`.
#define BEHAVIOUR_ROOM 500

// A plugin exports its factory and nothing else.
#pragma GCC visibility push(hidden)

/// Copies the value of a key to `value` and says whether the key is there; a key without a value has an empty one.
bool behaviour_value(const char *key, char *value, size_t capacity);

/// Reads a whole number, or the one given if the key is not there.
int64_t behaviour_number(const char *key, int64_t otherwise);

/// Says whether the list behind a key names a step, and the file behind `while`, if there is one, still exists.
bool behaviour_lists(const char *key, const char *step);

/// Does to the process what it is asked to at this step; says whether the step is to fail.
bool behaviour_fails(const char *step);

#pragma GCC visibility pop

#endif
