package import LinuxSystem
package import struct FoundationEssentials.Date

extension HostCrash {
    /// Signals that a program brings upon itself.
    private static let deadly = ["SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT", "SIGTRAP", "SIGSYS"]

    /// Draws conclusions from what a host has left.
    package init(_ trace: HostTrace, process: Int32, end: ChildProcess.End, uptime: Duration, time: Date = Date()) {
        self.time = TimestampText.rounded(time)
        pid = process
        version = PluginHost.version
        uptimeSeconds = uptime.inSeconds
        switch end {
        case .exited(let status): exitStatus = status
        case .signalled(let number): signal = SignalName.of(number)
        case .unknown: break
        }
        crashedThread = trace.cause?.thread
        if let address = trace.cause?.address, address != 0 { self.address = "0x" + String(address, radix: 16) }
        threads = trace.threads.map { thread in
            Thread(number: thread.number, stays: thread.frames.map { Stay($0, in: trace) })
        }
        suspect = Self.suspect(trace, end)
    }

    /// Who is to blame: only the one who must have been it.
    private static func suspect(_ trace: HostTrace, _ end: ChildProcess.End) -> Stay? {
        guard let cause = trace.cause else {
            // A plugin may have taken the signal's handler, or have left without a word.
            let isOwnDoing: Bool =
                switch end {
                case .exited: true
                case .signalled(let signal): deadly.contains(SignalName.of(signal))
                case .unknown: false
                }
            return isOwnDoing && trace.threads.count == 1 ? innermost(trace.threads[0], in: trace) : nil
        }
        if let thread = trace.threads.first(where: { $0.number == cause.thread }) {
            return innermost(thread, in: trace)
        }
        // A thread that the plugin has made.
        for plugin in trace.plugins {
            guard let build = plugin.builds.first(where: { $0.code.contains(cause.instruction) }) else { continue }
            return Stay(plugin, build, generation: build.generation)
        }
        return nil
    }

    private static func innermost(_ thread: HostTrace.Thread, in trace: HostTrace) -> Stay? {
        guard !thread.isDeeper, let frame = thread.frames.last, frame.plugin != nil else { return nil }
        return Stay(frame, in: trace)
    }
}

extension HostCrash.Stay {
    fileprivate init(_ plugin: HostTrace.Plugin?, _ build: HostTrace.Build?, generation: UInt64) {
        self.plugin = plugin.flatMap { $0.id.isEmpty ? nil : $0.id }
        path = plugin.flatMap { $0.path.isEmpty ? nil : $0.path }
        self.generation = generation
        self.build = build?.digest
        stage = build?.stage
    }

    fileprivate init(_ frame: HostTrace.Frame, in trace: HostTrace) {
        let plugin = frame.plugin.map { trace.plugins[$0] }
        let build = plugin?.builds.first { $0.generation == frame.generation }
        self.init(plugin, build, generation: frame.generation)
        if frame.isCall { (method, callID) = (frame.name, frame.callID) } else { step = frame.name }
    }
}
