internal import CLinux
internal import Glibc

/// A file in memory, without a name, of a size that never changes, which a child process inherits and both use.
///
/// Nobody can take away what another has mapped: the size is sealed before anybody else has the file.
package final class SharedFile: LendableDescriptor {
    /// How many bytes it has; those that nobody has written take no memory.
    package let size: Int64
    private let descriptor: OwnedFileDescriptor

    /// Makes a file that is all zero; one that is larger than this process may make fails with EFBIG.
    package init(name: String, size: Int64) throws(SystemCallError) {
        // The kernel would end the process by a signal.
        guard size <= ProcessFacts.fileSizeLimit else { throw SystemCallError(call: "ftruncate", code: EFBIG) }
        let number = unsafe clinux_sealable_file(name)
        guard number >= 0 else { throw .last("memfd_create") }
        let file = OwnedFileDescriptor(adopting: number)
        guard ftruncate(number, off_t(size)) == 0 else { throw .last("ftruncate") }
        guard clinux_seal_size(number) == 0 else { throw .last("fcntl") }
        descriptor = try file.raised()
        self.size = size
    }

    /// Takes over a file that another process has made; one whose size is not sealed fails with EPERM.
    package init(adopting file: consuming OwnedFileDescriptor) throws(SystemCallError) {
        switch clinux_is_size_sealed(file.number) {
        case 1: break
        case 0: throw SystemCallError(call: "fcntl", code: EPERM)
        default: throw .last("fcntl")
        }
        size = Int64(try file.status().size)
        descriptor = file
    }

    /// Lends the number for a call; it must not outlive the body.
    package func withNumber<Result: ~Copyable, Failure: Error>(
        _ body: (CInt) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(descriptor.number)
    }

    /// Maps a part of the file, for as long as the mapping lives.
    package func map(
        from offset: Int64 = 0,
        count: Int,
        access: SharedMapping.Access
    ) throws(SystemCallError) -> SharedMapping {
        try SharedMapping(descriptor.number, offset: offset, count: count, access: access)
    }

    /// Writes all of the bytes to a place in the file.
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(SystemCallError) {
        guard offset <= ProcessFacts.fileSizeLimit - Int64(bytes.count) else {
            return try unsafe writeByMapping(bytes, at: offset)
        }
        let number = descriptor.number
        var written = 0
        while written < bytes.count {
            let start = written
            let taken = try retryingOnInterrupt("pwrite") {
                unsafe pwrite(
                    number,
                    bytes.baseAddress?.advanced(by: start),
                    bytes.count - start,
                    off_t(offset) + off_t(start)
                )
            }
            guard taken > 0 else { throw SystemCallError(call: "pwrite", code: EIO) }
            written += taken
        }
    }

    /// Does the same where a write would be beyond what files of this process may have, which the kernel asks of no mapping.
    private func writeByMapping(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(SystemCallError) {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        let skipped = offset % Int64(sysconf(Int32(_SC_PAGESIZE)))
        let mapping = try map(from: offset - skipped, count: Int(skipped) + bytes.count, access: .writing)
        withExtendedLifetime(mapping) {
            unsafe (mapping.start + Int(skipped)).copyMemory(from: source, byteCount: bytes.count)
        }
    }

    /// Reads so many bytes from a place in the file.
    package func read(at offset: Int64, count: Int) throws(SystemCallError) -> [UInt8] {
        let number = descriptor.number
        var failure: SystemCallError?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(SystemCallError) {
                while filled < count {
                    let start = filled
                    let taken = try retryingOnInterrupt("pread") {
                        unsafe pread(
                            number,
                            buffer.baseAddress?.advanced(by: start),
                            count - start,
                            off_t(offset) + off_t(start)
                        )
                    }
                    guard taken > 0 else { throw SystemCallError(call: "pread", code: EIO) }
                    filled += taken
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Gives back the memory of a part of the file, which reads as zero from then on.
    package func discard(from offset: Int64, count: Int64) throws(SystemCallError) {
        let number = descriptor.number
        _ = try retryingOnInterrupt("fallocate") { clinux_punch_hole(number, offset, count) }
    }
}
