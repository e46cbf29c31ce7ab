import Glibc
import LinuxSystem

/// A directory for one test, removed with the files in it when the test ends.
struct TemporaryDirectory: ~Copyable {
    let path: String

    init() throws {
        var template = Array("/tmp/plugin-host-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemCallError.last("mkdtemp") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    /// Writes a file and gives its path.
    borrowing func file(_ name: String, _ text: String = "text") throws -> String {
        let path = "\(path)/\(name)"
        try AtomicFile.replace(path, with: Array(text.utf8), mode: 0o644)
        return path
    }

    private static func remove(_ path: String) {
        for name in (try? Directory.names(path)) ?? [] {
            let inner = "\(path)/\(name)"
            if (try? FileStatus.of(inner, followingLinks: false))??.kind == .directory {
                remove(inner)
            } else {
                unlink(inner)
            }
        }
        rmdir(path)
    }
}
