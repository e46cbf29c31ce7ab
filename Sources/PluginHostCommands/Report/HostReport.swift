internal import PluginHost
internal import struct FoundationEssentials.Date

/// What a report is made of, as a host has told it at one moment.
struct HostReport: Hashable, Sendable, Codable {
    /// When it was told.
    var time: Date
    /// How the host and its plugins stand.
    var status: HostStatus
    /// The events that are kept, oldest first.
    var events: [PluginEvent]
    /// How the plugins have been in this run, as far as they were asked.
    var health: [String: [HealthSpan]]
    /// The crashes that are kept, oldest first.
    var crashes: [CrashReport]

    /// Asks a host.
    static func ask(_ client: inout ControlClient) throws(ControlClientError) -> HostReport {
        HostReport(
            time: Date(),
            status: try client.request("status").result(),
            events: try client.request("events").result(),
            health: try client.request("health.history").result(),
            crashes: try client.request("crashes").result()
        )
    }
}
