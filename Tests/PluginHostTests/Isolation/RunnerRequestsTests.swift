import CPluginABI
import Foundation
import LinuxSystem
import PluginLoading
import RunnerProtocol
import Testing

@testable import PluginHost

/// A runner that says what the test wants, to a host that serves what it asks for.
@Suite("What a runner asks of the host's services", .timeLimit(.minutes(10)))
struct RunnerRequestsTests {
    /// Requests wait here until the test lets them go.
    private struct Door: Sendable {
        var isOpen = true
    }

    private let loop: EventLoop
    private let runner: Runner
    /// The runner's end.
    private let other: MessageSocket
    private let seat: RunnerSeat
    private let services: HostServices
    private let door = Monitor(Door())
    /// What plugins have logged, and what the operator was told.
    private let said = Monitor((log: [String](), warnings: [String]()))

    init() throws {
        let (door, said) = (door, said)
        let silent = try SilentRunner {
            $0.warn = { warning in said.withLock { $0.warnings.append(warning) } }
        }
        (loop, runner, other) = (silent.loop, silent.runner, silent.other)
        services = Self.services(door, said)
        _ = other.send(
            RunnerMessage.hello(
                protocolVersion: Handshake.protocolVersion,
                token: "token",
                abiMajor: UInt32(PH_ABI_MAJOR),
                abiMinor: UInt32(PH_ABI_MINOR)
            ).bytes
        )
        try runner.waitUntilReady(until: .now.advanced(by: .seconds(200)))
        seat = try runner.makeSeat(.process)
        runner.serve(services, of: seat)
    }

    private static func services(
        _ door: Monitor<Door>,
        _ said: Monitor<(log: [String], warnings: [String])>
    ) -> HostServices {
        HostServices(
            hostID: "host",
            outlets: HostServices.Outlets(
                log: { _, text in said.withLock { $0.log.append(text) } },
                emit: { type, _ in
                    said.withLock { $0.log.append(type) }
                    return PH_OK
                },
                configuration: { [] },
                request: { call in
                    _ = door.wait(for: .entry, until: nil) { $0.isOpen ? true : nil }
                    return ServiceAnswer(status: PH_OK, bytes: call.input)
                }
            )
        )
    }

    private func end() {
        runner.kill("the test is over")
        #expect(runner.waitUntilEnded(until: .now.advanced(by: .seconds(200))))
        loop.stop()
    }

    /// Sends a request as a runner does, or one that is told to be apart and is not.
    private func ask(
        _ number: UInt64,
        _ input: [UInt8],
        by speaker: Speaker? = nil,
        isApart: Bool = false,
        with file: (any LendableDescriptor)? = nil
    ) {
        let call = ServiceCall(service: "test/1", method: "echo", input: input)
        let message = RunnerMessage.request(
            speaker ?? Speaker(seat: seat.number, token: services.token),
            number: number,
            call: call,
            isApart: isApart
        )
        #expect(other.send(message.bytes, with: file, waiting: true) == .sent)
    }

    /// The next answer, with its bytes from wherever they are.
    private func nextAnswer() throws -> (number: UInt64, answer: ServiceAnswer) {
        while true {
            switch other.receive(waiting: true) {
            case .message(let bytes, var descriptor):
                guard case .answer(_, let number, var answer, let isApart) = try HostMessage(reading: bytes) else {
                    continue
                }
                if isApart, let file = descriptor.take() {
                    answer.bytes = try BytesApart.read(try BytesApart.take(file))
                }
                return (number, answer)
            case .damaged(let error): throw error
            case .nothing: continue
            case .end: throw CocoaError(.fileReadUnknown)
            }
        }
    }

    @Test("is served all the same by a runner that a plugin is on its way into, which goes before calls until then")
    func expectation() {
        let rightOfWay = runner.rightOfWay
        runner.expect()
        runner.expect()
        #expect(rightOfWay.isTaken)
        runner.hasCome()
        #expect(!rightOfWay.isTaken)
        runner.hasCome()
        runner.expect()
        #expect(rightOfWay.isTaken)
        // Nothing comes into one that is lost.
        end()
        #expect(!rightOfWay.isTaken)
    }

