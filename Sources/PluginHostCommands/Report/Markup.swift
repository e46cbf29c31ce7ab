/// A piece of a page, in which nothing is left to escape.
///
/// Names of elements and attributes are literals of this program; every other text passes through the escaping, so that no
/// plugin's name or message becomes part of the page's own structure.
struct Markup: Hashable, Sendable {
    /// The attributes of an element.
    typealias Attributes = KeyValuePairs<StaticString, String>

    /// The page's own text.
    private(set) var text: String

    /// Takes a text as it is to be read.
    init(_ text: String) {
        self.text = Self.escaped(text)
    }

    private init(raw: String) {
        text = raw
    }

    /// Several pieces one after the other.
    init(_ parts: [Markup]) {
        text = parts.map(\.text).joined()
    }

    /// An element with its content.
    static func element(
        _ name: StaticString,
        _ attributes: Attributes = [:],
        _ content: [Markup] = []
    ) -> Markup {
        Markup(raw: "<\(name)\(list(attributes))>\(Markup(content).text)</\(name)>")
    }

    /// An element around a text.
    static func element(_ name: StaticString, _ attributes: Attributes = [:], _ text: String) -> Markup {
        element(name, attributes, [Markup(text)])
    }

    /// An element that has no content and no end.
    static func void(_ name: StaticString, _ attributes: Attributes = [:]) -> Markup {
        Markup(raw: "<\(name)\(list(attributes))>")
    }

    /// Rules for the look of the page.
    static func style(_ rules: StaticString) -> Markup {
        Markup(raw: "<style>\(rules)</style>")
    }

    /// What a document begins with.
    static let documentType = Markup(raw: "<!DOCTYPE html>\n")
    /// A line feed, for people who read the source.
    static let lineFeed = Markup(raw: "\n")

    private static func list(_ attributes: Attributes) -> String {
        attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
    }

    /// The text with marks replaced that mean something to a browser, and without what is invisible and means something.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            case "\0"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{202a}"..."\u{202e}", "\u{2066}"..."\u{2069}":
                result += "\u{fffd}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
