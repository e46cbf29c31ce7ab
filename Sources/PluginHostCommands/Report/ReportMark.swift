internal import PluginHost
internal import struct FoundationEssentials.Date

/// One thing that happened to a plugin and is worth a mark on its line.
struct ReportMark: Hashable, Sendable {
    /// What it was.
    enum MarkKind: String, Hashable, Sendable, CaseIterable {
        case loaded
        case reloaded
        case failed
        case rolledBack = "rolled-back"
        case crashed
        case restarted
        case removed
        case error

        /// The word for it.
        var word: String { self == .rolledBack ? "rolled back" : self == .failed ? "reload failed" : rawValue }
    }

    var plugin: String
    var kind: MarkKind
    var time: Date
    var generation: UInt64?
    /// How long it took.
    var seconds: Double?
    /// How long calls were held for it.
    var holdSeconds: Double?
    /// How long each step took.
    var phases: [ReloadResult.Phase]
    /// What else the event says.
    var text: String

    /// The mark in one sentence.
    var sentence: String {
        let parts = [
            "\(plugin): \(kind.word)", generation.map { "generation \($0)" }, seconds.map(FigureText.seconds),
            text.isEmpty ? nil : text, TimestampText.format(time),
        ]
        return StatusText.oneLine(parts.compactMap(\.self).joined(separator: ", "))
    }

    private init(_ kind: MarkKind, _ event: PluginEvent, _ plugin: String) {
        self.plugin = plugin
        self.kind = kind
        time = event.time
        generation = event.generation
        seconds = event.durationSeconds
        holdSeconds = event.holdSeconds
        phases = event.phases ?? []
        text = event.reason ?? event.error ?? ""
    }

    /// The marks that events make, oldest first.
    ///
    /// A rollback and the completion that follows it are one mark, and so are a failure and the completion that says that
    /// nothing more is tried.
    static func marks(of events: [PluginEvent]) -> [ReportMark] {
        var marks: [ReportMark] = []
        var last: [String: Int] = [:]
        for event in events {
            guard let plugin = event.plugin else { continue }
            if event.event == .reloadCompleted, let index = last[plugin], marks[index].takes(event) { continue }
            guard let kind = kind(of: event) else { continue }
            last[plugin] = marks.count
            marks.append(ReportMark(kind, event, plugin))
        }
        return marks
    }

    private static func kind(of event: PluginEvent) -> MarkKind? {
        switch event.event {
        case .loaded: .loaded
        case .reloadCompleted: event.success == false ? .failed : .reloaded
        case .reloadFailed: .failed
        case .rollbackTriggered: .rolledBack
        case .crashed: .crashed
        case .restarted: .restarted
        case .pluginRemoved: .removed
        case .error: .error
        default: nil
        }
    }

    /// Takes a completion that tells the rest of the same thing.
    private mutating func takes(_ event: PluginEvent) -> Bool {
        switch kind {
        case .rolledBack where event.success == true && generation == event.generation && seconds == nil: break
        case .failed where event.success == false && event.time.timeIntervalSince(time) < 60: return true
        default: return false
        }
        seconds = event.durationSeconds
        holdSeconds = event.holdSeconds
        phases = event.phases ?? []
        return true
    }
}
