internal import Glibc

/// The methods of a plugin, found by the bytes of their names without an allocation.
struct MethodIndex: Sendable {
    @safe
    private struct Entry {
        let start: Int
        let count: Int
        let method: Unmanaged<Method>
    }

    // All names in one piece, and the methods kept aside, so that a look-up retains nothing.
    private let characters: [UInt8]
    // By length, then by bytes.
    private let entries: [Entry]
    let names: [String]
    private let methods: [Method]

    init(_ methods: [String: Method]) {
        let sorted =
            methods
            .map { (name: Array($0.key.utf8), method: $0.value) }
            .sorted { left, right in
                left.name.count == right.name.count
                    ? left.name.lexicographicallyPrecedes(right.name)
                    : left.name.count < right.name.count
            }
        var characters: [UInt8] = []
        entries = sorted.map { name, method in
            defer { characters += name }
            return unsafe Entry(start: characters.count, count: name.count, method: .passUnretained(method))
        }
        self.methods = sorted.map(\.method)
        self.characters = characters
        names = methods.keys.sorted()
    }

    /// Finds a method, which lives as long as this index.
    func method(named name: Span<UInt8>) -> Unmanaged<Method>? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = low + (high - low) / 2
            let order = compare(name, with: middle)
            if order == 0 { return unsafe entries[middle].method }
            if order < 0 { high = middle } else { low = middle + 1 }
        }
        return nil
    }

    /// Says that a method does not exist, and which do.
    func failure(forUnknown name: Span<UInt8>) -> PluginFailure {
        let text = unsafe name.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        let known = names.isEmpty ? "there are none" : "there are: \(names.joined(separator: ", "))"
        return PluginFailure(.methodNotFound, "the plugin has no method '\(text)'; \(known)")
    }

    private func compare(_ name: Span<UInt8>, with index: Int) -> Int {
        let entry = entries[index]
        guard name.count == entry.count else { return name.count - entry.count }
        let known = characters.span.extracting(entry.start..<entry.start + entry.count)
        return unsafe name.withUnsafeBytes { name in
            unsafe known.withUnsafeBytes { known in
                guard let name = name.baseAddress, let known = known.baseAddress else { return 0 }
                return Int(unsafe memcmp(name, known, entry.count))
            }
        }
    }
}
