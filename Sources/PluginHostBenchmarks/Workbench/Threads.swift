internal import LinuxSystem

/// Threads that do the same, and are waited for.
enum Threads {
    static func run(_ count: Int, _ body: @escaping @Sendable () -> Void) {
        let running = Monitor(count)
        for index in 0..<count {
            DetachedThread.start(name: "caller-\(index)") {
                body()
                running.withLock { $0 -= 1 }
                running.broadcast(.drained)
            }
        }
        while running.wait(for: .drained, until: nil, { $0 == 0 ? true : nil }) != true {}
    }
}
