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
    func reload() async {
        let lines = Lines()
        let sizes = Mutex([2000, 2000, 6000])
        let narrator = DevelopNarrator(
            say: { line in lines.all.withLock { $0.append(line) } },
            look: { _ in
                let size = sizes.withLock { $0.removeFirst() }
                return DevelopFacts(version: "1.0.0", bytes: size, schema: 1, parts: ["method a"])
            }
        )
        await narrator.hear(PluginEvent(.loaded, plugin: "counter", generation: 2))
        narrator.begin()
        await narrator.hear(PluginEvent(.reloadStarted, plugin: "counter"))
        await narrator.hear(PluginEvent(.loaded, plugin: "counter", generation: 3))
        await narrator.hear(PluginEvent(.stateRestored, plugin: "counter", generation: 3))
        var event = PluginEvent(.reloadCompleted, plugin: "counter", generation: 3)
        event.success = true
        event.durationSeconds = 0.012
        event.holdSeconds = 0.0005
        await narrator.hear(event)
        var failure = PluginEvent(.reloadFailed, plugin: "counter")
        failure.attempt = 1
        failure.error = "it is unhealthy"
        await narrator.hear(failure)
        #expect(
            lines.all.withLock { $0 } == [
                "counter reloaded: generation 3, state kept, load 11.5 ms, switch 500 µs\n  5.9 KiB, 3.9 KiB more",
                "counter failed to reload (attempt 1): it is unhealthy",
            ]
        )
    }

    @Test(
        "says what serves after a build that does not",
        arguments: [(0, "nothing serves"), (3, "the generation before goes on")]
    )
    func refusal(generation: UInt64, rest: String) async {
        let lines = Lines()
        let narrator = DevelopNarrator(say: { line in lines.all.withLock { $0.append(line) } }, look: { _ in nil })
        narrator.begin()
        var event = PluginEvent(.reloadCompleted, plugin: "counter", generation: generation)
        (event.success, event.error) = (false, "no such method")
        await narrator.hear(event)
        #expect(lines.all.withLock { $0 } == ["counter not reloaded: \(rest): no such method"])
    }

    @Test("names what is new in a build, and what is gone")
    func changes() {
        let old = DevelopFacts(version: "1.0.0", bytes: 4096, schema: 1, parts: ["method a", "method b", "action x"])
        var new = old
        #expect(new.changes(since: old) == nil)
        new = DevelopFacts(version: "1.1.0", bytes: 2048, schema: 2, parts: ["method a", "method c"])
        #expect(
            new.changes(since: old)
                == "version 1.0.0 -> 1.1.0; 2 KiB, 2 KiB less; state schema 1 -> 2; new method c; "
                + "no method b any more; no action x any more"
        )
    }
}
