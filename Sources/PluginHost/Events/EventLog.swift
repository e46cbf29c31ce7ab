internal import Glibc
package import LinuxSystem
internal import Synchronization

/// The events of late on disk, one JSON object a line, in `events.jsonl` and, before that, `events.1.jsonl`.
///
/// The file is opened anew each time: events are rare, and whoever removes or truncates the file while the host
/// runs loses what was in it and nothing else. All functions block; any thread may call them.
package final class EventLog: Sendable {
    private let path: String
    private let limit: Int
    private let calls: FileCalls
    /// Held while a file is read or written: no event may move to the other file meanwhile.
    private let files = Mutex(())

    /// Names the log; the file is made with the first event.
    package init(path: String, limit: Int = 10_000_000, calls: FileCalls = .live) {
        self.path = path
        self.limit = limit
        self.calls = calls
    }

    /// Appends an event.
    package func append(_ event: PluginEvent) throws(PluginError) {
        try append([event])
    }

    /// Appends events with one write, so that a crash tears at most one line.
    package func append(_ events: [PluginEvent]) throws(PluginError) {
        var lines: [UInt8] = []
        for event in events { lines += try JSONCoding.encode(event) + [UInt8(ascii: "\n")] }
        do {
            try files.withLock { _ throws(SystemCallError) in
                var descriptor = try open()
                var size = try descriptor.status().size
                if size > 0, size > Int64(limit - lines.count) {
                    try calls.rename(path, rotatedPath)
                    descriptor = try open()
                    size = try descriptor.status().size
                }
                // What a crash or a full disk has torn stays one damaged line and does not take this one along.
                let isTorn = size == 0 ? false : try descriptor.byte(at: size - 1) != UInt8(ascii: "\n")
                try calls.write(all: isTorn ? [UInt8(ascii: "\n")] + lines : lines, to: descriptor)
            }
        } catch {
            throw .storage("append an event to", path, error)
        }
    }

    /// The last events, oldest first; lines that are damaged are passed over.
    package func recent(_ count: Int) throws(PluginError) -> [PluginEvent] {
        guard count > 0 else { return [] }
        do {
            return try files.withLock { _ throws(SystemCallError) in
                var events: [PluginEvent] = []
                for path in [path, rotatedPath] where events.count < count {
                    for line in try read(path).split(separator: UInt8(ascii: "\n")).reversed() {
                        guard events.count < count else { break }
                        // A line from a crash or from a newer host is no reason to show none of the others.
                        guard let event = try? JSONCoding.decode(PluginEvent.self, from: Array(line)) else { continue }
                        events.append(event)
                    }
                }
                return events.reversed()
            }
        } catch {
            throw .storage("read the events in", path, error)
        }
    }

    // MARK: Files

    private var rotatedPath: String {
        path.hasSuffix(".jsonl") ? "\(path.dropLast(6)).1.jsonl" : "\(path).1"
    }

    /// Opens the file; a pipe or a device in its place is refused, and nobody waits for who is at its other end.
    private func open() throws(SystemCallError) -> OwnedFileDescriptor {
        let flags = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
        let descriptor = try restarting { () throws(SystemCallError) in try calls.open(path, flags, 0o600) }
        guard try descriptor.status().kind == .regular else { throw SystemCallError(call: "open", code: EINVAL) }
        return descriptor
    }

    private func read(_ path: String) throws(SystemCallError) -> [UInt8] {
        do {
            return try OwnedFileDescriptor.open(path, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK).readToEnd()
        } catch {
            guard error.code == ENOENT else { throw error }
            return []
        }
    }
}

extension OwnedFileDescriptor {
    borrowing func byte(at offset: Int64) throws(SystemCallError) -> UInt8? {
        try withNumber { number throws(SystemCallError) in
            var byte: UInt8 = 0
            let taken = try retryingOnInterrupt("pread") { unsafe pread(number, &byte, 1, off_t(offset)) }
            return taken == 1 ? byte : nil
        }
    }
}
