internal import Glibc
internal import LinuxSystem

/// Finds the threads of this process that are in the middle of a plugin's code.
///
/// Threads of the Swift runtime that wait for work are nobody's; one whose stack has a return address in the plugin is the
/// plugin's.
struct PluginThreads: Sendable {
    /// Where the plugin's image is mapped.
    let image: Range<UInt>
    private static let deepest = 1 << 20

    /// The threads that there are.
    static func all() -> Set<Int32> {
        Set(((try? Directory.names("/proc/self/task")) ?? []).compactMap { Int32($0) })
    }

    /// The name of a thread, as `top` shows it.
    static func name(of thread: Int32) -> String {
        let bytes = read("/proc/self/task/\(thread)/comm") ?? []
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// Whether a thread sleeps below a function of the plugin; `nil` if the kernel does not tell.
    func isInside(_ thread: Int32) -> Bool? {
        // The number of the call, six arguments, the stack, and the place in the code.
        guard let line = Self.read("/proc/self/task/\(thread)/syscall") else { return nil }
        let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count >= 3, let stack = Self.number(words[words.count - 2]),
            let code = Self.number(words[words.count - 1])
        else { return words.first == "running" ? nil : false }
        return image.contains(code) || stackHoldsImage(from: stack)
    }

    private func stackHoldsImage(from stack: UInt) -> Bool {
        guard let end = Self.end(ofMappingAt: stack), end > stack,
            let memory = try? OwnedFileDescriptor.open("/proc/self/mem", flags: O_RDONLY),
            let bytes = try? memory.read(
                at: Int64(bitPattern: UInt64(stack)),
                upTo: min(Int(end - stack), Self.deepest)
            )
        else { return false }
        return unsafe bytes.withUnsafeBytes { bytes in
            for place in stride(from: 0, to: bytes.count - 7, by: 8)
            where image.contains(unsafe bytes.loadUnaligned(fromByteOffset: place, as: UInt.self)) {
                return true
            }
            return false
        }
    }

    private static func end(ofMappingAt address: UInt) -> UInt? {
        guard let maps = read("/proc/self/maps") else { return nil }
        for line in maps.split(separator: UInt8(ascii: "\n")) {
            let range = String(decoding: line.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self).split(separator: "-")
            guard range.count == 2, let start = UInt(range[0], radix: 16), let end = UInt(range[1], radix: 16) else {
                continue
            }
            if start <= address, address < end { return end }
        }
        return nil
    }

    private static func number(_ word: Substring) -> UInt? {
        word.hasPrefix("0x") ? UInt(word.dropFirst(2), radix: 16) : UInt(word)
    }

    private static func read(_ path: String) -> [UInt8]? {
        try? OwnedFileDescriptor.open(path, flags: O_RDONLY).readToEnd(limit: 16 << 20)
    }
}
