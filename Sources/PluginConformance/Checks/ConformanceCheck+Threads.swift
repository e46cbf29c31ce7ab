internal import LinuxSystem
internal import PluginHost
internal import PluginLoading

extension ConformanceCheck {
    static let threads = ConformanceCheck(
        "threads",
        "stop ends all threads of the plugin's own",
        promise: "stop ends work; no thread of the plugin's own may run after it returns (plugin_abi.h, stop).",
        hint:
            "Join each thread in stop. In a debugger, 'thread backtrace all' at the end of the check shows the one that is left."
    ) { (trial) throws(CheckEnd) in
        let image = try trial.map()
        let threads = PluginThreads(image: image.base..<image.base + UInt(max(trial.image.mappedSize, 1)))
        let first = PluginThreads.all()
        for _ in 0..<10 {
            let subject = try trial.running()
            let reply = subject.perform(.stop)
            guard reply.isOK else { throw .violated("stop failed: \(reply.reason)") }
            subject.note("its threads were to end after stop")
            if let thread = threads.remaining(besides: first) {
                throw .violated(
                    "stop has returned, and the thread '\(PluginThreads.name(of: thread))' is still in its code"
                )
            }
            try subject.live(.unload, after: "stop")
            subject.destroy()
        }
        // Waits that the kernel does not tell the place of are found by their number.
        let more = PluginThreads.all().subtracting(first).count
        if more >= 10 { throw .violated("after ten lives there are \(more) threads more than before") }
        return nil
    }
}

extension PluginThreads {
    /// A thread in the plugin's code that was not there before, if there still is one after a moment: one that has been joined
    /// may take that long to be gone.
    fileprivate func remaining(besides first: Set<Int32>) -> Int32? {
        let deadline = MonotonicInstant.now.advanced(by: .seconds(1))
        let pause = Monitor<Bool>(false)
        while true {
            let found = Self.all().subtracting(first).sorted().first { isInside($0) == true }
            guard let found else { return nil }
            if MonotonicInstant.now >= deadline { return found }
            _ = pause.wait(for: .entry, until: .now.advanced(by: .milliseconds(20))) { $0 ? true : nil }
        }
    }
}
