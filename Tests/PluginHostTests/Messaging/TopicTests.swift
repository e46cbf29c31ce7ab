import Testing

@testable import PluginHost

@Suite("A topic")
struct TopicTests {
    @Test("is words joined by points (RS-10)", arguments: ["order", "order.created", "a.b-c.D_9", "ph.plugin.loaded"])
    func words(topic: String) {
        #expect(Topic.problem(topic) == nil)
    }

    @Test(
        "of nonsense is refused with the rule (RS-10)",
        arguments: [
            "", ".", "order.", ".order", "a..b", "a b", "ä", "order.*", "#", "a\n{}", "\u{0}",
            String(repeating: "a", count: 256), Array(repeating: "a", count: 17).joined(separator: "."),
        ]
    )
    func nonsense(topic: String) throws {
        let problem = try #require(Topic.problem(topic))
        #expect(problem.contains("is no topic"))
        #expect(!problem.contains("\n"))
    }

    @Test("can be a pattern with * for a word and # at the end", arguments: ["#", "*", "order.*", "order.#", "*.a.#"])
    func patterns(pattern: String) {
        #expect(Topic.patternProblem(pattern) == nil)
    }

    @Test("is no pattern with # elsewhere or a star in a word", arguments: ["#.a", "a.#.b", "or*", "a.b#", ""])
    func noPatterns(pattern: String) {
        #expect(Topic.patternProblem(pattern) != nil)
    }
}

@Suite("An index of topics")
struct TopicIndexTests {
    private static let patterns = ["order.created", "order.*", "order.#", "*.created", "#", "order.*.item", "order"]

    private func found(_ topic: String) -> Set<String> {
        var index = TopicIndex<String>()
        for pattern in Self.patterns { index.insert(pattern, under: pattern) }
        return Set(index.values(for: topic))
    }

    @Test("finds all patterns that fit, and no other (RS-10)")
    func fits() {
        #expect(found("order.created") == ["order.created", "order.*", "order.#", "*.created", "#"])
        #expect(found("order") == ["order", "order.#", "#"])
        #expect(found("order.a.item") == ["order.*.item", "order.#", "#"])
        #expect(found("user.created") == ["*.created", "#"])
        #expect(found("user.a.b.c") == ["#"])
    }

    @Test("agrees with a comparison of each pattern, for all topics of three words")
    func agrees() {
        let words = ["a", "b", "*", "#"]
        let patterns = words.flatMap { x in words.flatMap { y in words.map { z in "\(x).\(y).\(z)" } } }
            .filter { Topic.patternProblem($0) == nil }
        var index = TopicIndex<String>()
        for pattern in patterns { index.insert(pattern, under: pattern) }
        for topic in ["a.b.a", "b.b.b", "a.b", "b", "a.a.a.a", "b.a.b.c"] {
            let expected = patterns.filter {
                Self.fits(topic.split(separator: ".")[...], $0.split(separator: ".")[...])
            }
            #expect(Set(index.values(for: topic)) == Set(expected), "\(topic)")
        }
    }

    private static func fits(_ topic: ArraySlice<Substring>, _ pattern: ArraySlice<Substring>) -> Bool {
        guard let expected = pattern.first else { return topic.isEmpty }
        if expected == "#" { return true }
        guard let word = topic.first, expected == "*" || expected == word else { return false }
        return fits(topic.dropFirst(), pattern.dropFirst())
    }
}
