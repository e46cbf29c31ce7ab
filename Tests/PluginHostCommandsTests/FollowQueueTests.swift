import PluginHost
@testable import PluginHostCommands
import Testing

@Suite("The queue of a follower")
struct FollowQueueTests {
    @Test("keeps the order, drops what is too much, and says how much that was")
    func drops() {
        var queue = FollowQueue(limit: 2)
        let events = (1...5).map { PluginEvent(.custom, plugin: "p", generation: $0) }
        for event in events { queue.offer(event) }
        #expect(queue.take() == [.event(events[0]), .event(events[1]), .dropped(3)])
        #expect(queue.take() == [])
        queue.offer(events[4])
        #expect(queue.take() == [.event(events[4])])
    }
}
