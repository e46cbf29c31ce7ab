/// Something of the host that reads bytes from outside, with what must hold whatever the bytes are.
///
/// The tests run each reader on the kept corpus and on changed copies of it; `.ci/fuzz` runs the same readers under a fuzzer
/// that is guided by what they cover.
struct FuzzReader: Sendable {
    /// What must hold does not.
    struct Violation: Error, CustomStringConvertible {
        let description: String
    }

    /// The name, which is also that of its directory in the corpus.
    let name: String
    /// The longest input that teaches anything, in bytes.
    let longest: Int
    /// Reads the bytes; bytes that are refused are no violation.
    let exercise: @Sendable ([UInt8]) throws(Violation) -> Void

    /// All readers.
    static let all = [elf, manifest, snapshot, journal, configuration, control, texts, json]

    /// Requires what must hold.
    static func hold(_ condition: Bool, _ what: @autoclosure () -> String) throws(Violation) {
        guard condition else { throw Violation(description: what()) }
    }

    /// Requires that a body that should not fail does not.
    static func succeed<Value>(_ what: String, _ body: () throws -> Value) throws(Violation) -> Value {
        do {
            return try body()
        } catch {
            throw Violation(description: "\(what): \(error)")
        }
    }
}
