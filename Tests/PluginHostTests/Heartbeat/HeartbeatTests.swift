import LinuxSystem
import Synchronization
import Testing

@testable import PluginHost

@Suite("The heartbeat", .timeLimit(.minutes(10)))
struct HeartbeatTests {
    private static let second: Int64 = 1_000_000_000
    private var book = HeartbeatBook()
    private var now = TaskTime(monotonic: 1000 * second, wall: Zones.utc("2026-11-21T12:00") * second)

    private func state(_ status: HeartbeatStatus, _ name: String) -> HeartbeatStatus.State? {
        status.components.first { $0.name == name }?.state
    }

    @Test("is unknown without parts, and until all have reported (CH-3)")
    mutating func unknown() {
        #expect(book.status(now: now).state == .unknown)
        book.register("a", interval: 30 * Self.second, now: now)
        book.register("b", interval: 30 * Self.second, now: now)
        book.alive("a", now: now)
        let status = book.status(now: now)
        #expect(status.state == .unknown && status.healthy == 1 && status.unknown == 1)
        book.alive("b", now: now)
        #expect(book.status(now: now).state == .healthy)
    }

    @Test("finds a part in error that was silent for twice its interval, and well when it is alive again")
    mutating func silence() {
        book.register("a", interval: 30 * Self.second, now: now)
        book.alive("a", now: now)
        now.monotonic += 60 * Self.second
        #expect(book.status(now: now).state == .healthy)
        now.monotonic += 1
        let status = book.status(now: now)
        #expect(status.state == .error && status.failed == 1)
        #expect(status.components.first?.errors.first?.message.contains("silent for 60 s") == true)
        // It is one error, however often one looks.
        now.monotonic += 100 * Self.second
        #expect(book.status(now: now).components.first?.errors.count == 1)
        book.alive("a", now: now)
        #expect(book.status(now: now).state == .healthy)
    }

    @Test("keeps the last 10 errors of a part, and one of those that are the same")
    mutating func errors() {
        book.register("a", interval: Self.second, now: now)
        for number in 0..<15 { book.fail("a", "number \(number)\nforged", now: now) }
        book.fail("a", "number 14\nforged", now: now)
        let errors = book.status(now: now).components.first?.errors ?? []
        #expect(errors.map(\.message) == (5..<15).map { "number \($0) forged" })
    }

    @Test("asks parts at each beat, tells the bus, and does not ask who has not answered")
    func beats() throws {
        let events = Mutex<[PluginEvent]>([])
        let monitor = HeartbeatMonitor(interval: .seconds(30), patience: .milliseconds(10)) { event in
            events.withLock { $0.append(event) }
        }
        let asked = Mutex(0)
        try monitor.register("well") { report in report(nil) }
        try monitor.register("ill") { report in report("no power") }
        #expect(monitor.beat().state == .error)
        monitor.unregister("ill")
        #expect(monitor.beat().state == .healthy)
        try monitor.register("mute") { _ in asked.withLock { $0 += 1 } }
        #expect(monitor.beat().state == .unknown)
        #expect(monitor.beat().state == .unknown)
        #expect(asked.withLock { $0 } == 1)
        let told = events.withLock { $0 }
        #expect(told.map(\.new) == ["error", "healthy", "unknown", "unknown"])
        #expect(told.map(\.old) == ["unknown", "error", "healthy", nil])
        #expect(told.first?.error == "ill: no power")
    }

    @Test("hears no late word of a part that has gone as one of the part that has its name")
    func namesakes() throws {
        let monitor = HeartbeatMonitor(interval: .seconds(30), patience: .milliseconds(10)) { _ in }
        let reports = Mutex<[@Sendable (String?) -> Void]>([])
        for _ in 0..<2 {
            monitor.unregister("a")
            try monitor.register("a") { report in reports.withLock { $0.append(report) } }
            monitor.beat()
        }
        let (first, second) = reports.withLock { ($0[0], $0[1]) }
        first("broken")
        #expect(monitor.status().state == .unknown)
        second(nil)
        #expect(monitor.status().state == .healthy)
    }

    @Test("refuses a name that is taken, and an interval that is none")
    func refuses() throws {
        let monitor = HeartbeatMonitor(interval: .seconds(30)) { _ in }
        try monitor.register("a")
        let taken = #expect(throws: PluginError.self) { try monitor.register("a") }
        #expect(taken?.code == .conflict)
        let interval = #expect(throws: PluginError.self) { try monitor.register("b", interval: .zero) }
        #expect(interval?.code == .badConfiguration)
    }

    @Test("lets a plugin speak for itself, and counts its silence from then on")
    func plugins() throws {
        let monitor = HeartbeatMonitor(interval: .seconds(30)) { _ in }
        let plugins = PluginHeartbeats(monitor: monitor)
        let service = HeartbeatService(monitor: monitor, plugins: plugins)
        func ask(_ method: String, _ text: String = "", generation: UInt64 = 1) throws {
            _ = try service.serve(
                ServiceRequest(
                    plugin: "counter",
                    generation: generation,
                    method: method,
                    input: Array(text.utf8),
                    deadline: .now,
                    chain: .empty,
                    permits: { _ in true }
                )
            )
        }
        try ask("alive")
        #expect(monitor.status().state == .healthy)
        try ask("error", "no database")
        #expect(state(monitor.status(), "plugin/counter") == .error)
        let error = #expect(throws: PluginError.self) { try ask("live") }
        #expect(error?.code == .methodNotFound)
        // The second generation says nothing, and the third says this before it fails.
        let status: PluginStatus = try JSONCoding.decode(
            from: Array(
                """
                {"attempts":0,"build":"","calls":0,"failedCalls":0,"failedReloads":0,"generation":2,"heldCalls":0,"id":"counter",
                "inFlight":0,"isolation":"process","name":"","onProbation":false,"path":"","pendingChange":false,"reloads":0,
                "restarts":0,"retiredBytes":0,"retiredGenerations":0,"state":"running","version":""}
                """.utf8
            )
        )
        try ask("error", "no database", generation: 3)
        plugins.take([status])
        #expect(monitor.status().state == .healthy)
        try ask("error", "no database", generation: 2)
        plugins.take([status])
        #expect(monitor.status().state == .error)
        // A build on trial says nothing of the one that serves.
        try ask("alive", generation: 0)
        #expect(state(monitor.status(), "plugin/counter") == .error)
    }
}
