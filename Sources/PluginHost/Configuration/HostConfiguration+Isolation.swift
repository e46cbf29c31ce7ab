extension HostConfiguration {
    /// Whether any plugin is to run in a process of its own.
    package var isolates: Bool {
        isolation != .inProcess || plugins.values.contains { ($0.isolation ?? .inProcess) != .inProcess }
    }
}
