// SPDX-License-Identifier: Apache-2.0
//
// plugin_abi.h: the whole contract between swift-plugin-host and a plugin, for C11, C++17 and every language that can
// export a C function.
//
// A plugin is one shared object that exports `ph_plugin_factory`. The host calls it once for each generation, reads the
// factory's descriptor and creates one instance.
//
// Rules that hold everywhere in this file:
//
// - Layouts are frozen for ever. A new layout is a new type (`…_v2_t`) that is reached by name; `struct_size` is a
//   sanity check, not a way to grow.
// - Memory is freed by the side that allocated it. A pointer that is passed to a function is lent for that call and
//   must not be kept, unless its comment says otherwise.
// - Text is UTF-8. A `const char *` without a size beside it ends with a zero byte.
// - Nothing throws or jumps across the boundary. A function that fails returns a status and may write a message for
//   people to the `error` sink that it was given.
// - Thread classes, in brackets on each function:
//     [lifecycle]  The host calls these one at a time for each instance, though not always on the same thread, and
//                  never beside `execute`, unless the comment says so.
//     [call]       `execute`: one at a time, or from several threads at once if the descriptor has
//                  `PH_FLAG_CONCURRENT`.
//     [any]        Any thread, at any time between the start of `create` and the end of `destroy`.
// - States, after the `&`: the states of the instance in which the function may be called (PL-3).

#ifndef PH_PLUGIN_ABI_H
#define PH_PLUGIN_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__clang__)
#define PH_NULLABLE _Nullable
#define PH_NONNULL _Nonnull
#else
#define PH_NULLABLE
#define PH_NONNULL
#endif

#if defined(__GNUC__)
#define PH_EXPORT __attribute__((visibility("default")))
#else
#define PH_EXPORT
#endif

/// Changes when a plugin of before can't be loaded any more.
#define PH_ABI_MAJOR 1
/// Changes when something was added that a plugin may look for by name.
#define PH_ABI_MINOR 1

// -------------------------------------------------------------------------------------------------------------------
// Status
// -------------------------------------------------------------------------------------------------------------------

/// How a function ended. Values from 1000 on are the plugin's own and reach the caller unchanged.
typedef int32_t ph_status_t;

#define PH_OK ((ph_status_t)0)
/// Failed, for a reason that the message gives.
#define PH_FAILED ((ph_status_t)1)
/// The input of a call, or a configuration, could not be understood.
#define PH_BAD_PAYLOAD ((ph_status_t)2)
/// The plugin has no method of that name.
#define PH_METHOD_NOT_FOUND ((ph_status_t)3)
/// The host's policy does not grant the permission that is needed.
#define PH_UNAUTHORISED ((ph_status_t)4)
/// The thing that was asked for does not exist.
#define PH_NOT_FOUND ((ph_status_t)5)
/// The deadline passed.
#define PH_TIMED_OUT ((ph_status_t)6)
/// Too much is going on; try again later.
#define PH_BUSY ((ph_status_t)7)
/// The plugin's process ended while the call was in flight.
#define PH_CRASHED ((ph_status_t)8)
/// The plugin or the host is shutting down.
#define PH_SHUTTING_DOWN ((ph_status_t)9)
/// A defect of the host or of the SDK.
#define PH_INTERNAL ((ph_status_t)10)
/// Not provided by this side.
#define PH_UNSUPPORTED ((ph_status_t)11)
/// A saved state can't be read by this version (HR-7).
#define PH_STATE_REFUSED ((ph_status_t)12)
/// The first value that is free for a plugin's own codes.
#define PH_STATUS_PLUGIN ((ph_status_t)1000)

// -------------------------------------------------------------------------------------------------------------------
// Streams
// -------------------------------------------------------------------------------------------------------------------

/// A place to write bytes to. Lent for one call.
typedef struct ph_sink_v1 {
    /// Owned by the side that made the sink.
    void *PH_NULLABLE context;
    /// [same thread as the call that lent the sink] Appends `size` bytes. `bytes` is copied before it returns.
    /// Anything but PH_OK means that the bytes were not taken, and that the writer should give up.
    ph_status_t (*PH_NONNULL write)(void *PH_NULLABLE context, const uint8_t *PH_NULLABLE bytes, uint64_t size);
} ph_sink_v1_t;

