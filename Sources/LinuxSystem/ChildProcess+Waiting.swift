internal import Glibc

extension ChildProcess {
    /// Waits for the end of the program until a moment, and hands over what it prints meanwhile.
    ///
    /// Blocks the thread. The result is `nil` if the program runs on; nothing is done to it then.
    package func wait(until deadline: MonotonicInstant, printing: ([UInt8]) -> Void) throws(SystemCallError) -> End? {
        while true {
            let isLate = MonotonicInstant.now >= deadline
            // The end first: what was printed before it is all in the pipe by then.
            let end = try endIfEnded()
            let rest = output?.drain(limit: 1 << 20, printing)
            if let end { return end }
            if isLate { return nil }
            if rest == .more { continue }
            pause(until: deadline)
        }
    }

    /// Sleeps until the program has ended, but not for long: a pipe that is full holds it up.
    private func pause(until deadline: MonotonicInstant) {
        let left = MonotonicInstant.now.duration(to: deadline).wholeNanoseconds / 1_000_000
        let milliseconds = CInt(max(1, min(left, exit == nil ? 10 : 50)))
        guard let exit else {
            _ = poll(nil, 0, milliseconds)
            return
        }
        let hasEnded = exit.withNumber { number in
            var entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
            return unsafe poll(&entry, 1, milliseconds) > 0
        }
        // Of one that is being debugged it can't be told at first how it has ended.
        guard hasEnded, (try? endIfEnded()) == nil else { return }
        _ = poll(nil, 0, min(milliseconds, 10))
    }
}
