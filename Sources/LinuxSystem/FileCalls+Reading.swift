internal import Glibc

extension FileCalls {
    /// Reads all of a file, which has so many bytes at most.
    ///
    /// What is none is refused: with EISDIR, with ELOOP for a link unless these are followed, and with EINVAL for a pipe or a device,
    /// with which whoever opens it would wait for its other end.
    package func read(
        _ path: String,
        limit: Int = .max,
        followingLinks: Bool = false
    ) throws(SystemCallError) -> [UInt8] {
        let flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | (followingLinks ? 0 : O_NOFOLLOW)
        let descriptor = try restarting { () throws(SystemCallError) in try open(path, flags, 0) }
        guard try descriptor.status().kind != .other else {
            throw SystemCallError(call: "open of what is no file", code: EINVAL)
        }
        return try descriptor.readToEnd(limit: limit)
    }
}
