import CPluginABI

/// One struct of the contract as Swift sees it.
struct Layout {
    /// One field of it.
    struct Field {
        let name: String
        let offset: Int
        let size: Int
    }

    let name: String
    let size: Int
    let fields: [Field]

    private init<Root>(_ type: Root.Type, _ name: String, _ fields: [Field?]) {
        self.name = name
        size = MemoryLayout<Root>.size
        self.fields = fields.compactMap { $0 }
    }

    private static func field<Root, Value>(_ name: String, _ path: KeyPath<Root, Value>) -> Field? {
        MemoryLayout<Root>.offset(of: path).map { Field(name: name, offset: $0, size: MemoryLayout<Value>.size) }
    }

    /// All structs of the header, in its order.
    static let all = [
        Layout(
            ph_sink_v1_t.self,
            "ph_sink_v1_t",
            [
                field("context", \ph_sink_v1_t.context),
                field("write", \ph_sink_v1_t.write),
            ]
        ),
        Layout(
            ph_source_v1_t.self,
            "ph_source_v1_t",
            [
                field("context", \ph_source_v1_t.context),
                field("size", \ph_source_v1_t.size),
                field("read", \ph_source_v1_t.read),
            ]
        ),
        Layout(
            ph_service_v1_t.self,
            "ph_service_v1_t",
            [
                field("struct_size", \ph_service_v1_t.struct_size),
                field("reserved", \ph_service_v1_t.reserved),
                field("context", \ph_service_v1_t.context),
                field("request", \ph_service_v1_t.request),
            ]
        ),
        Layout(
            ph_host_v1_t.self,
            "ph_host_v1_t",
            [
                field("struct_size", \ph_host_v1_t.struct_size),
                field("abi_minor", \ph_host_v1_t.abi_minor),
                field("context", \ph_host_v1_t.context),
                field("host_id", \ph_host_v1_t.host_id),
                field("log", \ph_host_v1_t.log),
                field("emit", \ph_host_v1_t.emit),
                field("read_configuration", \ph_host_v1_t.read_configuration),
                field("get_interface", \ph_host_v1_t.get_interface),
            ]
        ),
        Layout(
            ph_call_v1_t.self,
            "ph_call_v1_t",
            [
                field("struct_size", \ph_call_v1_t.struct_size),
                field("reserved", \ph_call_v1_t.reserved),
                field("id", \ph_call_v1_t.id),
                field("deadline", \ph_call_v1_t.deadline),
                field("method", \ph_call_v1_t.method),
                field("method_size", \ph_call_v1_t.method_size),
                field("input", \ph_call_v1_t.input),
                field("input_size", \ph_call_v1_t.input_size),
            ]
        ),
        Layout(
            ph_instance_v1_t.self,
            "ph_instance_v1_t",
            [
                field("struct_size", \ph_instance_v1_t.struct_size),
                field("reserved", \ph_instance_v1_t.reserved),
                field("context", \ph_instance_v1_t.context),
                field("load", \ph_instance_v1_t.load),
                field("initialise", \ph_instance_v1_t.initialise),
                field("start", \ph_instance_v1_t.start),
                field("pause", \ph_instance_v1_t.pause),
                field("resume", \ph_instance_v1_t.resume),
                field("stop", \ph_instance_v1_t.stop),
                field("unload", \ph_instance_v1_t.unload),
                field("execute", \ph_instance_v1_t.execute),
                field("refresh", \ph_instance_v1_t.refresh),
                field("save_state", \ph_instance_v1_t.save_state),
                field("check_state", \ph_instance_v1_t.check_state),
                field("restore_state", \ph_instance_v1_t.restore_state),
                field("check_health", \ph_instance_v1_t.check_health),
                field("statistics", \ph_instance_v1_t.statistics),
                field("on_error", \ph_instance_v1_t.on_error),
                field("get_interface", \ph_instance_v1_t.get_interface),
                field("destroy", \ph_instance_v1_t.destroy),
            ]
        ),
        Layout(
            ph_dependency_observer_v1_t.self,
            "ph_dependency_observer_v1_t",
            [
                field("struct_size", \ph_dependency_observer_v1_t.struct_size),
                field("reserved", \ph_dependency_observer_v1_t.reserved),
                field("changed", \ph_dependency_observer_v1_t.changed),
            ]
        ),
        Layout(
            ph_components_v1_t.self,
            "ph_components_v1_t",
            [
                field("struct_size", \ph_components_v1_t.struct_size),
                field("reserved", \ph_components_v1_t.reserved),
                field("declare", \ph_components_v1_t.declare),
            ]
        ),
        Layout(
            ph_configurable_v1_t.self,
            "ph_configurable_v1_t",
            [
                field("struct_size", \ph_configurable_v1_t.struct_size),
                field("reserved", \ph_configurable_v1_t.reserved),
                field("configure", \ph_configurable_v1_t.configure),
            ]
        ),
        Layout(
            ph_strings_v1_t.self,
            "ph_strings_v1_t",
            [
                field("items", \ph_strings_v1_t.items),
                field("count", \ph_strings_v1_t.count),
            ]
        ),
        Layout(
            ph_descriptor_v1_t.self,
            "ph_descriptor_v1_t",
            [
                field("struct_size", \ph_descriptor_v1_t.struct_size),
                field("flags", \ph_descriptor_v1_t.flags),
                field("id", \ph_descriptor_v1_t.id),
                field("name", \ph_descriptor_v1_t.name),
                field("version", \ph_descriptor_v1_t.version),
                field("description", \ph_descriptor_v1_t.description),
                field("author", \ph_descriptor_v1_t.author),
                field("type", \ph_descriptor_v1_t.type),
                field("priority", \ph_descriptor_v1_t.priority),
                field("custom_type", \ph_descriptor_v1_t.custom_type),
                field("dependencies", \ph_descriptor_v1_t.dependencies),
                field("capabilities", \ph_descriptor_v1_t.capabilities),
                field("permissions", \ph_descriptor_v1_t.permissions),
                field("state_schema_minimum", \ph_descriptor_v1_t.state_schema_minimum),
                field("state_schema_maximum", \ph_descriptor_v1_t.state_schema_maximum),
            ]
        ),
        Layout(
            ph_factory_v1_t.self,
            "ph_factory_v1_t",
            [
                field("struct_size", \ph_factory_v1_t.struct_size),
                field("abi_major", \ph_factory_v1_t.abi_major),
                field("abi_minor", \ph_factory_v1_t.abi_minor),
                field("reserved", \ph_factory_v1_t.reserved),
                field("descriptor", \ph_factory_v1_t.descriptor),
                field("create", \ph_factory_v1_t.create),
            ]
        ),
        Layout(
            ph_manifest_v1_t.self,
            "ph_manifest_v1_t",
            [
                field("magic", \ph_manifest_v1_t.magic),
                field("struct_size", \ph_manifest_v1_t.struct_size),
                field("abi_major", \ph_manifest_v1_t.abi_major),
                field("abi_minor", \ph_manifest_v1_t.abi_minor),
                field("swift_version", \ph_manifest_v1_t.swift_version),
                field("flags", \ph_manifest_v1_t.flags),
                field("state_schema_minimum", \ph_manifest_v1_t.state_schema_minimum),
                field("state_schema_maximum", \ph_manifest_v1_t.state_schema_maximum),
            ]
        ),
    ]
}
