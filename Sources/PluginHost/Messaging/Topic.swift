/// The rules for topics: what an event is about, as words joined by points (RS-10).
///
/// `order.created` is a topic. In a pattern `*` stands for one word, and `#`, at the end, for any number of them, none too.
package enum Topic {
    /// The topics that begin so are the host's own: nobody else publishes them.
    package static let reservedPrefix = "ph."
    private static let longest = 255
    private static let mostWords = 16
    private static let rule = "a topic is 1 to 16 words of a-z A-Z 0-9 _ - joined by points, such as order.created"

    /// What is wrong with a topic, in a sentence that says what one is; `nil` if nothing is.
    package static func problem(_ topic: String) -> String? {
        problem(topic, allowingWildcards: false)
    }

    /// What is wrong with a pattern for topics; `nil` if nothing is.
    package static func patternProblem(_ pattern: String) -> String? {
        problem(pattern, allowingWildcards: true)
    }

    /// Refuses a topic that is the host's own.
    static func checkOpen(_ topic: String) throws(PluginError) {
        guard topic.hasPrefix(reservedPrefix) else { return }
        let message = "\(topic.prefix(64)): the topics that begin with \(reservedPrefix) are the host's own"
        throw PluginError(code: .unauthorised, message: message)
    }

    /// Refuses what is no topic.
    static func check(_ topic: String) throws(PluginError) {
        if let problem = problem(topic) { throw PluginError(code: .badPayload, message: problem) }
    }

    private static func problem(_ text: String, allowingWildcards: Bool) -> String? {
        let shown = text.unicodeScalars.prefix(64).map { $0.properties.generalCategory == .control ? "?" : "\($0)" }
        let name = "\"\(shown.joined())\" is no \(allowingWildcards ? "pattern" : "topic")"
        guard text.utf8.count <= longest else { return "\(name): it is longer than \(longest) bytes" }
        let words = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard words.count <= mostWords else { return "\(name): \(rule)" }
        for (index, word) in words.enumerated() {
            if allowingWildcards, word.elementsEqual("*".utf8) { continue }
            if allowingWildcards, word.elementsEqual("#".utf8) {
                guard index == words.count - 1 else { return "\(name): # stands only at the end" }
                continue
            }
            guard !word.isEmpty, word.allSatisfy(isWordByte) else {
                let also = allowingWildcards ? "; * stands for one word, # at the end for any number" : ""
                return "\(name): \(rule)\(also)"
            }
        }
        return nil
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
