/// What tells one registration of a plugin with its host from all others, before and after (RS-13).
///
/// It is made with the instance and dies with it. Whoever does not have it can't guess it.
package struct RegistrationToken: Hashable, Sendable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    /// Makes a token that there has never been.
    package init() {
        var generator = SystemRandomNumberGenerator()
        high = .random(in: .min ... .max, using: &generator)
        low = .random(in: .min ... .max, using: &generator)
    }

    /// Reads a token; the result is `nil` for any text that is none.
    package init?(_ text: String) {
        guard text.utf8.count == 32, let high = UInt64(text.prefix(16), radix: 16),
            let low = UInt64(text.dropFirst(16), radix: 16)
        else { return nil }
        self.high = high
        self.low = low
        guard description == text else { return nil }
    }

    /// The token as it is sent: 32 hexadecimal digits.
    package var description: String {
        [high, low].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Compares in a time that says nothing of where two tokens differ.
    package static func == (left: RegistrationToken, right: RegistrationToken) -> Bool {
        (left.high ^ right.high) | (left.low ^ right.low) == 0
    }
}
