internal import Glibc
internal import LinuxSystem

/// How much memory a process has at one moment.
public struct ProcessMemory: Hashable, Sendable, Codable {
    /// All pages of it that are in memory, with those that it shares with others.
    public var residentBytes: Int
    /// The pages that are its own, and its part of those that it shares; `nil` where the kernel does not tell.
    public var proportionalBytes: Int?

    /// Creates the figures.
    public init(residentBytes: Int, proportionalBytes: Int? = nil) {
        self.residentBytes = residentBytes
        self.proportionalBytes = proportionalBytes
    }

    /// Asks the kernel; `nil` for a process that has ended.
    package static func of(_ process: Int32) -> ProcessMemory? {
        guard let statm = read("/proc/\(process)/statm"),
            let field = statm.split(separator: " ").dropFirst().first,
            let pages = Int(field)
        else { return nil }
        return ProcessMemory(
            residentBytes: pages * sysconf(Int32(_SC_PAGESIZE)),
            proportionalBytes: read("/proc/\(process)/smaps_rollup").flatMap(proportional)
        )
    }

    /// Finds the line of the sum in what the kernel tells of all mappings.
    static func proportional(_ text: String) -> Int? {
        for line in text.split(separator: "\n") where line.hasPrefix("Pss:") {
            return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
        }
        return nil
    }

    private static func read(_ path: String) -> String? {
        guard let bytes = try? OwnedFileDescriptor.open(path, flags: O_RDONLY).readToEnd(limit: 1 << 16) else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
