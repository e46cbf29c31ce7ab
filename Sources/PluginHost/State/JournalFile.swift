internal import Glibc
package import LinuxSystem

/// The journal of one plugin on disk: `journal.json`, replaced as a whole.
package struct JournalFile: Sendable {
    /// What was read.
    package struct Reading: Sendable {
        /// The journal; a fresh one if there was none or a damaged one.
        package var journal: PluginJournal
        /// What was wrong with the file, and what became of it; `nil` if nothing was.
        package var damage: String?
    }

    /// The file.
    package let path: String
    private let calls: FileCalls

    package init(path: String, calls: FileCalls = .live) {
        self.path = path
        self.calls = calls
    }

    /// Replaces the file; when the call returns, the journal is on the disk.
    package func save(_ journal: PluginJournal) throws(PluginError) {
        let bytes = try Self.encode(journal)
        do {
            try Directory.makeLasting(directory, calls: calls)
            try AtomicFile.replace(path, with: bytes, calls: calls)
        } catch {
            throw .storage("save the journal", path, error)
        }
    }

    /// Adds the journal to the files that are replaced together.
    func add(_ journal: PluginJournal, to batch: inout AtomicFileBatch) throws(PluginError) {
        let bytes = try Self.encode(journal)
        do {
            try batch.makeDirectory(directory)
            try batch.add(path, bytes)
        } catch {
            throw .storage("save the journal", path, error)
        }
    }

    private static func encode(_ journal: PluginJournal) throws(PluginError) -> [UInt8] {
        try JSONCoding.encode(journal, forPeople: true) + [UInt8(ascii: "\n")]
    }

    private var directory: String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "." }

    /// Reads the file; a damaged one is set aside, and a fresh journal begins after all generations that are known.
    package func load(
        afterAtLeast generation: @autoclosure () throws(PluginError) -> UInt64
    ) throws(PluginError) -> Reading {
        let bytes: [UInt8]
        do {
            bytes = try calls.read(path)
        } catch {
            switch error.code {
            case ENOENT: return Reading(journal: PluginJournal(after: try generation()))
            case EIO, EISDIR, ELOOP, EINVAL: return try setAside(error.description, after: try generation())
            default: throw .storage("read the journal", path, error)
            }
        }
        do {
            let journal = try JSONCoding.decode(PluginJournal.self, from: bytes)
            try journal.validate()
            return Reading(journal: journal)
        } catch {
            return try setAside(error.message, after: try generation())
        }
    }

    private func setAside(_ reason: String, after generation: UInt64) throws(PluginError) -> Reading {
        var number = 1
        do {
            while try FileStatus.of("\(path).damaged-\(number)", followingLinks: false) != nil { number += 1 }
            try calls.rename(path, "\(path).damaged-\(number)")
        } catch {
            throw .storage("set aside the damaged journal", path, error)
        }
        let fate = "it was set aside as \(path).damaged-\(number), and its history is lost"
        return Reading(
            journal: PluginJournal(after: generation),
            damage: "the journal \(path) is damaged: \(reason); \(fate)"
        )
    }
}
