internal import Glibc
internal import LinuxSystem

/// Where everything goes that is no result.
enum StandardError {
    static func say(_ text: String) {
        try? StandardDescriptor.write(Array("plugin-host-benchmarks: \(text)\n".utf8), to: STDERR_FILENO)
    }
}
