/// How much a message would become as values, found without making any.
///
/// Each value takes many times the memory and the time of its bytes, so that the limit of the bytes alone is none.
struct MessageShape: Hashable, Sendable {
    /// No request of a client needs more than a handful.
    static let mostValues = 65_536
    /// Requests are three deep; reading values that lie deeper takes the stack.
    static let deepest = 64

    /// How many values there are at most.
    private(set) var values = 1
    /// How deep they lie in each other.
    private(set) var depth = 0

    /// Looks through a message, which need not be JSON.
    init(of line: [UInt8]) {
        var open = 0
        var place = line.startIndex
        while place < line.endIndex {
            switch line[place] {
            case UInt8(ascii: "\""): place = Self.end(ofTextAt: place, in: line)
            case UInt8(ascii: ","), UInt8(ascii: ":"): values += 1
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                values += 1
                open += 1
                depth = max(depth, open)
            case UInt8(ascii: "]"), UInt8(ascii: "}"): open -= 1
            default: break
            }
            place += 1
        }
    }

    /// Whether a request may be like that.
    var isModest: Bool { values <= Self.mostValues && depth <= Self.deepest }

    /// The place of the closing quote, or the end of a text that has none.
    private static func end(ofTextAt start: Int, in line: [UInt8]) -> Int {
        var place = start + 1
        while place < line.endIndex, line[place] != UInt8(ascii: "\"") {
            place += line[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        return place
    }
}
