internal import CLinux
internal import Glibc

/// Stream sockets that have a path in the file system.
package enum UnixSocket {
    /// Connects to the server at the path.
    package static func connect(_ path: String) throws(SystemCallError) -> SocketChannel {
        let descriptor = try make()
        let number = descriptor.number
        try unsafe withAddress(path) { address, size throws(SystemCallError) in
            guard unsafe Glibc.connect(number, address, size) == 0 else { throw .last("connect") }
        }
        return try SocketChannel(adopting: descriptor)
    }

    /// Creates an unconnected socket.
    static func make() throws(SystemCallError) -> OwnedFileDescriptor {
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let number = socket(AF_UNIX, kind, 0)
        guard number >= 0 else { throw .last("socket") }
        return OwnedFileDescriptor(adopting: number)
    }

    /// Lends the kernel's form of a path; one that is too long for it fails with ENAMETOOLONG.
    ///
    /// An abstract address is a name in no file system; its first character stands for the zero that marks it.
    static func withAddress(
        _ path: String,
        isAbstract: Bool = false,
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws(SystemCallError) -> Void
    ) throws(SystemCallError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard !bytes.isEmpty, !bytes.contains(0) else { throw SystemCallError(call: "bind", code: EINVAL) }
        // One byte is for the zero at the end.
        guard bytes.count < room else { throw SystemCallError(call: "bind", code: ENAMETOOLONG) }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { path in
            unsafe path.copyBytes(from: bytes)
            if isAbstract { unsafe path[0] = 0 }
        }
        // The zeros behind an abstract name would be part of it.
        let size = socklen_t(MemoryLayout<sockaddr_un>.size - (isAbstract ? room - bytes.count : 0))
        let result = unsafe withUnsafePointer(to: &address) { pointer -> Result<Void, SystemCallError> in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                do throws(SystemCallError) {
                    return .success(try unsafe body(generic, size))
                } catch {
                    return .failure(error)
                }
            }
        }
        try result.get()
    }
}
