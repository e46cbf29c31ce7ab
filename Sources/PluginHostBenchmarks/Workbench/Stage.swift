internal import LinuxSystem
internal import PluginHost

/// A host on a directory of its own, used as any program would use it.
struct Stage {
    /// Where files are written before they are renamed into the plugin directory, on the same file system.
    let staging: String
    let plugins: String
    let host: PluginHost

    /// Makes the directories and the host, without starting it.
    init(_ bench: Bench, _ name: String, _ change: (inout HostConfiguration) -> Void = { _ in }) throws {
        staging = try bench.directory("\(name)/staging")
        plugins = try bench.directory("\(name)/plugins")
        var configuration = HostConfiguration(
            pluginDirectories: [plugins],
            stateDirectory: try bench.directory("\(name)/state")
        )
        configuration.imageDirectory = try bench.images(name)
        // A host that reloads thousands of times does so because of us: what is measured is one reload, not the protection
        // from a flood.
        configuration.maximumEventsPerSecond = 1_000_000
        configuration.retiredGenerationsWarning = 1_000_000
        // The benchmarks of trials switch them on.
        configuration.probesBuilds = false
        change(&configuration)
        host = try PluginHost(configuration) { record in
            guard record.level >= .warning else { return }
            StandardError.say("\(record.name): \(record.message)")
        }
    }
}
