/// The methods of a plugin, found by the bytes of their names without an allocation.
struct MethodIndex<Instance: AnyObject>: Sendable {
    private struct Entry {
        let start: Int
        let count: Int
        let handler: MethodTable<Instance>.Handler
    }

    // All names in one piece, so that a look-up retains nothing but the handler.
    private let characters: [UInt8]
    // By length, then by bytes.
    private let entries: [Entry]
    private let names: [String]

    init(_ table: MethodTable<Instance>) {
        let sorted = table.handlers
            .map { (name: Array($0.key.utf8), handler: $0.value) }
            .sorted { left, right in
                left.name.count == right.name.count
                    ? left.name.lexicographicallyPrecedes(right.name)
                    : left.name.count < right.name.count
            }
        var characters: [UInt8] = []
        entries = sorted.map { name, handler in
            defer { characters += name }
            return Entry(start: characters.count, count: name.count, handler: handler)
        }
        self.characters = characters
        names = table.handlers.keys.sorted()
    }

    /// Finds a method.
    func handler(named name: Span<UInt8>) -> MethodTable<Instance>.Handler? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = low + (high - low) / 2
            let order = compare(name, with: middle)
            if order == 0 { return entries[middle].handler }
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
        let characters = characters.span
        for offset in name.indices {
            let difference = Int(name[offset]) - Int(characters[entry.start + offset])
            if difference != 0 { return difference }
        }
        return 0
    }
}
