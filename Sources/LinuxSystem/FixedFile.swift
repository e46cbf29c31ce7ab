internal import CLinux
internal import Glibc

/// A file in memory, without a name, whose size never changes.
package enum FixedFile {
    /// Makes one, filled with zeros.
    package static func make(size: Int) throws(SystemCallError) -> OwnedFileDescriptor {
        let number = unsafe clinux_fixed_file("plugin-host", Int64(size))
        guard number >= 0 else { throw .last("memfd_create") }
        return OwnedFileDescriptor(adopting: number)
    }

    /// Maps a file of exactly this size for as long as the process lives, or fails with EINVAL.
    package static func mapForEver(
        _ file: consuming OwnedFileDescriptor,
        size: Int
    ) throws(SystemCallError) -> UnsafeMutableRawPointer {
        let status = try file.status()
        guard status.kind == .regular, status.size == Int64(size) else {
            throw SystemCallError(call: "mmap", code: EINVAL)
        }
        let memory = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.number, 0)
        guard let memory = unsafe memory, unsafe memory != MAP_FAILED else { throw .last("mmap") }
        return unsafe memory
    }

    /// Reads all of a file from its beginning, wherever others are in it.
    package static func read(_ number: CInt, size: Int) throws(SystemCallError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: size)
        var filled = 0
        while filled < size {
            let start = filled
            let count = try retryingOnInterrupt("pread") {
                unsafe bytes.withUnsafeMutableBytes { buffer in
                    unsafe pread(number, buffer.baseAddress?.advanced(by: start), size - start, off_t(start))
                }
            }
            guard count > 0 else { throw SystemCallError(call: "pread", code: EIO) }
            filled += count
        }
        return bytes
    }
}
