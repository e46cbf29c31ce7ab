internal import struct FoundationEssentials.Date

/// Decides what becomes of a build that has crashed the host.
struct CrashVerdict: Hashable, Sendable {
    /// Two crashes of a build that far apart are not the same trouble.
    static let period = 3600.0

    /// Whether the build is set aside.
    let isSetAside: Bool
    /// Whether the plugin has crashed the host so often that it is not to run inside of it any more.
    let belongsInProcess: Bool
    /// How often the plugin has crashed the host.
    let count: Int

    /// Judges by the history that has this crash already; from so many crashes on, if any, a plugin belongs in a process.
    ///
    /// Where nothing is rolled back by itself, a build on probation has the chances of one that is past it.
    init(_ stay: HostCrash.Stay, _ history: CrashHistory, time: Date, isolationLimit: Int, rollsBack: Bool) {
        count = history.count
        belongsInProcess = isolationLimit > 0 && history.count >= isolationLimit
        let again = stay.build.map { history.count(of: $0, since: time.addingTimeInterval(-Self.period)) > 1 } ?? false
        isSetAside = again || stay.stage != .committed && (rollsBack || stay.stage != .probation)
    }
}
