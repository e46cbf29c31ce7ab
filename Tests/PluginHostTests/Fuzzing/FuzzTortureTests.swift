import LinuxSystem
import Testing
import TestSupport

@Suite("What reads bytes from outside survives any bytes (PL-1)")
struct FuzzTortureTests {
    /// The inputs that are kept because each of them covers something that the others don't.
    private static func corpus(of reader: FuzzReader) throws -> [[UInt8]] {
        let place = "\(#filePath)".split(separator: "/").dropLast().joined(separator: "/")
        let directory = "/\(place)/Corpus/\(reader.name)"
        return try Directory.names(directory).sorted().map { name in
            try OwnedFileDescriptor.open("\(directory)/\(name)", flags: 0).readToEnd()
        }
    }

    /// The reader of control messages waits for tasks, and so must not hold up the threads that tasks run on.
    private static func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            DetachedThread.start(name: "fuzz") { continuation.resume(returning: body()) }
        }
    }

    @Test("the inputs that were found before", .timeLimit(.minutes(10)), arguments: FuzzReader.all)
    func kept(reader: FuzzReader) async throws {
        let inputs = try Self.corpus(of: reader)
        #expect(inputs.count >= 3, "the corpus of \(reader.name) is missing")
        let violations = await Self.onThread { inputs.compactMap { reader.violation(of: $0) } }
        #expect(violations == [], "\(reader.name)")
    }

    @Test("changed copies of them", .timeLimit(.minutes(30)), arguments: FuzzReader.all)
    func changed(reader: FuzzReader) async throws {
        let inputs = try Self.corpus(of: reader)
        let mutate = Mutation(longest: reader.longest)
        let rounds = Torture.rounds(short: 300, long: 100_000)
        let violation = await Self.onThread {
            var generator = Torture.generator("changed")
            return (0..<rounds).lazy.compactMap { round in
                reader.violation(of: mutate(inputs, &generator)).map { "round \(round): \($0)" }
            }.first
        }
        #expect(violation == nil, "\(reader.name), seed \(Torture.seed)")
    }
}

extension FuzzReader {
    /// What the reader does with the bytes that it must not do.
    fileprivate func violation(of bytes: [UInt8]) -> String? {
        do {
            try exercise(bytes)
            return nil
        } catch {
            return "\(error)"
        }
    }
}

extension FuzzReader: CustomTestStringConvertible {
    var testDescription: String { name }
}