    @Test("is answered, with what is large beside the messages")
    func answers() throws {
        ask(1, [1, 2, 3])
        let first = try nextAnswer()
        #expect(first.number == 1 && first.answer == ServiceAnswer(status: PH_OK, bytes: [1, 2, 3]))
        let large = [UInt8](repeating: 7, count: 1 << 20)
        ask(2, [], isApart: true, with: try BytesApart.put(large))
        #expect(try nextAnswer().answer.bytes == large)
        end()
    }

    @Test("is refused from a seat that is none, after its registration, and with an input that can't be had")
    func refusals() throws {
        ask(1, [], by: Speaker(seat: 99, token: services.token))
        #expect(try nextAnswer().answer.status == PH_SHUTTING_DOWN)
        ask(2, [], isApart: true)
        #expect(try nextAnswer().answer.status == PH_BAD_PAYLOAD)
        ask(3, [], isApart: true, with: try AnonymousFile([1, 2, 3]))
        #expect(try nextAnswer().answer.status == PH_BAD_PAYLOAD)
        services.close()
        ask(4, [])
        #expect(try nextAnswer().answer.status == PH_SHUTTING_DOWN)
        #expect(!runner.isLost)
        end()
    }

    @Test("is refused from whoever speaks in the name of another plugin in the same process (RS-13)")
    func impostor() throws {
        let victim = (seat: try runner.makeSeat(.group("g")), services: Self.services(door, said))
        runner.serve(victim.services, of: victim.seat)
        let impostor = Speaker(seat: victim.seat.number, token: services.token)
        ask(1, [1], by: impostor)
        let refused = try nextAnswer().answer
        #expect(refused.status == PH_UNAUTHORISED)
        #expect(String(decoding: refused.bytes, as: UTF8.self).contains("the token of the plugin's registration"))
        let genuine = Speaker(seat: victim.seat.number, token: victim.services.token)
        for (speaker, word) in [(impostor, "false"), (genuine, "true")] {
            #expect(other.send(RunnerMessage.log(speaker, level: 1, text: word).bytes, waiting: true) == .sent)
            #expect(other.send(RunnerMessage.event(speaker, type: word, data: []).bytes, waiting: true) == .sent)
        }
        ask(2, [2], by: genuine)
        #expect(try nextAnswer().answer == ServiceAnswer(status: PH_OK, bytes: [2]))
        #expect(said.withLock { $0.log } == ["true", "true"])
        #expect(said.withLock { $0.warnings.count } == 1)
        // With the registration its token ends.
        runner.leave(victim.seat)
        ask(3, [], by: genuine)
        #expect(try nextAnswer().answer.status == PH_SHUTTING_DOWN)
        end()
    }

    @Test("is served 64 at a time, and more are answered as busy")
    func limit() throws {
        door.withLock { $0.isOpen = false }
        for number in 1...UInt64(RequestDesk.limit) { ask(number, []) }
        ask(1000, [])
        let refused = try nextAnswer()
        #expect(refused.number == 1000 && refused.answer.status == PH_BUSY)
        door.withLock { $0.isOpen = true }
        door.broadcast(.entry)
        var numbers: Set<UInt64> = []
        for _ in 0..<RequestDesk.limit { numbers.insert(try nextAnswer().number) }
        #expect(numbers.count == RequestDesk.limit)
        end()
    }

    @Test("and that is garbage ends it, while what it has asked for is served and answered to nobody")
    func garbage() throws {
        door.withLock { $0.isOpen = false }
        ask(1, [])
        #expect(other.send([7, 1, 2, 3], waiting: true) == .sent)
        #expect(runner.waitUntilEnded(until: .now.advanced(by: .seconds(200))))
        #expect(runner.lossText.contains("it said something that makes no sense"))
        door.withLock { $0.isOpen = true }
        door.broadcast(.entry)
        loop.stop()
    }
}
