import struct FoundationEssentials.Date
import LinuxSystem
import Synchronization
import Testing

@testable import PluginHost

@Suite("The keeper of tasks", .timeLimit(.minutes(10)))
struct TaskKeeperTests {
    private struct Broken: Error {}

    private final class Scene: Sendable {
        let loop: EventLoop
        let log = Mutex<[LogRecord]>([])

        init() throws { loop = try EventLoop(name: "tasks-test") }

        func keeper(_ limits: TaskQueue.Limits = TaskQueue.Limits()) -> TaskKeeper {
            TaskKeeper(loop: loop, limits: limits) { record in self.log.withLock { $0.append(record) } }
        }

        func end(_ keeper: TaskKeeper) async {
            keeper.close()
            await keeper.waitUntilIdle(until: .now.advanced(by: .seconds(200)))
            loop.stop()
        }
    }

    private func record(
        _ name: String,
        every interval: Duration = .milliseconds(10),
        deadline: Duration = .seconds(30),
        starts: Bool = true,
        _ body: TaskBody
    ) throws -> TaskRecord {
        var declaration = TaskDeclaration(name: name, schedule: .every(interval))
        declaration.deadline = deadline
        declaration.startsAutomatically = starts
        return try TaskRecord(declaration, plugin: nil, body: body)
    }

