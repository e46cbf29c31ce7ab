package import struct FoundationEssentials.Date

/// How often the builds of one plugin have crashed a host.
package struct CrashHistory: Hashable, Sendable, Codable {
    /// One crash.
    package struct Crash: Hashable, Sendable, Codable {
        package var build: String
        package var time: Date
    }

    private static let limit = 16

    /// How many there were.
    package private(set) var count = 0
    /// The last ones, oldest first.
    package private(set) var latest: [Crash] = []

    package init() {}

    /// Adds one.
    mutating func add(_ build: String, at time: Date) {
        count = count == .max ? .max : max(count, 0) + 1
        latest.append(Crash(build: build, time: time))
        latest.removeFirst(max(0, latest.count - Self.limit))
    }

    /// Whether a build is among the last ones.
    func includes(_ build: String) -> Bool {
        latest.contains { $0.build == build }
    }

    /// How often a build has crashed a host since a moment.
    func count(of build: String, since time: Date) -> Int {
        latest.count { $0.build == build && $0.time >= time }
    }
}
