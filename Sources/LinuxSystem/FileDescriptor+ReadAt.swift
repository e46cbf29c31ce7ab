internal import Glibc

extension OwnedFileDescriptor {
    /// Reads up to so many bytes from a place in the file, without moving the present position.
    ///
    /// The result is shorter only if the file ends there.
    package borrowing func read(at offset: Int64, upTo count: Int) throws(SystemCallError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let start = filled
            let taken = try retryingOnInterrupt("pread") {
                unsafe bytes.withUnsafeMutableBytes { buffer in
                    unsafe pread(
                        number,
                        buffer.baseAddress?.advanced(by: start),
                        count - start,
                        off_t(offset) + off_t(start)
                    )
                }
            }
            if taken == 0 { break }
            filled += taken
        }
        bytes.removeLast(count - filled)
        return bytes
    }
}
