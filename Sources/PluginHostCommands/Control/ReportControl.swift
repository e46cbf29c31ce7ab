package import PluginHost

/// What can be asked of a running host for reports.
package protocol ReportControl: Sendable {
    /// How the plugins have been, as far as they were asked, by their ids.
    func healthHistory() async -> [String: [HealthSpan]]
}
