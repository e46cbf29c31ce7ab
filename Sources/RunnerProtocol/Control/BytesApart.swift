internal import Glibc
package import LinuxSystem
internal import PluginLoading

/// Bytes that are too many for a message, and travel beside it in a file in memory.
package enum BytesApart {
    /// So many fit into a message.
    package static let threshold = 64 << 10

    /// Puts bytes into a file whose size nobody can change.
    package static func put(_ bytes: [UInt8]) throws(SystemCallError) -> SharedFile {
        let file = try SharedFile(name: "plugin-request", size: Int64(bytes.count))
        try unsafe bytes.span.withUnsafeBytes { bytes throws(SystemCallError) in
            try unsafe file.write(bytes, at: 0)
        }
        return file
    }

    /// Takes over a file that the other side has sent, which may be anything.
    package static func take(_ descriptor: consuming OwnedFileDescriptor) throws(SystemCallError) -> SharedFile {
        let file = try SharedFile(adopting: descriptor)
        guard file.size <= Int64(ServiceCall.limit) else { throw SystemCallError(call: "pread", code: EFBIG) }
        return file
    }

    /// The bytes in a file that was taken over.
    package static func read(_ file: SharedFile) throws(SystemCallError) -> [UInt8] {
        try file.read(at: 0, count: Int(file.size))
    }
}
