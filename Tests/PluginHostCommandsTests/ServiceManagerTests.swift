import LinuxSystem
import PluginHost
import Synchronization
import Testing

@testable import PluginHostCommands

@Suite("A service manager", .timeLimit(.minutes(10)))
struct ServiceManagerTests {
    /// What a manager was told.
    private final class Told: Sendable {
        let messages = Mutex<[String]>([])
        var all: [String] { messages.withLock { $0 } }

        func manager(watchdog: Duration? = nil) -> ServiceManager {
            ServiceManager(watchdog: watchdog) { [self] message, _ in messages.withLock { $0.append(message) } }
        }
    }

    @Test(
        "is told only by the process that it means",
        arguments: [
            (nil, nil, true), ("10", nil, true), ("11", nil, false), ("9", nil, false), ("9", 9, true), ("8", 9, false),
        ] as [(String?, Int32?, Bool)]
    )
    func meant(process: String?, parent: Int32?, isMeant: Bool) {
        let variables = process.map { ["SYSTEMD_EXEC_PID": $0] } ?? [:]
        #expect(ServiceManager.isMeant(variables, process: 10, parent: parent) == isMeant)
    }

    @Test("wants signs of life, of this process, at times that make sense")
    func watchdog() {
        func watchdog(_ variables: [String: String]) -> Duration? { ServiceManager.watchdog(variables, process: 10) }
        #expect(watchdog(["WATCHDOG_USEC": "30000000"]) == .seconds(30))
        #expect(watchdog(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "10"]) == .seconds(30))
        #expect(watchdog(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "11"]) == nil)
        #expect(
            watchdog(["WATCHDOG_USEC": "0"]) == nil && watchdog(["WATCHDOG_USEC": "x"]) == nil && watchdog([:]) == nil
        )
        #expect(Told().manager(watchdog: .seconds(30)).pingInterval == .seconds(15))
    }

    @Test("gets one line for a status, whatever is in it")
    func lines() {
        let told = Told()
        told.manager().say("a\nREADY=1")
        #expect(told.all.count == 1)
        #expect(told.all[0].hasPrefix("STATUS=a") && !told.all[0].contains("\n"))
    }

    @Test("is told of start, life, changes, reload and end")
    func reports() async throws {
        let (told, host) = (Told(), HostDouble())
        let reporter = ServiceReporter(told.manager(watchdog: .seconds(2)), host)
        reporter.note(PluginEvent(.loaded, plugin: "counter"))
        await reporter.begin()
        #expect(host.log == ["while alive every 1.0 seconds"])
        #expect(told.all == ["WATCHDOG=1", "READY=1\nSTATUS=1 plugin, 1 serving"])
        reporter.reload { "configuration read" }
        #expect(told.all[2].hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
        #expect(Int(told.all[2].split(separator: "=").last ?? "") != nil)
        #expect(told.all[3] == "READY=1\nSTATUS=configuration read")
        reporter.note(PluginEvent(.stateChanged, plugin: "counter"))
        while told.all.count < 5 { await Task.yield() }
        #expect(told.all[4] == "STATUS=1 plugin, 1 serving")
        reporter.end()
        reporter.note(PluginEvent(.unloaded, plugin: "counter"))
        #expect(told.all[5...] == ["STOPPING=1\nSTATUS=stopping"])
    }

    @Test("is told of what happens while the start is being told")
    func changesDuringStart() async throws {
        let (told, host) = (Told(), HostDouble())
        let reporter = ServiceReporter(told.manager(), host)
        let before: @Sendable () -> HostStatus = {
            var status = HostDouble.status
            status.host.totals.loaded = 0
            reporter.note(PluginEvent(.loaded, plugin: "counter"))
            return status
        }
        host.state.withLock { $0.statuses = [before] }
        await reporter.begin()
        while told.all.count < 2 { await Task.yield() }
        #expect(told.all == ["READY=1\nSTATUS=1 plugin, 0 serving", "STATUS=1 plugin, 1 serving"])
    }

    @Test("reads which plugins have failed")
    func failures() {
        var status = HostDouble.status
        #expect(ServiceReporter.text(of: status) == "1 plugin, 1 serving")
        (status.host.totals.loaded, status.host.totals.failed, status.plugins[0].state) = (0, 1, "error")
        #expect(ServiceReporter.text(of: status) == "1 plugin, 0 serving, 1 failed: counter")
    }
}
