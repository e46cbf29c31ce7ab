internal import Glibc
package import LinuxSystem

/// A log on disk, one JSON object a line, which begins anew when it is full: `NAME.log`, before that `NAME.1.log`, and so on
/// (CH-4).
///
/// The file is opened anew for each batch: whoever moves, truncates or removes it while the host runs loses nothing but what
/// was in it, and the next batch begins another. All functions block; one thread at a time may call them.
package struct LogFile: Sendable {
    /// The file that is written to.
    package let path: String
    private let limit: Int
    private let kept: Int
    private let calls: FileCalls

    /// Names the file, which is made with the first record, and says how many full ones are kept beside it.
    package init(path: String, limit: Int = 10_000_000, kept: Int = 5, calls: FileCalls = .live) {
        self.path = path
        self.limit = limit
        self.kept = kept
        self.calls = calls
    }

    /// Where the log lies in a state directory if nothing else is configured.
    package static func standardPath(stateDirectory: String) -> String { "\(stateDirectory)/logs/plugin-host.log" }

    /// Appends records, with as few writes as go; a crash or a full disk tears at most one line.
    package func append(_ records: [LogRecord]) throws(PluginError) {
        var lines: [UInt8] = []
        for record in records { lines += try JSONCoding.encode(record.json) + [UInt8(ascii: "\n")] }
        do {
            var descriptor = try open()
            var size = try descriptor.status().size
            if size > 0, size > Int64(limit - lines.count) {
                try rotate()
                descriptor = try open()
                size = try descriptor.status().size
            }
            let isTorn = size == 0 ? false : try descriptor.byte(at: size - 1) != UInt8(ascii: "\n")
            try calls.write(all: isTorn ? [UInt8(ascii: "\n")] + lines : lines, to: descriptor)
        } catch {
            throw .storage("write the log", path, error)
        }
    }

    /// The last records that are wanted, oldest first; lines that are damaged are passed over.
    package func recent(_ count: Int, where isWanted: (LogRecord) -> Bool) throws(PluginError) -> [LogRecord] {
        var records: [LogRecord] = []
        do {
            for number in 0...kept where records.count < count {
                for line in try read(self.path(number)).split(separator: UInt8(ascii: "\n")).reversed() {
                    guard records.count < count else { break }
                    guard let record = try? JSONCoding.decode(LogRecord.self, from: Array(line)), isWanted(record)
                    else {
                        continue
                    }
                    records.append(record)
                }
            }
        } catch {
            throw .storage("read the log", path, error)
        }
        return records.reversed()
    }

    /// Removes files beyond the number to keep, which a larger one has left.
    package func removeSurplus() throws(PluginError) {
        do {
            var number = kept + 1
            while try FileStatus.of(path(number), followingLinks: false)?.kind == .regular {
                try calls.remove(path(number))
                number += 1
            }
        } catch {
            throw .storage("remove an old log beside", path, error)
        }
    }

    // MARK: Files

    private func path(_ number: Int) -> String {
        guard number > 0 else { return path }
        return path.hasSuffix(".log") ? "\(path.dropLast(4)).\(number).log" : "\(path).\(number)"
    }

    private func rotate() throws(SystemCallError) {
        guard kept > 0 else { return try calls.remove(path) }
        for number in stride(from: kept - 1, through: 0, by: -1) {
            do throws(SystemCallError) {
                try calls.rename(path(number), path(number + 1))
            } catch {
                // Somebody has moved one of them away.
                guard error.code == ENOENT else { throw error }
            }
        }
    }

    private func open() throws(SystemCallError) -> OwnedFileDescriptor {
        let flags = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
        let descriptor: OwnedFileDescriptor
        do {
            descriptor = try restarting { () throws(SystemCallError) in try calls.open(path, flags, 0o600) }
        } catch {
            guard error.code == ENOENT, let slash = path.lastIndex(of: "/") else { throw error }
            try Directory.make(String(path[..<slash]))
            descriptor = try restarting { () throws(SystemCallError) in try calls.open(path, flags, 0o600) }
        }
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
