internal import PluginHost
internal import struct FoundationEssentials.Date

/// What a report is made of, as a host has told it at one moment, or as one that does not run has left it.
struct HostReport: Hashable, Sendable, Codable {
    /// When it was told.
    var time: Date
    /// How the host and its plugins stand; `nil` if no host was asked.
    var status: HostStatus?
    /// The state directory that was read because no host was asked.
    var stateDirectory: String?
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

    /// Reads what a host has left; `nil` if there is nothing.
    static func read(_ directory: String) throws(PluginError) -> HostReport? {
        let events = try EventLog(path: "\(directory)/events.jsonl").recent(1000)
        let crashes = try StateDirectory.crashes(in: directory, of: nil)
        guard !events.isEmpty || !crashes.isEmpty else { return nil }
        return HostReport(time: Date(), stateDirectory: directory, events: events, health: [:], crashes: crashes)
    }

    /// The plugins that a host has told of.
    var plugins: [PluginStatus] { status?.plugins ?? [] }
}