/// A place to read bytes from. Lent for one call.
typedef struct ph_source_v1 {
    /// Owned by the side that made the source.
    void *PH_NULLABLE context;
    /// How many bytes there are in all.
    uint64_t size;
    /// [same thread as the call that lent the source] Copies at most `capacity` of the bytes that come next to `bytes`
    /// and returns how many; it may return fewer than there are left, and returns 0 only at the end.
    uint64_t (*PH_NONNULL read)(void *PH_NULLABLE context, uint8_t *PH_NONNULL bytes, uint64_t capacity);
} ph_source_v1_t;

// -------------------------------------------------------------------------------------------------------------------
// The host, as a plugin sees it
// -------------------------------------------------------------------------------------------------------------------

#define PH_LOG_TRACE ((int32_t)0)
#define PH_LOG_DEBUG ((int32_t)1)
#define PH_LOG_INFO ((int32_t)2)
#define PH_LOG_WARNING ((int32_t)3)
#define PH_LOG_ERROR ((int32_t)4)

/// A service of the host (PL-6), under one of the names below: what `get_interface` returns for them. All services are of
/// this one type, and all of them work in the host's process and in a runner. What each method takes and answers is in
/// the documentation for authors, "Using the host's services".
typedef struct ph_service_v1 {
    /// `sizeof(ph_service_v1_t)`; a plugin refuses anything else.
    uint32_t struct_size;
    uint32_t reserved;
    /// Owned by the host; handed back in every call.
    void *PH_NULLABLE context;
    /// [any] Asks the service for something and waits: writes its answer to `answer`, or returns a status and writes why
    /// to `error`. `method` is not zero-terminated. What was written to `answer` counts only with PH_OK. Input and answer
    /// have 16 MiB at most.
    ///
    /// `deadline`: when to stop waiting, in nanoseconds of CLOCK_MONOTONIC. 0 for that of the call that this thread serves,
    /// or, if that has none or this thread serves none, for the host's default.
    ///
    /// PH_UNAUTHORISED: the permission that the message names is not granted. PH_BUSY: 64 requests of this plugin are
    /// under way already. PH_SHUTTING_DOWN: the instance, or the host, is being ended.
    ph_status_t (*PH_NONNULL request)(
        void *PH_NULLABLE context, const char *PH_NULLABLE method, uint64_t method_size,
        const uint8_t *PH_NULLABLE input, uint64_t input_size, uint64_t deadline, const ph_sink_v1_t *PH_NONNULL answer,
        const ph_sink_v1_t *PH_NONNULL error);
} ph_service_v1_t;

/// Values that plugins share.
#define PH_SHARED_STATE_V1 "ph.shared-state/1"
/// Calls of other plugins.
#define PH_PLUGINS_V1 "ph.plugins/1"
/// Events for handlers of other plugins.
#define PH_EVENTS_V1 "ph.events/1"
/// Chains of hooks.
#define PH_HOOKS_V1 "ph.hooks/1"
/// Actions of all plugins.
#define PH_ACTIONS_V1 "ph.actions/1"
/// Message gateways.
#define PH_GATEWAYS_V1 "ph.gateways/1"
/// Scheduled tasks.
#define PH_TASKS_V1 "ph.tasks/1"
/// Signs of life.
#define PH_HEARTBEAT_V1 "ph.heartbeat/1"

/// What the host offers one instance. Owned by the host; valid from the start of `create` to the end of `destroy`.
typedef struct ph_host_v1 {
    /// `sizeof(ph_host_v1_t)`; a plugin refuses anything else.
    uint32_t struct_size;
    /// The minor version of the ABI that the host speaks; its major is the factory's, or the host would not have
    /// called.
    uint32_t abi_minor;
    /// Owned by the host; handed back in every call.
    void *PH_NULLABLE context;
    /// The host's id: the same for as long as the host runs.
    const char *PH_NONNULL host_id;
    /// [any] Logs a record under the plugin's id. `message` is copied.
    void (*PH_NONNULL log)(
        void *PH_NULLABLE context, int32_t level, const char *PH_NULLABLE message, uint64_t size);
    /// [any] Publishes an event `custom` (PL-7) under the plugin's id. `type` and `data` are copied.
    ph_status_t (*PH_NONNULL emit)(
        void *PH_NULLABLE context, const char *PH_NULLABLE type, uint64_t type_size, const uint8_t *PH_NULLABLE data,
        uint64_t size);
    /// [any] Writes the plugin's settings as one JSON object (PL-5) to `out`.
    ph_status_t (*PH_NONNULL read_configuration)(void *PH_NULLABLE context, const ph_sink_v1_t *PH_NONNULL out);
    /// [any] Returns the optional interface of that name, such as "ph.shared-state/1", or null if this host does not
    /// have it or does not grant it. Owned by the host; valid as long as this table.
    const void *PH_NULLABLE (*PH_NONNULL get_interface)(void *PH_NULLABLE context, const char *PH_NONNULL name);
} ph_host_v1_t;

