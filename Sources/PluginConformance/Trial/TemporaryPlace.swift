internal import Glibc
internal import LinuxSystem

/// A directory of this user alone, for one check.
package struct TemporaryPlace: Sendable {
    /// Its path.
    package let path: String

    /// Makes a directory where temporary files lie.
    package init() throws(CheckEnd) {
        let above = ProcessFacts.environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        Self.sweep(above, changedBefore: MachineClock.now - 3600 * 1_000_000_000)
        var template = Array("\(above)/\(Self.prefix)\(getpid())-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else {
            let error = SystemCallError.last("mkdtemp")
            throw .skipped("no directory can be made in \(above): \(error); name another one in TMPDIR")
        }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Takes a directory that somebody else has made, and removes.
    init(at path: String) {
        self.path = path
    }

    /// Removes it with all that is in it.
    package func remove() {
        Self.remove(path)
    }

    private static func remove(_ path: String) {
        for name in (try? Directory.names(path)) ?? [] {
            let inner = "\(path)/\(name)"
            if (try? FileStatus.of(inner, followingLinks: false))??.kind == .directory {
                remove(inner)
            } else {
                unsafe unlink(inner)
            }
        }
        unsafe rmdir(path)
    }
}
