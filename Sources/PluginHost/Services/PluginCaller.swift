internal import LinuxSystem

/// Calls plugins for other plugins, and components for the host.
struct PluginCaller: ComponentCaller {
    let places: PluginPlaces

    func call(
        _ plugin: String,
        _ method: String,
        _ input: [UInt8],
        deadline: MonotonicInstant
    ) throws(PluginError) -> [UInt8] {
        try places.handle(of: plugin).call(method, input, timeout: MonotonicInstant.now.duration(to: deadline))
    }
}
