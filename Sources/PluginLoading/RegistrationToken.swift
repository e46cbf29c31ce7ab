/// What tells one registration of a plugin with its host from all others, before and after (RS-13).
///
/// It is made with the instance and dies with it. Whoever does not have it can't guess it.
package struct RegistrationToken: Hashable, Sendable {
    /// The token as it is sent: two numbers.
    package let high: UInt64
    package let low: UInt64

    /// Makes a token that there has never been.
    package init() {
        var generator = SystemRandomNumberGenerator()
        high = .random(in: .min ... .max, using: &generator)
        low = .random(in: .min ... .max, using: &generator)
    }

    /// Takes over a token that was sent.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Compares in a time that says nothing of where two tokens differ.
    package static func == (left: RegistrationToken, right: RegistrationToken) -> Bool {
        (left.high ^ right.high) | (left.low ^ right.low) == 0
    }
}
