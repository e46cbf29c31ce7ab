internal import Glibc
internal import LinuxSystem

/// Where everything goes that is no result.
enum StandardError {
    /// Says something of this program.
    static func say(_ text: String) {
        pass("plugin-host-benchmarks: \(text)")
    }

    /// Passes on a line of another process.
    static func pass(_ line: String) {
        try? StandardDescriptor.write(Array("\(line)\n".utf8), to: STDERR_FILENO)
    }
}
