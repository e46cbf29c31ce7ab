internal import Glibc
internal import LinuxSystem

/// Where a check writes down what it is about to do, for whoever has to say where it ended.
///
/// Only a file is certain to outlive a crash.
struct ProgressFile: Sendable {
    private static let size = 256

    private let descriptor: SharedDescriptor?

    /// Opens the file; without a path nothing is written down.
    init(path: String?) {
        descriptor = path.flatMap { path in
            try? SharedDescriptor(OwnedFileDescriptor.open(path, flags: O_WRONLY | O_CREAT))
        }
    }

    /// Writes down what comes next, as it completes "while …".
    func note(_ step: String) {
        guard let descriptor else { return }
        var bytes = Array(step.utf8.prefix(Self.size - 1))
        bytes += Array(repeating: UInt8(ascii: "\n"), count: Self.size - bytes.count)
        descriptor.withNumber { number in
            _ = unsafe bytes.withUnsafeBytes { unsafe pwrite(number, $0.baseAddress, $0.count, 0) }
        }
    }

    /// Reads what was written down last.
    static func read(_ path: String) -> String? {
        guard let bytes = try? OwnedFileDescriptor.open(path, flags: O_RDONLY).readToEnd(limit: size) else {
            return nil
        }
        let line = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        return line.isEmpty ? nil : line
    }
}