// -------------------------------------------------------------------------------------------------------------------
// The instance
// -------------------------------------------------------------------------------------------------------------------

/// One call (PL-8). Everything in it is lent for the call.
typedef struct ph_call_v1 {
    /// `sizeof(ph_call_v1_t)`.
    uint32_t struct_size;
    uint32_t reserved;
    /// Names the call in logs and reports; 0 if the caller gave none.
    uint64_t id;
    /// When the caller stops waiting, in nanoseconds of CLOCK_MONOTONIC; 0 for never.
    uint64_t deadline;
    /// The method's name; not zero-terminated. Names that begin with PH_RESERVED_METHOD_PREFIX come from the host alone.
    const char *PH_NULLABLE method;
    uint64_t method_size;
    const uint8_t *PH_NULLABLE input;
    uint64_t input_size;
} ph_call_v1_t;

/// What the names of methods begin with by which the host invokes what a plugin has declared (RS-9), and that nobody else
/// can call: `ph.action/NAME`, `ph.event/NAME`, `ph.hook/NAME`, `ph.send/NAME` and `ph.task/NAME`. A plugin has no methods
/// of its own with such names.
#define PH_RESERVED_METHOD_PREFIX "ph."

#define PH_HEALTHY ((int32_t)0)
#define PH_DEGRADED ((int32_t)1)
#define PH_UNHEALTHY ((int32_t)2)

