/// Whether a version of a plugin may be offered a state of another (HR-7).
enum StateCompatibility {
    /// Refuses a state that the plugin's descriptor rules out.
    ///
    /// A plugin that declares the schemas it reads is offered those; one that declares none is offered a state of its own
    /// major version. What remains is for the dry run.
    static func check(
        schema: UInt32,
        savedBy version: String,
        for descriptor: PluginDescriptor
    ) throws(PluginError) {
        if descriptor.stateSchemaMaximum != 0 {
            let (low, high) = (descriptor.stateSchemaMinimum, descriptor.stateSchemaMaximum)
            guard (low...high).contains(schema) else {
                throw PluginError(
                    code: .stateRefused,
                    message:
                        "\(descriptor.id) \(descriptor.version) reads states of schema \(low == high ? "" : "\(low) to ")\(high), "
                        + "and the state that \(version) saved has schema \(schema); add a migration from \(schema)"
                )
            }
            return
        }
        guard let saved = SemanticVersion(version), let own = SemanticVersion(descriptor.version) else { return }
        guard saved.major == own.major else {
            throw PluginError(
                code: .stateRefused,
                message:
                    "\(descriptor.id) \(descriptor.version) declares no state schemas, so it is offered states of major "
                    + "version \(own.major) only, and this one was saved by \(version); declare the schemas that it reads"
            )
        }
    }
}
