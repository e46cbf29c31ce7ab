internal import Glibc
internal import LinuxSystem

/// Makes lines for the log out of what a program prints, and never more than so many.
///
/// Whatever is printed is taken; what is too much is counted, so that a talkative program neither waits nor fills memory.
struct ProgramOutput {
    /// How many lines are logged within a second; more are dropped.
    let linesPerSecond: Int
    /// How many bytes of a line are logged; the rest is dropped.
    let lineLength: Int

    /// How many bytes were dropped in all.
    private(set) var droppedBytes = 0
    /// The beginning of a line whose end has not come.
    private var line: [UInt8] = []
    /// What is left of the line was dropped up to now, and so is its rest.
    private var isSkipping = false
    private var window: MonotonicInstant?
    private var linesInWindow = 0
    private var droppedInWindow = 0

    init(linesPerSecond: Int = 100, lineLength: Int = 4096) {
        self.linesPerSecond = linesPerSecond
        self.lineLength = lineLength
    }

    /// When it has to be said that something was dropped; `nil` if nothing was.
    var noticeTime: MonotonicInstant? {
        droppedInWindow == 0 ? nil : window?.advanced(by: .seconds(1))
    }

    /// What was dropped in a second that is over, in words.
    mutating func notice(now: MonotonicInstant) -> String? {
        guard let window, window.duration(to: now) >= .seconds(1) else { return nil }
        self.window = nil
        linesInWindow = 0
        return takeNotice()
    }

    /// Takes what was printed, and gives back the lines to log.
    mutating func take(_ bytes: [UInt8], now: MonotonicInstant) -> [String] {
        var lines: [String] = []
        if let notice = notice(now: now) { lines.append(notice) }
        if window == nil { window = now }
        var rest = bytes[...]
        while let first = rest.first {
            guard linesInWindow < linesPerSecond else {
                drop(line.count + rest.count)
                line = []
                isSkipping = rest.last != UInt8(ascii: "\n")
                break
            }
            // The most common case of all at a high rate: nothing to look for.
            let end = first == UInt8(ascii: "\n") ? rest.startIndex : Self.lineFeed(in: rest)
            append(rest[..<(end ?? rest.endIndex)])
            guard let end else { break }
            rest = rest[(end + 1)...]
            if let text = endLine() { lines.append(text) }
        }
        return lines
    }

    /// Gives back what has no line feed behind it, unless that is not wanted, and the last notice.
    mutating func end(droppingRest: Bool = false) -> [String] {
        let text = line.isEmpty || droppingRest ? nil : endLine()
        // Whoever prints next begins with a line of its own.
        isSkipping = false
        return [text, takeNotice()].compactMap(\.self)
    }

    private mutating func append(_ more: ArraySlice<UInt8>) {
        let room = isSkipping ? 0 : lineLength - line.count
        line += more.prefix(room)
        guard more.count > room else { return }
        isSkipping = true
        drop(more.count - room)
    }

    private mutating func endLine() -> String? {
        defer {
            line = []
            isSkipping = false
        }
        // The rest of a line whose beginning was dropped.
        if line.isEmpty, isSkipping { return nil }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        linesInWindow += 1
        return String(decoding: line, as: UTF8.self) + (isSkipping ? "…" : "")
    }

    private mutating func drop(_ count: Int) {
        droppedBytes += count
        droppedInWindow += count
    }

    private mutating func takeNotice() -> String? {
        guard droppedInWindow > 0 else { return nil }
        defer { droppedInWindow = 0 }
        let limit = "at most \(linesPerSecond) lines a second, of \(lineLength) bytes each, are logged"
        return "\(droppedInWindow) bytes more were printed and are not logged: \(limit)"
    }

    private static func lineFeed(in bytes: ArraySlice<UInt8>) -> Int? {
        unsafe bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress,
                let found = unsafe memchr(base, CInt(UInt8(ascii: "\n")), buffer.count)
            else { return nil }
            return unsafe bytes.startIndex + (UnsafeRawPointer(found) - base)
        }
    }
}
