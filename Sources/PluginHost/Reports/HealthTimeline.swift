internal import LinuxSystem
package import struct FoundationEssentials.Date

/// How a plugin has been, as far as it was asked: the newest spans, of which each has any number of checks.
package struct HealthTimeline: Hashable, Sendable {
    /// How many spans are kept; the oldest go.
    package static let limit = 128

    /// The spans, oldest first.
    package private(set) var spans: [HealthSpan] = []

    package init() {}

    /// Takes the answer to a check.
    ///
    /// A span goes on only while the same generation gives the same level and no check has been left out in between.
    package mutating func note(
        _ level: String,
        _ details: String,
        of generation: UInt64,
        at time: Date,
        every interval: Duration
    ) {
        if let last = spans.last, last.level == level, last.generation == generation, last.last <= time,
            time.timeIntervalSince(last.last) <= interval.inSeconds * 2
        {
            spans[spans.count - 1].details = details
            spans[spans.count - 1].last = time
            spans[spans.count - 1].checks += 1
            return
        }
        if spans.count == Self.limit { spans.removeFirst() }
        spans.append(HealthSpan(level: level, details: details, generation: generation, time: time))
    }
}
