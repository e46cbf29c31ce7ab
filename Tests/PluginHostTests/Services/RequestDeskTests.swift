import LinuxSystem
import Synchronization
import Testing

@testable import PluginHost

@Suite("The threads that serve a runner's requests")
struct RequestDeskTests {
    @Test("serve 64 at a time, and one more when one of them has ended", .timeLimit(.minutes(10)))
    func limit() {
        struct Progress: Sendable {
            var isOpen = false
            var ended = 0
        }
        let progress = Monitor(Progress())
        let desk = RequestDesk()
        let job: @Sendable () -> Void = {
            _ = progress.wait(for: .entry, until: nil) { $0.isOpen ? true : nil }
            progress.withLock { $0.ended += 1 }
            progress.broadcast(.drained)
        }
        for _ in 0..<RequestDesk.limit { #expect(desk.perform(job)) }
        #expect(!desk.perform(job))
        progress.withLock { $0.isOpen = true }
        progress.broadcast(.entry)
        let all: Bool? = progress.wait(for: .drained, until: nil) { $0.ended == RequestDesk.limit ? true : nil }
        #expect(all == true)
        // A place is free as soon as the thread has noted it.
        while !desk.perform({}) {}
    }
}