/// One running copy of a plugin. Filled in by `create`; a null function means the default, which does nothing and
/// succeeds. Only `execute` and `destroy` have no default.
///
/// The order of calls: load, initialise, start; then execute, refresh, save_state, check_health, statistics as they
/// come, pause and resume in between; then stop, unload, destroy. `restore_state` comes between initialise and start.
typedef struct ph_instance_v1 {
    /// `sizeof(ph_instance_v1_t)`; the host refuses anything else.
    uint32_t struct_size;
    uint32_t reserved;
    /// Owned by the plugin; handed back in every call.
    void *PH_NULLABLE context;
    /// [lifecycle & loading] Takes what the instance needs to exist.
    ph_status_t (*PH_NULLABLE load)(void *PH_NULLABLE context, const ph_sink_v1_t *PH_NONNULL error);
    /// [lifecycle & loaded] Applies the settings: one JSON object.
    ph_status_t (*PH_NULLABLE initialise)(
        void *PH_NULLABLE context, const uint8_t *PH_NULLABLE configuration, uint64_t size,
        const ph_sink_v1_t *PH_NONNULL error);
    /// [lifecycle & initialised, stopped] Starts work; returns only when calls can be served.
    ph_status_t (*PH_NULLABLE start)(void *PH_NULLABLE context, const ph_sink_v1_t *PH_NONNULL error);
    /// [lifecycle & running] Holds work of its own (threads, timers) so that the state does not change. The host pauses
    /// before it saves the state for a reload.
    ph_status_t (*PH_NULLABLE pause)(void *PH_NULLABLE context, const ph_sink_v1_t *PH_NONNULL error);
    /// [lifecycle & paused] Goes on after `pause`, with the state as it was.
    ph_status_t (*PH_NULLABLE resume)(void *PH_NULLABLE context, const ph_sink_v1_t *PH_NONNULL error);
    /// [lifecycle & running, paused] Ends work; no thread of the plugin's own may run after it returns.
    ph_status_t (*PH_NULLABLE stop)(void *PH_NULLABLE context, const ph_sink_v1_t *PH_NONNULL error);
    /// [lifecycle & loaded, initialised, stopped, error] Gives back what `load` took.
    ph_status_t (*PH_NULLABLE unload)(void *PH_NULLABLE context, const ph_sink_v1_t *PH_NONNULL error);
    /// [call & running] Serves one call: writes the answer to `answer`, or returns a status and writes a message to
    /// `error`. What was written to `answer` counts only with PH_OK.
    ph_status_t (*PH_NULLABLE execute)(
        void *PH_NULLABLE context, const ph_call_v1_t *PH_NONNULL call, const ph_sink_v1_t *PH_NONNULL answer,
        const ph_sink_v1_t *PH_NONNULL error);
    /// [lifecycle & running; with PH_FLAG_CONCURRENT it may run beside execute] Reads again what the plugin keeps
    /// from elsewhere (caches, files).
    ph_status_t (*PH_NULLABLE refresh)(void *PH_NULLABLE context, const ph_sink_v1_t *PH_NONNULL error);
    /// [lifecycle & running, paused] Writes the state and sets the schema version that it is written in. With
    /// PH_FLAG_CONCURRENT it may run beside `execute` while running (a checkpoint). Null: the plugin has no state,
    /// and a reload holds nobody.
    ph_status_t (*PH_NULLABLE save_state)(
        void *PH_NULLABLE context, uint32_t *PH_NONNULL schema, const ph_sink_v1_t *PH_NONNULL out,
        const ph_sink_v1_t *PH_NONNULL error);
    /// [lifecycle & initialised] The dry run: says whether `restore_state` would take this state, and changes nothing.
    /// Null: yes.
    ph_status_t (*PH_NULLABLE check_state)(
        void *PH_NULLABLE context, uint32_t schema, const ph_source_v1_t *PH_NONNULL state,
        const ph_sink_v1_t *PH_NONNULL error);
    /// [lifecycle & initialised, stopped] Takes over a state, migrating it from an older schema where it must. A
    /// plugin that returns a status has left its own state as it was.
    ph_status_t (*PH_NULLABLE restore_state)(
        void *PH_NULLABLE context, uint32_t schema, const ph_source_v1_t *PH_NONNULL state,
        const ph_sink_v1_t *PH_NONNULL error);
    /// [lifecycle & running; with PH_FLAG_CONCURRENT it may run beside execute] Sets `health` to PH_HEALTHY,
    /// PH_DEGRADED or PH_UNHEALTHY and writes why to `details`. A status other than PH_OK counts as unhealthy. Null:
    /// healthy.
    ph_status_t (*PH_NULLABLE check_health)(
        void *PH_NULLABLE context, int32_t *PH_NONNULL health, const ph_sink_v1_t *PH_NONNULL details);
    /// [lifecycle & running; with PH_FLAG_CONCURRENT it may run beside execute] Writes figures as one JSON object.
    ph_status_t (*PH_NULLABLE statistics)(void *PH_NULLABLE context, const ph_sink_v1_t *PH_NONNULL out);
    /// [lifecycle & any state] Is told of a failed lifecycle function and sets `recovered` to 1 if the plugin goes on
    /// nevertheless (LM-3), else to 0. `message` is lent.
    ph_status_t (*PH_NULLABLE on_error)(
        void *PH_NULLABLE context, ph_status_t status, const char *PH_NULLABLE message, uint64_t size,
        int32_t *PH_NONNULL recovered);
    /// [any] Returns the plugin's optional interface of that name, or null. Owned by the plugin; valid until `destroy`.
    const void *PH_NULLABLE (*PH_NULLABLE get_interface)(void *PH_NULLABLE context, const char *PH_NONNULL name);
    /// [lifecycle & any state but running] The last call on `context`.
    void (*PH_NULLABLE destroy)(void *PH_NULLABLE context);
} ph_instance_v1_t;

/// It was replaced, and serves as another generation.
#define PH_DEPENDENCY_RELOADED ((int32_t)1)
/// It has crashed, was stopped or was removed; calls of it wait or fail.
#define PH_DEPENDENCY_DOWN ((int32_t)2)
/// It serves again.
#define PH_DEPENDENCY_BACK ((int32_t)3)

