internal import PluginHost

extension PluginStatus {
    /// The bytes of memory of its own process; `nil` where it has none, or nobody can tell.
    var memoryBytes: Int? { memory.map { $0.proportionalBytes ?? $0.residentBytes } }
}
