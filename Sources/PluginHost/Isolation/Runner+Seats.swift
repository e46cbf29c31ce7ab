internal import LinuxSystem
internal import RunnerProtocol

// The places of plugins in a runner.
extension Runner {
    /// Makes a place for a plugin.
    func makeSeat(_ isolation: Isolation) throws(PluginError) -> RunnerSeat {
        let spare = state.withLock { $0.spareChannel.take() }
        let channel: Channel
        if let spare { channel = spare } else { channel = try makeChannel() }
        let seat = RunnerSeat(self, number: channel.number, channel.caller, isolation)
        let isClosed = state.withLock { state in
            state.seats[channel.number] = seat
            return state.isLost || state.refusals[channel.number] != nil
        }
        if isClosed { channel.caller.close() }
        return seat
    }

    /// Makes a channel, and lets the runner have it.
    func makeChannel() throws(PluginError) -> Channel {
        let memory: ChannelMemory
        do throws(ChannelSetupError) {
            memory = try settings.makeMemory()
        } catch {
            // With the last plugin a runner ends, and so it does if the first one can't come.
            end(ifUnused: true)
            throw PluginError(code: .exhausted, message: "\(label): no channel to a runner could be made: \(error)")
        }
        let number = state.withLock { state in
            defer { state.nextSeat += 1 }
            return state.nextSeat
        }
        let caller = CallerSide(
            memory,
            rightOfWay: rightOfWay,
            needsLanes: { [weak self] lane in
                try? self?.say(.lanes(seat: number, count: UInt32(lane + 1)), nil)
            },
            onCorruption: { [weak self] defect in
                self?.kill("it damaged its channel: \(defect)")
            }
        )
        try say(.seat(number), memory)
        return Channel(number: number, caller: caller)
    }

    /// Takes note that there is no room for the plugin of a seat; the others go on.
    func turnAway(_ number: UInt32, _ reason: String) {
        let (caller, isTaken) = state.withLock { state -> (CallerSide?, Bool) in
            if state.seats[number]?.plugin != nil { return (nil, true) }
            guard number < state.nextSeat else { return (nil, false) }
            state.refusals[number] = reason
            let spare = state.spareChannel.flatMap { $0.number == number ? $0.caller : nil }
            return (state.seats[number]?.caller ?? spare, false)
        }
        guard !isTaken else { return kill("it has no room for a plugin that it has") }
        caller?.close()
    }

    /// Why there is no room for the plugin of a seat; `nil` if there is.
    func refusal(of seat: RunnerSeat) -> String? {
        state.withLock { $0.refusals[seat.number] }
    }
}