/// An optional interface of an instance, under PH_DEPENDENCY_OBSERVER_V1: it is told what becomes of the plugins that it
/// depends on.
typedef struct ph_dependency_observer_v1 {
    uint32_t struct_size;
    uint32_t reserved;
    /// [lifecycle & running; with PH_FLAG_CONCURRENT it may run beside execute] `change`, one of PH_DEPENDENCY_…, has
    /// happened to the plugin `id`, whose generation is or was `generation`.
    void (*PH_NONNULL changed)(
        void *PH_NULLABLE context, const char *PH_NONNULL id, int32_t change, uint64_t generation);
} ph_dependency_observer_v1_t;
#define PH_DEPENDENCY_OBSERVER_V1 "ph.dependency-observer/1"

/// An optional interface of an instance, under PH_COMPONENTS_V1: what the plugin contributes (RS-9), and the names of its
/// methods, for people who look.
typedef struct ph_components_v1 {
    uint32_t struct_size;
    uint32_t reserved;
    /// [lifecycle & initialised] Writes methods, actions, handlers, hooks, gateways and tasks of this instance as one JSON object
    /// to `out`, in the form that the documentation for authors gives ("Declaring components"). `context` is that of the
    /// instance. It is asked once, after `initialise`. They are registered all together when the instance begins to serve,
    /// and are gone with it; one that can't be registered fails the load, and then nothing has changed.
    ph_status_t (*PH_NONNULL declare)(
        void *PH_NULLABLE context, const ph_sink_v1_t *PH_NONNULL out, const ph_sink_v1_t *PH_NONNULL error);
} ph_components_v1_t;
#define PH_COMPONENTS_V1 "ph.components/1"

/// An optional interface of an instance, under PH_CONFIGURABLE_V1: it takes new settings while it runs (PL-5).
typedef struct ph_configurable_v1 {
    uint32_t struct_size;
    uint32_t reserved;
    /// [lifecycle & running, paused; with PH_FLAG_CONCURRENT it may run beside execute] Takes over new settings: one JSON
    /// object with all of them. `context` is that of the instance. A status other than PH_OK means that the plugin goes on
    /// with those that it had.
    ph_status_t (*PH_NONNULL configure)(
        void *PH_NULLABLE context, const uint8_t *PH_NULLABLE configuration, uint64_t size,
        const ph_sink_v1_t *PH_NONNULL error);
} ph_configurable_v1_t;
#define PH_CONFIGURABLE_V1 "ph.configurable/1"

// -------------------------------------------------------------------------------------------------------------------
// The factory
// -------------------------------------------------------------------------------------------------------------------

#define PH_TYPE_CUSTOM ((int32_t)0)
#define PH_TYPE_LLM ((int32_t)1)
#define PH_TYPE_TOOL ((int32_t)2)
#define PH_TYPE_STORAGE ((int32_t)3)
#define PH_TYPE_MEMORY ((int32_t)4)
#define PH_TYPE_VECTOR_DB ((int32_t)5)
#define PH_TYPE_COMMUNICATION ((int32_t)6)
#define PH_TYPE_MONITOR ((int32_t)7)
#define PH_TYPE_SKILL ((int32_t)8)

#define PH_PRIORITY_LOW ((int32_t)0)
#define PH_PRIORITY_NORMAL ((int32_t)50)
#define PH_PRIORITY_HIGH ((int32_t)100)
#define PH_PRIORITY_CRITICAL ((int32_t)200)

/// `execute` may be called from several threads at once.
#define PH_FLAG_CONCURRENT ((uint32_t)1)
/// The state is saved after each call that ended well, before its answer is given: a crash of the plugin's process loses
/// nothing that a caller was told. Only for a plugin that runs in a process of its own; elsewhere it changes nothing.
#define PH_FLAG_SAVES_EACH_CALL ((uint32_t)2)
/// The plugin is paused, its calls held, while one that it depends on is replaced or down.
#define PH_FLAG_PAUSES_WITH_DEPENDENCIES ((uint32_t)4)

/// A list of texts. Owned by the plugin; `items` may be null if `count` is 0.
typedef struct ph_strings_v1 {
    const char *PH_NONNULL const *PH_NULLABLE items;
    uint64_t count;
} ph_strings_v1_t;