    private func until(_ condition: () -> Bool) async throws {
        while !condition() {
            try Task.checkCancellation()
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    @Test("lets nobody wait for a run that is called off before it begins", arguments: ["stop", "unregister", "close"])
    func callsOff(way: String) async throws {
        let scene = try Scene()
        var limits = TaskQueue.Limits()
        limits.total = 1
        let keeper = scene.keeper(limits)
        let isOver = Atomic(false)
        let long = TaskBody.blocking { (_, _) throws(PluginError) in
            while !isOver.load(ordering: .acquiring) { Processors.giveWay() }
        }
        try keeper.register(record("long", every: .seconds(3600), starts: false, long))
        try keeper.register(record("next", every: .seconds(3600), starts: false, .blocking { (_, _) in }))
        let running = Task { try await keeper.run("long") }
        try await until { keeper.status("long")?.state == .running }
        // Who waits is noted on the way to the first point where this task could be left.
        let waiting = Task.immediate { try? await keeper.run("next") }
        try await until { keeper.status("next")?.state == .ready }
        switch way {
        case "stop": try keeper.stop("next")
        case "unregister": try keeper.unregister("next")
        default: keeper.close()
        }
        #expect(await waiting.value?.runs ?? 0 == 0)
        isOver.store(true, ordering: .releasing)
        _ = try await running.value
        await scene.end(keeper)
    }

    @Test("runs tasks at their times, on threads and as Swift tasks, and goes on after failures (CH-1)")
    func runs() async throws {
        let scene = try Scene()
        let keeper = scene.keeper()
        let counts = Mutex((blocking: 0, concurrent: 0))
        try keeper.register(
            record(
                "blocking",
                .blocking { (_, _) throws(PluginError) in
                    counts.withLock { $0.blocking += 1 }
                    throw PluginError(code: .failed, message: "broken")
                }
            )
        )
        try keeper.register(
            record(
                "concurrent",
                .concurrent { _ in
                    counts.withLock { $0.concurrent += 1 }
                    throw Broken()
                }
            )
        )
        try await until { counts.withLock { $0.blocking > 3 && $0.concurrent > 3 } }
        try keeper.stop("blocking")
        let status = try #require(keeper.status("blocking"))
        #expect(status.failures >= 3 && status.lastError == "broken")
        #expect(keeper.all().map(\.name) == ["blocking", "concurrent"])
        #expect(scene.log.withLock { $0.contains { $0.message == "the task blocking failed: broken" } })
        await scene.end(keeper)
    }

    @Test("lets no slow task delay another, and none run twice at once")
    func slow() async throws {
        let scene = try Scene()
        let keeper = scene.keeper()
        let gate = Monitor(false)
        let counts = Mutex((slow: 0, quick: 0))
        try keeper.register(
            record(
                "slow",
                .blocking { _, _ in
                    counts.withLock { $0.slow += 1 }
                    _ = gate.wait(for: .entry, until: nil) { $0 ? true : nil }
                }
            )
        )
        try keeper.register(record("quick", .blocking { _, _ in counts.withLock { $0.quick += 1 } }))
        try await until { counts.withLock { $0.slow == 1 && $0.quick > 10 } }
        #expect(counts.withLock { $0.slow } == 1)
        #expect(keeper.status("slow")?.state == .running)
        gate.withLock { $0 = true }
        gate.broadcast(.entry)
        try await until { counts.withLock { $0.slow > 2 } }
        await scene.end(keeper)
    }

    @Test("gives a run up that hangs, cancels it if it can, and runs the task again when it has ended")
    func hangs() async throws {
        let scene = try Scene()
        let keeper = scene.keeper()
        let gate = Monitor(false)
        let runs = Mutex((stuck: 0, cancelled: 0))
        try keeper.register(
            record(
                "stuck",
                deadline: .milliseconds(1),
                .blocking { _, _ in
                    runs.withLock { $0.stuck += 1 }
                    _ = gate.wait(for: .entry, until: nil) { $0 ? true : nil }
                }
            )
        )
        try keeper.register(
            record(
                "endless",
                deadline: .milliseconds(1),
                .concurrent { _ in
                    while !Task.isCancelled { try? await Task.sleep(for: .seconds(60)) }
                    runs.withLock { $0.cancelled += 1 }
                }
            )
        )
        // A thread may begin with it after it was given up.
        try await until {
            keeper.status("stuck")?.state == .overdue && runs.withLock { $0.stuck > 0 && $0.cancelled > 0 }
        }
        #expect(runs.withLock { $0.stuck } == 1)
        #expect(keeper.status("stuck")?.lastError?.contains("deadline") == true)
        gate.withLock { $0 = true }
        gate.broadcast(.entry)
        try await until { runs.withLock { $0.stuck } > 1 }
        await scene.end(keeper)
    }

    @Test("runs a task now for whoever asks, and says how it went")
    func now() async throws {
        let scene = try Scene()
        let keeper = scene.keeper()
        try keeper.register(
            record(
                "a",
                starts: false,
                .blocking { (_, _) throws(PluginError) in
                    throw PluginError(code: .failed, message: "broken")
                }
            )
        )
        let status = try await keeper.run("a")
        #expect(status.runs == 1 && status.lastError == "broken" && status.state == .stopped)
        await #expect(throws: PluginError.self) { try await keeper.run("b") }
        await scene.end(keeper)
    }

    @Test("keeps the counts of a plugin's task whose declaration is as it was, and forgets the others")
    func replaces() async throws {
        let scene = try Scene()
        let keeper = scene.keeper()
        let caller = TaskCallerDouble()
        let tasks = PluginTasks(keeper: keeper, caller: caller)
        var declaration = ComponentDeclaration()
        declaration.tasks = ["same", "changed", "gone"].map {
            TaskDeclaration(name: $0, schedule: .every(.seconds(60)))
        }
        #expect(tasks.conflict(declaration, of: "p") == nil)
        tasks.replace(declaration, of: "p")
        for name in ["p/same", "p/changed", "p/gone"] { _ = try await keeper.run(name) }
        #expect(caller.calls.withLock { $0.map(\.method) } == ["ph.task/same", "ph.task/changed", "ph.task/gone"])
        #expect(caller.calls.withLock { $0.first?.input.contains(#""missed":0"#) } == true)
        let due = try #require(keeper.status("p/same")?.nextDue)

        declaration.tasks.removeLast()
        declaration.tasks[1].schedule = .every(.seconds(30))
        tasks.replace(declaration, of: "p")
        #expect(keeper.all().map(\.name) == ["p/changed", "p/same"])
        #expect(keeper.status("p/same")?.runs == 1)
        let later = try #require(keeper.status("p/same")?.nextDue)
        #expect(abs(later.timeIntervalSince(due)) < 1)
        #expect(keeper.status("p/changed")?.runs == 0)
        tasks.replace(ComponentDeclaration(), of: "p")
        #expect(keeper.all().isEmpty)
        await scene.end(keeper)
    }

    @Test("refuses a declared task that is none, or has a name that the program around the host has")
    func conflicts() async throws {
        let scene = try Scene()
        let keeper = scene.keeper()
        let tasks = PluginTasks(keeper: keeper, caller: TaskCallerDouble())
        var declaration = ComponentDeclaration()
        declaration.tasks = [TaskDeclaration(name: "save", schedule: .cron("nonsense", timeZone: nil))]
        #expect(tasks.conflict(declaration, of: "p")?.contains("five are needed") == true)
        declaration.tasks = [TaskDeclaration(name: "save", schedule: .every(.seconds(1)))]
        try keeper.register(record("p/save", .blocking { _, _ in }))
        #expect(tasks.conflict(declaration, of: "p")?.contains("'p/save'") == true)
        await scene.end(keeper)
    }

    @Test("serves plugins that schedule work while they run, and forgets it with the generation that asked")
    func dynamic() async throws {
        let scene = try Scene()
        let keeper = scene.keeper()
        let tasks = PluginTasks(keeper: keeper, caller: TaskCallerDouble())
        let service = TaskService(tasks: tasks, count: { keeper.dynamicTasks(of: $0).count })
        func ask(_ method: String, _ input: String, generation: UInt64 = 1) throws {
            let request = ServiceRequest(
                plugin: "p",
                generation: generation,
                method: method,
                input: Array(input.utf8),
                deadline: .now,
                chain: .empty,
                permits: { _ in true }
            )
            _ = try service.serve(request)
        }
        try ask("register", #"{"name":"a","every":"60s"}"#)
        try ask("register", #"{"name":"b","cron":"0 3 * * *","timeZone":"UTC"}"#)
        #expect(keeper.all().map(\.name) == ["p/a", "p/b"])
        try ask("stop", "a")
        #expect(keeper.status("p/a")?.state == .stopped)
        // They rest with a plugin that is stopped, or that has failed.
        func note(_ state: String) {
            var event = PluginEvent(.stateChanged, plugin: "p", generation: 1)
            event.new = state
            tasks.take(event)
        }
        for states in [["stopped"], ["error"], ["stopped", "error"]] {
            for state in states { note(state) }
            #expect(keeper.status("p/b")?.state == .stopped)
            note("running")
            #expect(keeper.status("p/a")?.state == .stopped && keeper.status("p/b")?.state == .waiting)
        }
        // A build that is tried has none.
        for (method, input) in [("register", #"{"name":"t","every":"1s"}"#), ("start", "a"), ("unregister", "b")] {
            try ask(method, input, generation: 0)
        }
        #expect(keeper.all().map(\.name) == ["p/a", "p/b"] && keeper.status("p/a")?.state == .stopped)
        // The same again changes nothing.
        try ask("register", #"{"name":"a","every":"60s"}"#, generation: 2)
        #expect(keeper.status("p/a")?.state == .stopped)
        var event = PluginEvent(.reloadCompleted, plugin: "p", generation: 2)
        event.success = true
        tasks.take(event)
        #expect(keeper.all().map(\.name) == ["p/a"])
        for (method, input) in [
            ("register", "{}"), ("register", "no JSON"), ("register", #"{"name":"c","every":"0s"}"#),
            ("register", #"{"name":"c","every":"-5s"}"#), ("unregister", "nothing"), ("begin", "a"), ("start", ""),
        ] {
            #expect(throws: PluginError.self, "\(method) \(input)") { try ask(method, input) }
        }
        // A build on trial is told the same, and nothing of that stays.
        try ask("register", #"{"name":"tried","every":"60s"}"#, generation: 0)
        for method in ["start", "unregister"] { try ask(method, "a", generation: 0) }
        #expect(keeper.all().map(\.name) == ["p/a"])
        #expect(keeper.status("p/a")?.state == .stopped)
        #expect(throws: PluginError.self) { try ask("register", #"{"name":"c","every":"0s"}"#, generation: 0) }
        tasks.take(PluginEvent(.unloaded, plugin: "p", generation: 2))
        #expect(keeper.all().isEmpty)
        await scene.end(keeper)
    }
}

/// Takes note of what plugins are asked to do.
private final class TaskCallerDouble: ComponentCaller {
    let calls = Mutex<[(method: String, input: String)]>([])

    func call(
        _ plugin: String,
        _ method: String,
        _ input: [UInt8],
        deadline: MonotonicInstant
    ) throws(PluginError) -> [UInt8] {
        calls.withLock { $0.append((method, String(decoding: input, as: UTF8.self))) }
        return []
    }
}
