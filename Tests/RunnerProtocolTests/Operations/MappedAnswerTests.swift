import PluginLoading
import RunnerProtocol
import Testing

@Suite("What a runner says of an image")
struct MappedAnswerTests {
    private static let answer = {
        var description = FactoryDescription()
        description.id = "greeter"
        description.flags = 5
        return MappedAnswer(description: description, sandbox: [1, 2])
    }()

    @Test("arrives as it was sent")
    func arrives() throws {
        let answer = try MappedAnswer(reading: Self.answer.bytes)
        #expect(answer.description.id == "greeter" && answer.description.flags == 5)
        #expect(answer.sandbox == [1, 2])
    }

    @Test("is refused if it ends early or goes on")
    func truncated() {
        let bytes = Self.answer.bytes
        for count in 0..<bytes.count {
            #expect(throws: FrameError.self) { try MappedAnswer(reading: Array(bytes.prefix(count))) }
        }
        #expect(throws: FrameError.self) { try MappedAnswer(reading: bytes + [0]) }
    }
}
