/// What the keys of shared values, and the names of their types, are made of.
enum SharedKey {
    static let rule = "1 to 128 of a-z A-Z 0-9 . _ - / :"

    static func isValid(_ text: String) -> Bool {
        guard (1...128).contains(text.utf8.count) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "._-/:".utf8.contains(byte)
            }
        }
    }

    static func refusal(_ text: String, of what: String = "key") -> PluginError {
        let limit = what == "type" ? ", 64 at most" : ""
        return PluginError(
            code: .badPayload,
            message: "'\(text.prefix(160))' can't be a shared value's \(what): it is \(rule)\(limit)"
        )
    }
}
