internal import LinuxSystem

/// Calls plugins for the tasks that they have.
struct TaskCaller: ComponentCaller {
    let places: PluginPlaces

    func call(
        _ plugin: String,
        _ method: String,
        _ input: [UInt8],
        deadline: MonotonicInstant
    ) throws(PluginError) -> [UInt8] {
        let timeout = max(MonotonicInstant.now.duration(to: deadline), .zero)
        return try places.handle(of: plugin).call(method, input, timeout: timeout)
    }
}
