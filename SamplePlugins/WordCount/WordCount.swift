// A plugin for several threads at once: it says so by being a `ConcurrentPlugin`, and because such a class has to be
// `Sendable`, the compiler would refuse a variable here that no lock guards.

public import PluginSDK

final class WordCount: ConcurrentPlugin {
    static let metadata = PluginMetadata(id: "word-count", name: "Word count", version: "1.0.0")

    init(context: PluginContext) {}

    static func register(in methods: inout MethodTable<WordCount>) {
        methods.addBytes("count", WordCount.count)
    }

    /// Counts the words between white space, reading the caller's bytes where they lie.
    func count(_ text: Span<UInt8>) -> Int {
        var words = 0
        var isInWord = false
        for index in text.indices {
            // Tab, line feed, vertical tab, form feed and carriage return are 9 to 13; 32 is the space.
            let isSpace = text[index] == 32 || (9...13).contains(text[index])
            if !isSpace && !isInWord { words += 1 }
            isInWord = !isSpace
        }
        return words
    }
}

/// The one function that the host looks for.
@c(ph_plugin_factory)
public func factory() -> PluginFactory { makeFactory(of: WordCount.self) }
