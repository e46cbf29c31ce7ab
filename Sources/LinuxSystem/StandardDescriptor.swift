internal import CLinux
internal import Glibc

/// The descriptors that a program is born with, which nobody owns.
package enum StandardDescriptor {
    /// Writes all of the bytes; a pipe without a reader fails with EPIPE where SIGPIPE is ignored.
    package static func write(_ bytes: [UInt8], to number: CInt) throws(SystemCallError) {
        var written = 0
        while written < bytes.count {
            let start = written
            do throws(SystemCallError) {
                written += try retryingOnInterrupt("write") {
                    unsafe bytes.withUnsafeBytes { buffer in
                        unsafe Glibc.write(number, buffer.baseAddress?.advanced(by: start), buffer.count - start)
                    }
                }
            } catch {
                // Whoever gave us the descriptor may have made it non-blocking.
                guard error.code == EAGAIN else { throw error }
                var entry = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&entry, 1, -1)
            }
        }
    }

    /// Puts `/dev/null` where a program was started without standard input, output or error.
    ///
    /// Otherwise the next file that is opened gets the number, and what is printed is written to it.
    package static func fillGaps() {
        var number: CInt
        repeat { number = unsafe open("/dev/null", O_RDWR) } while (0...2).contains(number)
        if number > 2 { close(number) }
    }

    /// Writes a text to standard error, as well as that goes.
    package static func complain(_ text: String) {
        try? write(Array(text.utf8), to: 2)
    }

    /// Has standard output hand over each line when it is complete, as on a terminal.
    package static func bufferOutputByLines() {
        clinux_buffer_output_by_lines()
    }

    /// Reads to the end.
    package static func read(_ number: CInt) throws(SystemCallError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = try retryingOnInterrupt("read") { unsafe Glibc.read(number, &chunk, chunk.count) }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
    }
}

extension StandardDescriptor {
    /// Whether a descriptor is the stream to the system's journal that `JOURNAL_STREAM` names as `DEVICE:INODE`.
    package static func isJournal(_ descriptor: CInt, named text: String?) -> Bool {
        guard let text, let status = try? status(descriptor) else { return false }
        return text == "\(status.device):\(status.inode)"
    }

    private static func status(_ descriptor: CInt) throws(SystemCallError) -> FileStatus {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .last("fstat") }
        return FileStatus(status)
    }
}
