// The ways in which a plugin can end, block or damage the process that it is in.

#ifndef BEHAVIOUR_FAULTS_H
#define BEHAVIOUR_FAULTS_H

#pragma GCC visibility push(hidden)

typedef struct {
    /// The key of the list of steps.
    const char *key;
    void (*commit)(void);
} fault_t;

/// All of them; the last has no key.
extern const fault_t faults[];

#pragma GCC visibility pop

#endif
