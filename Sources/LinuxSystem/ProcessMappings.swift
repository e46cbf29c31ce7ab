internal import Glibc

/// How many mappings this process has, and how many the kernel lets it have.
package struct ProcessMappings: Hashable, Sendable {
    /// Those that there are.
    package var count: Int
    /// The kernel's limit, `vm.max_map_count`.
    package var limit: Int

    package init(count: Int, limit: Int) {
        self.count = count
        self.limit = limit
    }

    /// Counts them, which takes longer the more there are; `nil` without `/proc`.
    package static func current() -> ProcessMappings? {
        guard let text = read("/proc/sys/vm/max_map_count", { Array($0) }),
            let limit = Int(String(decoding: text.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)),
            let counts = read("/proc/self/maps", { [$0.count { $0 == UInt8(ascii: "\n") }] })
        else { return nil }
        return ProcessMappings(count: counts.reduce(0, +), limit: limit)
    }

    /// The files of which parts are mapped; `nil` without `/proc`.
    package static func files() -> Set<String>? {
        guard let bytes = read("/proc/self/maps", { Array($0) }) else { return nil }
        var files = Set<String>()
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let start = line.firstIndex(of: UInt8(ascii: "/")) else { continue }
            files.insert(String(decoding: line[start...], as: UTF8.self))
        }
        return files
    }

    /// Reads a file of `/proc` piece by piece, because its size is not known beforehand.
    private static func read<Element>(_ path: String, _ take: (ArraySlice<UInt8>) -> [Element]) -> [Element]? {
        guard let file = try? OwnedFileDescriptor.open(path, flags: O_RDONLY) else { return nil }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var result: [Element] = []
        while true {
            let taken = try? retryingOnInterrupt("read") {
                unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(file.number, $0.baseAddress, $0.count) }
            }
            guard let taken else { return nil }
            if taken == 0 { return result }
            result += take(buffer[..<taken])
        }
    }
}
