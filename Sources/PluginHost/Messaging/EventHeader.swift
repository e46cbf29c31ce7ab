internal import FoundationEssentials

/// The first line of what a handler gets: an event's topic, id, source and time as a JSON object.
struct EventHeader: Sendable {
    /// The moment that was written last, as text: most events come within the millisecond of the one before.
    private var stamp: (milliseconds: Int64, text: String) = (.min, "")

    /// The line with its line feed; topics and sources have nothing in them that JSON escapes.
    mutating func line(topic: String, id: UInt64, source: String, time: Date) -> [UInt8] {
        let milliseconds = Int64((time.timeIntervalSince1970 * 1000).rounded())
        if stamp.milliseconds != milliseconds { stamp = (milliseconds, TimestampText.format(time)) }
        var line: [UInt8] = []
        line.reserveCapacity(96 + topic.utf8.count + source.utf8.count)
        line.append(contentsOf: #"{"topic":""#.utf8)
        line.append(contentsOf: topic.utf8)
        line.append(contentsOf: #"","id":""#.utf8)
        line.append(contentsOf: String(id).utf8)
        line.append(contentsOf: #"","source":""#.utf8)
        line.append(contentsOf: source.utf8)
        line.append(contentsOf: #"","time":""#.utf8)
        line.append(contentsOf: stamp.text.utf8)
        line.append(contentsOf: "\"}\n".utf8)
        return line
    }
}
