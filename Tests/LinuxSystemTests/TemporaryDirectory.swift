import Glibc
import LinuxSystem

/// A directory for one test, removed with everything in it when the test ends.
struct TemporaryDirectory: ~Copyable {
    let path: String

    init() throws {
        var template = Array("/tmp/plugin-host-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemCallError.last("mkdtemp") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    /// The contents of a file in the directory; `nil` if there is none.
    func contents(_ name: String) -> [UInt8]? {
        try? OwnedFileDescriptor.open("\(path)/\(name)", flags: O_RDONLY).readToEnd()
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
