import PluginHost
@testable import PluginHostCommands
import Synchronization
import Testing

@Suite("What a developer is told")
struct DevelopNarratorTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    @Test("is one line for each reload, with generation, state and time")
    func reload() {
        let lines = Lines()
        let narrator = DevelopNarrator(say: { line in lines.all.withLock { $0.append(line) } })
        narrator.hear(PluginEvent(.loaded, plugin: "counter", generation: 2))
        narrator.begin()
        narrator.hear(PluginEvent(.reloadStarted, plugin: "counter"))
        narrator.hear(PluginEvent(.loaded, plugin: "counter", generation: 3))
        narrator.hear(PluginEvent(.stateRestored, plugin: "counter", generation: 3))
        var event = PluginEvent(.reloadCompleted, plugin: "counter", generation: 3)
        event.success = true
        event.durationSeconds = 0.012
        narrator.hear(event)
        var failure = PluginEvent(.reloadFailed, plugin: "counter")
        failure.attempt = 1
        failure.error = "it is unhealthy"
        narrator.hear(failure)
        #expect(
            lines.all.withLock { $0 } == [
                "counter reloaded: generation 3, state kept, 12 ms",
                "counter failed to reload (attempt 1): it is unhealthy",
            ]
        )
    }
}
