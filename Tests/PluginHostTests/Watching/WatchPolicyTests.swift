import LinuxSystem
import PluginHost
import Testing

@Suite("A watch policy (HR-2)")
struct WatchPolicyTests {
    @Test(
        "accepts plugin files and nothing else",
        arguments: [
            ("a.so", true), ("libA.so", true), (".so", false), ("so", false), ("a.so.tmp", false), ("a.so~", false),
            ("a.so.1", false), ("a.SO", false), ("", false), ("ä.so", true), ("a.soo", false),
        ]
    )
    func accepts(name: String, isAccepted: Bool) {
        #expect(WatchPolicy().accepts(name) == isAccepted)
    }

    @Test(
        "ignores the names that fit a pattern",
        arguments: [
            ("*.tmp.so", "x.tmp.so", true), ("*.tmp.so", "x.so", false), ("old*", "older.so", true),
            ("old*", "cold.so", false), ("*a*b*.so", "xxaxxbx.so", true), ("*a*b*.so", "xxbxxax.so", false),
            ("x.so", "x.so", true), ("x.so", "xx.so", false), ("*", "any", true), ("**.so", "a.so", true),
            ("*aab", "aaab", true), ("", "a", false),
        ]
    )
    func ignores(pattern: String, name: String, isIgnored: Bool) {
        var policy = WatchPolicy()
        policy.ignoredNames = [pattern]
        #expect(policy.ignores(name) == isIgnored)
    }

    @Test("follows the host's configuration")
    func followsConfiguration() {
        var configuration = HostConfiguration(pluginDirectories: [], stateDirectory: "")
        configuration.fileExtension = "plugin"
        configuration.isRecursive = true
        configuration.maximumEventsPerSecond = 7
        configuration.removalGrace = .seconds(9)
        configuration.strategy = .debounced(.milliseconds(300))
        let policy = WatchPolicy(configuration)
        #expect(policy.accepts("x.plugin"))
        #expect(policy.isRecursive)
        #expect(policy.maximumEventsPerSecond == 7)
        #expect(policy.removalGrace == .seconds(9))
        #expect(policy.window == .milliseconds(300))
        #expect(!policy.isImmediate)
        configuration.strategy = .immediate
        #expect(WatchPolicy(configuration).isImmediate)
    }

    @Test("counts events by the second")
    func budget() {
        var budget = EventBudget(eventsPerSecond: 2)
        let start = MonotonicInstant(nanoseconds: 5_000_000_000)
        #expect(budget.take(now: start) == nil)
        #expect(budget.take(now: start) == nil)
        let end = start.advanced(by: .seconds(1))
        #expect(budget.take(now: start.advanced(by: .milliseconds(999))) == end)
        #expect(budget.take(now: end) == nil)
    }
}
