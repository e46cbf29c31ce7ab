import Glibc
import LinuxSystem

/// A directory that is gone when the test is.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/plugin-host-commands-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemCallError.last("mkdtemp") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { Self.remove(path) }

    func write(_ text: String, to name: String) throws {
        let descriptor = try OwnedFileDescriptor.open("\(path)/\(name)", flags: O_WRONLY | O_CREAT | O_TRUNC)
        try descriptor.write(Array(text.utf8))
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
