internal import CPluginABI
internal import Glibc
internal import LinuxSystem
internal import PluginLoading
internal import RunnerProtocol

// What plugins in a runner ask of the host's services.
extension Runner {
    /// Has a request served on a thread that may wait; this is the loop's, which may not.
    func serve(
        _ call: ServiceCall,
        _ number: UInt64,
        of speaker: Speaker,
        isApart: Bool,
        _ descriptor: inout OwnedFileDescriptor?
    ) {
        let seatNumber = speaker.seat
        let (seat, services) = state.withLock { ($0.seats[seatNumber], $0.services[seatNumber]) }
        guard let seat, let services else {
            return refuse(number, of: seatNumber, PH_SHUTTING_DOWN, "\(call.service): the plugin is registered no more")
        }
        guard isGenuine(speaker, services) else {
            let reason = "\(call.service): it was not asked for with the token of the plugin's registration"
            return refuse(number, of: seatNumber, PH_UNAUTHORISED, reason)
        }
        var input: SharedFile?
        if isApart {
            do throws(SystemCallError) {
                guard let file = descriptor.take() else { throw SystemCallError(call: "recvmsg", code: ENODATA) }
                input = try BytesApart.take(file)
            } catch {
                let reason = "\(call.service): the input could not be taken: \(error)"
                return refuse(number, of: seatNumber, PH_BAD_PAYLOAD, reason)
            }
        }
        let apart = input
        let isTaken = seat.requests.perform { [self] in
            answer(Self.answer(to: call, apart, services), to: number, of: seatNumber)
        }
        guard !isTaken else { return }
        let reason = "\(RequestDesk.limit) requests of this plugin, or too many of all, are under way; try again later"
        refuse(number, of: seatNumber, PH_BUSY, "\(call.service): \(reason)")
    }

    private static func answer(
        to call: ServiceCall,
        _ input: SharedFile?,
        _ services: HostServices
    ) -> ServiceAnswer {
        var call = call
        if let input {
            do throws(SystemCallError) {
                call.input = try BytesApart.read(input)
            } catch {
                return ServiceAnswer(status: PH_BAD_PAYLOAD, "\(call.service): the input could not be read: \(error)")
            }
        }
        return services.request(call)
    }

    /// Sends an answer from a thread that may wait for the runner to take it.
    private func answer(_ answer: ServiceAnswer, to number: UInt64, of seat: UInt32) {
        var answer = answer
        var file: SharedFile?
        if answer.bytes.count > BytesApart.threshold {
            do throws(SystemCallError) {
                file = try BytesApart.put(answer.bytes)
                answer.bytes = []
            } catch {
                answer = ServiceAnswer(status: PH_BUSY, "the answer finds no room: \(error)")
            }
        }
        let message = HostMessage.answer(seat: seat, number: number, answer: answer, isApart: file != nil)
        let deadline = MonotonicInstant.now.advanced(by: settings.endPatience)
        // To one that is gone nothing has to be said.
        if socket.send(message.bytes, with: file, until: deadline) == .full { kill("it does not take what it is told") }
    }

    /// Answers on the loop's thread; a runner that asks and asks and takes no answers is ended.
    private func refuse(_ number: UInt64, of seat: UInt32, _ status: Int32, _ reason: String) {
        let answer = ServiceAnswer(status: status, reason)
        let message = HostMessage.answer(seat: seat, number: number, answer: answer, isApart: false)
        if socket.send(message.bytes) == .full { kill("it asks for more than it takes answers to") }
    }
}
