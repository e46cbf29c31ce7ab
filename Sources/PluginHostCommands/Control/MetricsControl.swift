package import PluginHost

/// What can be asked of a running host about its metrics.
package protocol MetricsControl: Sendable {
    /// What the host counts and measures, as text.
    func metrics(in format: MetricsFormat) async -> String
}
