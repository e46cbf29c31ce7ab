internal import Glibc

extension OwnedFileDescriptor {
    /// Opens a file; the descriptor is never inherited by children.
    package static func open(
        _ path: String,
        flags: CInt,
        mode: UInt32 = 0o600
    ) throws(SystemCallError) -> OwnedFileDescriptor {
        let number = try retryingOnInterrupt("open") { unsafe Glibc.open(path, flags | O_CLOEXEC, mode) }
        return OwnedFileDescriptor(adopting: number)
    }

    /// What the kernel knows of the file.
    package borrowing func status() throws(SystemCallError) -> FileStatus {
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { throw .last("fstat") }
        return FileStatus(status)
    }

    /// Changes the permission bits of the file.
    package borrowing func setMode(_ mode: UInt32) throws(SystemCallError) {
        guard fchmod(number, mode) == 0 else { throw .last("fchmod") }
    }

    /// Finds room for a file of that size, which reads as zeros.
    package borrowing func reserve(_ size: Int) throws(SystemCallError) {
        let code = posix_fallocate(number, 0, off_t(size))
        guard code == 0 else { throw SystemCallError(call: "posix_fallocate", code: code) }
    }

    /// Cuts the file off, or makes it longer with zeros.
    package borrowing func truncate(to size: Int) throws(SystemCallError) {
        guard ftruncate(number, off_t(size)) == 0 else { throw .last("ftruncate") }
    }

    /// Reads from the present position to the end; a file that is larger than the limit fails with EFBIG.
    package borrowing func readToEnd(limit: Int = .max) throws(SystemCallError) -> [UInt8] {
        let status = try status()
        let expected = Int(status.size)
        guard expected <= limit else { throw SystemCallError(call: "read", code: EFBIG) }
        var bytes = [UInt8](repeating: 0, count: max(expected + 1, 4096))
        var filled = 0
        while true {
            if filled == bytes.count {
                guard filled <= limit else { throw SystemCallError(call: "read", code: EFBIG) }
                bytes.append(contentsOf: repeatElement(0, count: max(4096, filled)))
            }
            let start = filled
            let taken = try retryingOnInterrupt("read") {
                unsafe bytes.withUnsafeMutableBytes { buffer in
                    unsafe Glibc.read(number, buffer.baseAddress?.advanced(by: start), buffer.count - start)
                }
            }
            filled += taken
            // Where there was room for more than the file has, what came is all.
            if taken == 0 || (status.kind == .regular && filled == expected) { break }
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }

    /// Writes all of the bytes, however many calls that takes.
    package borrowing func write(_ bytes: [UInt8]) throws(SystemCallError) {
        var written = 0
        while written < bytes.count {
            let start = written
            written += try retryingOnInterrupt("write") {
                unsafe bytes.withUnsafeBytes { buffer in
                    unsafe Glibc.write(number, buffer.baseAddress?.advanced(by: start), buffer.count - start)
                }
            }
        }
    }

    /// Waits until the file's contents are on the disk.
    package borrowing func synchronise() throws(SystemCallError) {
        _ = try retryingOnInterrupt("fsync") { fsync(number) }
    }
}
