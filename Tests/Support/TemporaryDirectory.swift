internal import Glibc
internal import LinuxSystem

/// A directory for one test, removed with everything in it when the test ends.
package struct TemporaryDirectory: ~Copyable, Sendable {
    package let path: String

    package init() throws {
        var template = Array("/tmp/plugin-host-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemCallError.last("mkdtemp") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    /// The contents of a file in the directory; `nil` if there is none.
    package func contents(_ name: String) -> [UInt8]? {
        try? OwnedFileDescriptor.open("\(path)/\(name)", flags: O_RDONLY).readToEnd()
    }

    /// Writes a file and gives its path.
    @discardableResult
    package func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = "\(path)/\(name)"
        try OwnedFileDescriptor.open(file, flags: O_WRONLY | O_CREAT | O_TRUNC).write(bytes)
        return file
    }

    /// Writes a file of text and gives its path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
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
