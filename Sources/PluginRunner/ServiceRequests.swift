internal import CPluginABI
internal import Glibc
internal import LinuxSystem
internal import PluginLoading
internal import RunnerProtocol

/// What one plugin asks of its host's services, from its own threads, which wait.
final class ServiceRequests: Sendable {
    /// So many at a time; the host takes no more.
    private static let limit = 64
    /// How much longer than the deadline is waited for what the host says of it.
    private static let grace = Duration.seconds(1)

    private struct State: Sendable {
        var number: UInt64 = 0
        /// Those that are waited for, with the answers that have come.
        var waiting: [UInt64: ServiceAnswer?] = [:]
    }

    private let socket: MessageSocket
    private let state = Monitor(State())

    init(_ socket: MessageSocket) {
        self.socket = socket
    }

    /// Asks, and waits for the answer, until the deadline.
    func request(_ call: ServiceCall, by speaker: Speaker, patience: UInt64) -> ServiceAnswer {
        var call = call
        if call.deadline == 0 {
            call.deadline = MonotonicInstant.now.advanced(by: .nanoseconds(Int64(clamping: patience))).nanoseconds
        }
        let number: UInt64? = state.withLock { state in
            guard state.waiting.count < Self.limit else { return nil }
            state.number += 1
            state.waiting[state.number] = .some(nil)
            return state.number
        }
        guard let number else {
            let reason = "\(call.service): \(Self.limit) requests of this plugin are under way already; try again later"
            return ServiceAnswer(status: PH_BUSY, reason)
        }
        defer { state.withLock { $0.waiting[number] = nil } }
        if let failure = send(call, number, by: speaker) { return failure }
        let deadline = MonotonicInstant(nanoseconds: call.deadline).advanced(by: Self.grace)
        let answer: ServiceAnswer? = state.wait(for: .entry, until: deadline) { $0.waiting[number] ?? nil }
        return answer
            ?? ServiceAnswer(
                status: PH_TIMED_OUT,
                "\(call.service): \(call.method): the host did not answer by the deadline"
            )
    }

    private func send(_ call: ServiceCall, _ number: UInt64, by speaker: Speaker) -> ServiceAnswer? {
        let isApart = call.input.count > BytesApart.threshold
        var message = call
        var file: SharedFile?
        if isApart {
            do throws(SystemCallError) {
                file = try BytesApart.put(call.input)
            } catch {
                return ServiceAnswer(status: PH_BUSY, "\(call.service): the input finds no room: \(error)")
            }
            message.input = []
        }
        let bytes = RunnerMessage.request(speaker, number: number, call: message, isApart: isApart).bytes
        guard socket.send(bytes, with: file, until: MonotonicInstant(nanoseconds: call.deadline)) == .sent else {
            return ServiceAnswer(status: PH_TIMED_OUT, "\(call.service): the host did not take the request in time")
        }
        return nil
    }

    /// Takes an answer, on the thread of the host's messages.
    func take(_ answer: ServiceAnswer, to number: UInt64, isApart: Bool, _ descriptor: inout OwnedFileDescriptor?) {
        var answer = answer
        if isApart {
            do throws(SystemCallError) {
                guard let descriptor = descriptor.take() else { throw SystemCallError(call: "recvmsg", code: ENODATA) }
                answer.bytes = try BytesApart.read(try BytesApart.take(descriptor))
            } catch {
                answer = ServiceAnswer(status: PH_BUSY, "the host's answer could not be taken: \(error)")
            }
        }
        let taken = answer
        // Nobody may wait for it any more.
        state.withLock { state in
            if state.waiting[number] != nil { state.waiting[number] = .some(taken) }
        }
        state.broadcast(.entry)
    }
}
