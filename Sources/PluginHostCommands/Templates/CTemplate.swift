/// A plugin in C with a state.
enum CTemplate {
    static func files(_ names: TemplateNames) -> [TemplateFile] {
        [header(names), source(names), tests(names)]
    }

    private static func header(_ names: TemplateNames) -> TemplateFile {
        TemplateFile(
            "Sources/\(names.module)/include/\(names.module).h",
            """
            // What the tests see of the plugin: the one function that it exports.

            #ifndef PH_\(names.snake.uppercased())_H
            #define PH_\(names.snake.uppercased())_H

            #include "plugin_abi.h"

            PH_EXPORT const ph_factory_v1_t *PH_NULLABLE ph_plugin_factory(void);

            #endif
            """
        )
    }

    private static func source(_ names: TemplateNames) -> TemplateFile {
        TemplateFile(
            "Sources/\(names.module)/plugin.c",
            #"""
            // Counts. The value survives every reload. plugin_abi.h says what each function is called for, and when.

            #include "\#(names.module).h"

            #include <inttypes.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>

            /// What one instance keeps.
            typedef struct counter {
                int64_t value;
            } counter_t;

            /// The longest number in text, its sign and a zero byte included.
            enum { NUMBER_SIZE = 32 };

            /// Writes a message for people, and returns the status that goes with it.
            static ph_status_t fail(ph_status_t status, const char *message, const ph_sink_v1_t *error) {
                error->write(error->context, (const uint8_t *)message, strlen(message));
                return status;
            }

            /// Writes a number as text.
            static ph_status_t write_number(int64_t number, const ph_sink_v1_t *out) {
                char text[NUMBER_SIZE];
                int size = snprintf(text, sizeof text, "%" PRId64, number);
                return out->write(out->context, (const uint8_t *)text, (uint64_t)size);
            }

            /// Reads text that has to be a number and nothing else; returns 0 if it is none.
            static int read_number(const uint8_t *bytes, uint64_t size, int64_t *number) {
                char text[NUMBER_SIZE];
                if (size == 0 || size >= sizeof text) return 0;
                memcpy(text, bytes, size);
                text[size] = 0;
                char *end = NULL;
                intmax_t value = strtoimax(text, &end, 10);
                if (end != text + size || value == INTMAX_MIN || value == INTMAX_MAX) return 0;
                *number = value;
                return 1;
            }

            static int is(const ph_call_v1_t *call, const char *method) {
                return call->method_size == strlen(method) && memcmp(call->method, method, call->method_size) == 0;
            }

            static ph_status_t execute(
                void *context, const ph_call_v1_t *call, const ph_sink_v1_t *answer, const ph_sink_v1_t *error) {
                counter_t *counter = context;
                if (is(call, "value")) return write_number(counter->value, answer);
                if (!is(call, "increment")) return fail(PH_METHOD_NOT_FOUND, "there are only: increment, value", error);
                int64_t step = 1;
                if (call->input_size > 0 && !read_number(call->input, call->input_size, &step))
                    return fail(PH_BAD_PAYLOAD, "the method 'increment' takes a whole number, or nothing", error);
                if (__builtin_add_overflow(counter->value, step, &counter->value)) {
                    counter->value -= step;
                    return fail(PH_FAILED, "the counter can't count further", error);
                }
                return write_number(counter->value, answer);
            }

            static ph_status_t save_state(
                void *context, uint32_t *schema, const ph_sink_v1_t *out, const ph_sink_v1_t *error) {
                (void)error;
                *schema = 1;
                return write_number(((counter_t *)context)->value, out);
            }

            /// Reads a state, which is a number in text; a host may give it in pieces.
            static ph_status_t read_state(
                uint32_t schema, const ph_source_v1_t *state, int64_t *number, const ph_sink_v1_t *error) {
                uint8_t text[NUMBER_SIZE];
                uint64_t count = 0;
                while (count < sizeof text) {
                    uint64_t more = state->read(state->context, text + count, sizeof text - count);
                    if (more == 0) break;
                    count += more;
                }
                if (schema != 1 || count != state->size || !read_number(text, count, number))
                    return fail(PH_STATE_REFUSED, "the state is no number of schema 1", error);
                return PH_OK;
            }

            /// The dry run: would the state be taken?
            static ph_status_t check_state(
                void *context, uint32_t schema, const ph_source_v1_t *state, const ph_sink_v1_t *error) {
                (void)context;
                int64_t number;
                return read_state(schema, state, &number, error);
            }

            static ph_status_t restore_state(
                void *context, uint32_t schema, const ph_source_v1_t *state, const ph_sink_v1_t *error) {
                // Read in full before it is kept: a state that is refused changes nothing.
                int64_t number;
                ph_status_t status = read_state(schema, state, &number, error);
                if (status == PH_OK) ((counter_t *)context)->value = number;
                return status;
            }

            static void destroy(void *context) {
                free(context);
            }

            /// Fills in the functions that this plugin has; for all others the host knows a default.
            static ph_status_t create(const ph_host_v1_t *host, ph_instance_v1_t *instance, const ph_sink_v1_t *error) {
                if (host->struct_size != sizeof(ph_host_v1_t)) return fail(PH_UNSUPPORTED, "unknown host table", error);
                counter_t *counter = calloc(1, sizeof *counter);
                if (counter == NULL) return fail(PH_FAILED, "there is no memory", error);
                instance->struct_size = sizeof(ph_instance_v1_t);
                instance->context = counter;
                instance->execute = execute;
                instance->save_state = save_state;
                instance->check_state = check_state;
                instance->restore_state = restore_state;
                instance->destroy = destroy;
                return PH_OK;
            }

            static const ph_descriptor_v1_t descriptor = {
                .struct_size = sizeof(ph_descriptor_v1_t),
                .id = "\#(names.id)",
                .name = "\#(names.title)",
                .version = "1.0.0",
                .type = PH_TYPE_TOOL,
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

            // Lets a host see what this file is before any of its code runs: the schemas of the state that it reads.
            PH_MANIFEST(1, 1);

            const ph_factory_v1_t *ph_plugin_factory(void) {
                return &factory;
            }
            """#
        )
    }

    private static func tests(_ names: TemplateNames) -> TemplateFile {
        let imports = ["PluginSDK", "PluginTesting", "Testing", names.module].sorted().map { "import \($0)" }
        return TemplateFile(
            "Tests/\(names.module)Tests/\(names.module)Tests.swift",
            """
            \(imports.joined(separator: "\n"))

            @Suite("\(names.title)")
            struct \(names.module)Tests {
                @Test("counts, and goes on counting after a reload")
                func survivesReload() throws {
                    let plugin = try TestedPlugin(factory: ph_plugin_factory())
                    #expect(try plugin.call("increment", text: "41") == "41")
                    let next = try plugin.reload(into: ph_plugin_factory())
                    #expect(try next.call("increment", text: "") == "42")
                    #expect(try next.saveState() == SavedState("42", schema: 1, version: "1.0.0"))
                }

                @Test("refuses a state that it can't read", arguments: ["", "x", "1 ", "99999999999999999999"])
                func refusesGarbage(text: String) throws {
                    let failure = #expect(throws: PluginFailure.self) {
                        try TestedPlugin(factory: ph_plugin_factory(), state: SavedState(text, schema: 1))
                    }
                    #expect(failure?.code == .stateRefused)
                }

                @Test("counts no further than there are numbers")
                func ends() throws {
                    let plugin = try TestedPlugin(factory: ph_plugin_factory())
                    try plugin.call("increment", text: "9223372036854775806")
                    #expect(throws: PluginFailure("the counter can't count further")) {
                        try plugin.call("increment", text: "2")
                    }
                    #expect(try plugin.call("value", text: "") == "9223372036854775806")
                }
            }
            """
        )
    }
}
