internal import LinuxSystem
internal import Synchronization

/// The runner's end of a channel: serves its lanes, each on a thread of its own.
package final class ServerSide: Sendable {
    /// The status of a call that could not be made or answered: that of a defect of the host or of the SDK, in the ABI.
    static let internalFailure: Int32 = 10

    package let memory: ChannelMemory
    private let isOver = Atomic<Bool>(false)

    private let usableProcessors: Int

    /// Makes the runner's end; with one processor that can be used, nobody waits awake.
    package init(_ memory: ChannelMemory, usableProcessors: Int = Processors.usable) {
        self.memory = memory
        self.usableProcessors = usableProcessors
    }

    /// Serves a lane until the channel is closed.
    ///
    /// Blocks the thread, which must be the only one that serves this lane. A lane on which nothing is asked costs nothing.
    ///
    /// - Parameters:
    ///   - index: The number of the lane.
    ///   - isAwaited: Whether the first request will come in a moment.
    ///   - handle: Serves one call: writes the answer, and returns its status.
    package func serve(
        lane index: Int,
        isAwaited: Bool = false,
        _ handle: (ServedCall, inout AnswerWriter) -> Int32
    ) {
        let lane = memory.lane(index)
        var writer = AnswerWriter(memory, lane: index)
        var served = lane.acquire(ChannelLayout.answerWord) & ~ChannelLayout.closed
        var learnt = SpinBudget()
        var place = ServerPlace(in: lane, usableProcessors: usableProcessors)
        var wakefulness = isAwaited && usableProcessors > 1 ? Wakefulness.ready : .usual
        while !isClosed {
            let word = WordWait(
                for: ChannelLayout.requestWord,
                from: served,
                flag: ChannelLayout.serverSleeps,
                in: lane
            )
            place.consider(isSilent: learnt.duration == 0)
            var budget = place.canSpin ? learnt : nil
            guard let sequence = word.wait(budget: &budget, wakefulness, until: nil, inSlices: false) else { continue }
            if let budget { learnt = budget }
            guard sequence & ChannelLayout.closed == 0 else { break }

            let header = RequestHeader(reading: lane)
            place.note(header)
            wakefulness = usableProcessors > 1 ? Wakefulness(flags: header.flags) : .usual
            // Before the plugin sees anything of it.
            unsafe lane.word(ChannelLayout.takenWord).pointee.store(sequence, ordering: .releasing)
            let status = answer(header, in: lane, index, &writer, handle)
            place.tell()
            writer.finish(status: status).write(to: lane)
            lane.post(ChannelLayout.answerWord, sequence, flag: ChannelLayout.callerSleeps)
            // From here on nobody waits.
            writer.reset()
            served = sequence
            if place.leaves() { learnt = SpinBudget() }
            if wakefulness == .givingWay { Processors.giveWay() }
        }
    }

    /// Whether a request waits in a lane that no thread serves.
    package func isAsked(lane index: Int) -> Bool {
        let lane = memory.lane(index)
        let request = lane.acquire(ChannelLayout.requestWord)
        guard request & ChannelLayout.closed == 0 else { return false }
        return request != lane.acquire(ChannelLayout.answerWord) & ~ChannelLayout.closed
    }

    /// Answers the request that waits in a lane with a reason; no thread may serve the lane.
    package func refuse(lane index: Int, _ reason: String, status: Int32) {
        let lane = memory.lane(index)
        var writer = AnswerWriter(memory, lane: index)
        var reason = reason
        let sequence = lane.acquire(ChannelLayout.requestWord)
        guard sequence & ChannelLayout.closed == 0 else { return }
        unsafe lane.word(ChannelLayout.takenWord).pointee.store(sequence, ordering: .releasing)
        reason.withUTF8 { text in _ = unsafe writer.append(UnsafeRawBufferPointer(text)) }
        writer.finish(status: status).write(to: lane)
        lane.post(ChannelLayout.answerWord, sequence, flag: ChannelLayout.callerSleeps)
    }

    /// Has each thread that serves return, when it has answered its call.
    package func close() {
        isOver.store(true, ordering: .sequentiallyConsistent)
        for index in 0..<memory.lanes { memory.lane(index).close(ChannelLayout.requestWord) }
    }

    package var isClosed: Bool {
        isOver.load(ordering: .sequentiallyConsistent)
    }

    @inline(__always)
    private func answer(
        _ header: RequestHeader,
        in lane: SharedFields,
        _ index: Int,
        _ writer: inout AnswerWriter,
        _ handle: (ServedCall, inout AnswerWriter) -> Int32
    ) -> Int32 {
        guard header.isPlausible(payloadLimit: memory.payloadLimit) else {
            return writer.refuse(header)
        }
        guard header.place == ChannelLayout.inRange else {
            let offset = ChannelLayout.requestArea + ChannelLayout.inputOffset(methodSize: Int(header.methodSize))
            let input = unsafe UnsafeRawBufferPointer(start: lane.address(offset), count: Int(header.inputSize))
            return unsafe handle(ServedCall(header, in: lane, input: input), &writer)
        }
        return answerFromRange(header, in: lane, index, &writer, handle)
    }

    @inline(never)
    private func answerFromRange(
        _ header: RequestHeader,
        in lane: SharedFields,
        _ index: Int,
        _ writer: inout AnswerWriter,
        _ handle: (ServedCall, inout AnswerWriter) -> Int32
    ) -> Int32 {
        let size = Int(header.inputSize)
        do throws(SystemCallError) {
            let mapping = try memory.file.map(
                from: ChannelLayout.requestRange(index),
                count: size,
                access: .reading
            )
            return withExtendedLifetime(mapping) {
                let input = unsafe UnsafeRawBufferPointer(start: mapping.start, count: size)
                return unsafe handle(ServedCall(header, in: lane, input: input), &writer)
            }
        } catch {
            return writer.refuse(size, error)
        }
    }
}

extension AnswerWriter {
    // Neither is inlined: what is between the instructions of a call makes the first one after a rest slower.

    /// Makes a header that can't be the answer, in place of what the plugin would have said.
    @inline(never)
    fileprivate mutating func refuse(_ header: RequestHeader) -> Int32 {
        refuse("the request in the channel can't be: \(header)")
    }

    @inline(never)
    fileprivate mutating func refuse(_ size: Int, _ error: SystemCallError) -> Int32 {
        refuse("a request of \(size) bytes can't be mapped: \(error)")
    }

    private mutating func refuse(_ reason: String) -> Int32 {
        var reason = reason
        reason.withUTF8 { text in _ = unsafe append(UnsafeRawBufferPointer(text)) }
        return ServerSide.internalFailure
    }
}
