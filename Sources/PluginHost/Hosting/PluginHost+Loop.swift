internal import LinuxSystem

extension PluginHost {
    /// Does something again and again on the thread that decides everything in this host, until the host ends.
    ///
    /// A host that hangs does it no more, which is what a watchdog wants to know.
    package func whileAlive(every interval: Duration, _ body: @escaping @Sendable () -> Void) {
        let loop = conductor.loop
        loop.perform { Self.tick(loop, interval, body) }
    }

    private static func tick(_ loop: EventLoop, _ interval: Duration, _ body: @escaping @Sendable () -> Void) {
        body()
        _ = loop.schedule(at: .now.advanced(by: interval)) { [weak loop] in
            if let loop { tick(loop, interval, body) }
        }
    }
}
