internal import PluginHost
internal import PluginLoading

extension ConformanceCheck {
    static let components = ConformanceCheck(
        "components",
        "the components that it declares are well formed",
        promise: "declare writes the actions, handlers, hooks, gateways and tasks of this instance as one JSON object "
            + "(plugin_abi.h, ph_components_v1; RS-9).",
        hint:
            "The form is in the documentation for authors, \"Declaring components\"; 'plugin-host components' shows those of a "
            + "plugin that runs."
    ) { (trial) throws(CheckEnd) in
        let subject = try trial.create()
        try subject.live(.load, .initialise, .unload)
        subject.destroy()
        guard let declared = subject.declared, !declared.isEmpty else { throw .skipped("it declares no components") }
        guard declared.count <= ServiceCall.limit else {
            throw .violated("it declares components in \(declared.count) bytes; \(ServiceCall.limit) can be taken")
        }
        do throws(PluginError) {
            let found = try ComponentDeclaration(reading: declared)
            let counts = [
                ("actions", found.actions.count), ("handlers", found.handlers.count), ("hooks", found.hooks.count),
                ("gateways", found.gateways.count), ("tasks", found.tasks.count),
            ]
            return counts.filter { $0.1 > 0 }.map { "\($0.0): \($0.1)" }.joined(separator: ", ")
        } catch {
            throw .violated(error.message)
        }
    }
}
