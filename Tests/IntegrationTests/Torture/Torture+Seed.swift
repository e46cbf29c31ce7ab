import Testing

extension Torture {
    /// Says with which seed a test has failed.
    static var seedNote: Comment { "repeat it with PLUGIN_HOST_SEED=\(seed)" }

    /// Lets a test name its seed also when it ends by an error.
    static func namingSeed(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as ExpectationFailedError {
            throw error
        } catch {
            Issue.record(error, seedNote)
        }
    }

    /// Random numbers for one part of a test.
    static func generator(_ test: StaticString = #function, part: Int) -> SeededGenerator {
        var whole = generator(test)
        return SeededGenerator(seed: whole.next() &+ UInt64(part) &* 0x9e37_79b9_7f4a_7c15)
    }
}
