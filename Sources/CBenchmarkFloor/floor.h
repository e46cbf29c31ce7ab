// What the files of this target share.

#ifndef FLOOR_H
#define FLOOR_H

#include "benchmark_floor.h"
#include "plugin_abi.h"

#include <stdatomic.h>
#include <stdbool.h>

struct floor_plugin {
    ph_instance_v1_t instance;
    /// Who is in the plugin.
    atomic_uint_fast64_t calls;
};

/// A sink for messages that nobody reads.
extern const ph_sink_v1_t floor_no_error;

/// Creates the one instance of a mapped image, without starting it; null if that fails.
floor_plugin_t *floor_instantiate(void *library);

/// Calls a plugin, counted in and out, for its tag.
uint64_t floor_tag(floor_plugin_t *plugin);

#endif