/// What a plugin is (PL-4). Owned by the plugin; valid for as long as its image is mapped.
typedef struct ph_descriptor_v1 {
    /// `sizeof(ph_descriptor_v1_t)`; the host refuses anything else.
    uint32_t struct_size;
    /// PH_FLAG_….
    uint32_t flags;
    /// 1 to 128 of `a-z A-Z 0-9 . _ -`, beginning with a letter or a digit. The plugin's name for as long as it lives.
    const char *PH_NONNULL id;
    const char *PH_NONNULL name;
    /// A semantic version: `1.4.0`, `2.0.0-rc.1+build.7`.
    const char *PH_NONNULL version;
    const char *PH_NULLABLE description;
    const char *PH_NULLABLE author;
    /// PH_TYPE_….
    int32_t type;
    /// PH_PRIORITY_… or a number between.
    int32_t priority;
    /// The name of the type, for PH_TYPE_CUSTOM.
    const char *PH_NULLABLE custom_type;
    /// Each `id`, or `id@version` for one that is compatible with that version (same major, not older).
    ph_strings_v1_t dependencies;
    ph_strings_v1_t capabilities;
    ph_strings_v1_t permissions;
    /// The schema versions of the state that `restore_state` reads, both included. 0 and 0: not declared, and then a
    /// state of the same major version is compatible (HR-7).
    uint32_t state_schema_minimum;
    uint32_t state_schema_maximum;
} ph_descriptor_v1_t;

/// What `ph_plugin_factory` returns. Owned by the plugin; valid for as long as its image is mapped.
typedef struct ph_factory_v1 {
    /// `sizeof(ph_factory_v1_t)`; the host refuses anything else.
    uint32_t struct_size;
    /// PH_ABI_MAJOR and PH_ABI_MINOR as the plugin was compiled with.
    uint32_t abi_major;
    uint32_t abi_minor;
    uint32_t reserved;
    const ph_descriptor_v1_t *PH_NULLABLE descriptor;
    /// [lifecycle] Fills in `instance`, which is the host's and was zeroed. `host` may be kept until `destroy` ends.
    ph_status_t (*PH_NULLABLE create)(
        const ph_host_v1_t *PH_NONNULL host, ph_instance_v1_t *PH_NONNULL instance,
        const ph_sink_v1_t *PH_NONNULL error);
} ph_factory_v1_t;

/// The name of the one function that a plugin exports:
/// `PH_EXPORT const ph_factory_v1_t *ph_plugin_factory(void);`
#define PH_FACTORY_SYMBOL "ph_plugin_factory"
typedef const ph_factory_v1_t *PH_NULLABLE (*ph_factory_function_t)(void);

// -------------------------------------------------------------------------------------------------------------------
// The manifest
// -------------------------------------------------------------------------------------------------------------------

/// "PHM1" in the file's bytes.
#define PH_MANIFEST_MAGIC ((uint32_t)0x314D4850)
#define PH_MANIFEST_SECTION "ph_manifest"
/// Written in Swift, by the SDK.
#define PH_MANIFEST_SWIFT ((uint32_t)1)

/// One record of the section `ph_manifest`, which a host reads from the file before any code of it runs. The section
/// may hold several records and may be absent. What a record leaves 0 it does not say.
typedef struct ph_manifest_v1 {
    /// PH_MANIFEST_MAGIC.
    uint32_t magic;
    /// `sizeof(ph_manifest_v1_t)`.
    uint32_t struct_size;
    uint32_t abi_major;
    uint32_t abi_minor;
    /// The Swift compiler: major * 10000 + minor * 100 + patch.
    uint32_t swift_version;
    /// PH_MANIFEST_….
    uint32_t flags;
    /// As in the descriptor.
    uint32_t state_schema_minimum;
    uint32_t state_schema_maximum;
} ph_manifest_v1_t;

#if defined(__GNUC__)
/// Keeps what nothing refers to from linkers that drop such sections.
#define PH_RETAIN
#if defined(__has_attribute)
#if __has_attribute(retain)
#undef PH_RETAIN
#define PH_RETAIN __attribute__((retain))
#endif
#endif
/// Puts a manifest into a plugin written in C or C++; use it once, at file level.
#define PH_MANIFEST(schema_minimum, schema_maximum)                                                                    \
    PH_RETAIN __attribute__((section(PH_MANIFEST_SECTION), used)) static const ph_manifest_v1_t ph_manifest_record = { \
        PH_MANIFEST_MAGIC, sizeof(ph_manifest_v1_t), PH_ABI_MAJOR, PH_ABI_MINOR, 0, 0, schema_minimum, schema_maximum}
#endif

#ifdef __cplusplus
}
#endif

#endif
