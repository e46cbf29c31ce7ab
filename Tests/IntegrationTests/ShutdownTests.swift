import Foundation
import LinuxSystem
import PluginHost
import Synchronization
import TestSupport
import Testing

@Suite("A host that is stopped, within its shutdownTimeout (HR-2)", .limited, .timeLimit(.minutes(10)))
struct ShutdownTests {
    /// A host that may stop for some seconds, while each step of a plugin may take minutes.
    ///
    /// What hangs leaves half of the time to the others, which has to do for a save on a busy machine.
    private func configuration(_ shop: Workshop) -> HostConfiguration {
        shop.configuration { $0.shutdownTimeout = .seconds(40) }
    }

    /// The values of plugins after a restart.
    private func values(_ shop: Workshop, _ ids: [String]) async throws -> [String] {
        var values: [String] = []
        try await TestHost.run(shop.configuration()) { test async throws in
            for id in ids { values.append(try await test.call("value", of: id)) }
        }
        return values
    }

    /// Waits until the disk has what the start writes down of plugins, which has their turn until then.
    private func untilWrittenDown(_ ids: [String], _ test: TestHost) async throws {
        for id in ids { #expect(try await test.host.refreshPlugin(id).success) }
    }

    @Test("gives up what hangs and saves the others, with their dependents before them", arguments: ["save", "stop"])
    func hangs(step: String) async throws {
        let shop = try Workshop()
        let hangs = shop.root + "/hangs"
        try shop.install("id=base", as: "libbase.so")
        try shop.install("id=middle;deps=base;hang=\(step);while=\(hangs)", as: "libmiddle.so")
        try shop.install("id=top;deps=middle;hang=\(step);while=\(hangs)", as: "libtop.so")
        try await TestHost.run(configuration(shop)) { test async throws in
            try await test.until("all run") {
                await test.host.status().plugins.map(\.state) == ["running", "running", "running"]
            }
            for id in ["base", "middle", "top"] { _ = try await test.call("increment", "41", of: id) }
            try await untilWrittenDown(["base", "middle", "top"], test)
            _ = FileManager.default.createFile(atPath: hangs, contents: nil)
        }
        try FileManager.default.removeItem(atPath: hangs)
        // What a plugin has saved is kept, though it does not stop afterwards.
        let other = step == "stop" ? "41" : "0"
        #expect(try await values(shop, ["base", "middle", "top"]) == ["41", other, other])
    }

    @Test("has stopped when any of those goes on who have stopped it at once")
    func severalAtOnce() async throws {
        let shop = try Workshop()
        let hangs = shop.root + "/hangs"
        try shop.install("id=a;hang=stop;while=\(hangs)")
        _ = FileManager.default.createFile(atPath: hangs, contents: nil)
        // Whoever gives it up meets the time limit.
        try await TestHost.run(shop.configuration { $0.shutdownTimeout = .seconds(3600) }) { test async throws in
            let first = Task { await test.host.stop() }
            try await test.until("it is being stopped") { FileManager.default.fileExists(atPath: hangs + ".reached") }
            let isEarly = Task {
                await test.host.stop()
                return FileManager.default.fileExists(atPath: hangs)
            }
            // The state directory is another host's only when the plugin has gone.
            let hosts = (0..<200).compactMap { _ in try? PluginHost(shop.configuration()) }
            #expect(hosts.isEmpty)
            try FileManager.default.removeItem(atPath: hangs)
            await first.value
            #expect(await !isEarly.value)
        }
    }

    @Test("ends the streams, too, that it is asked for afterwards")
    func streams() async throws {
        let shop = try Workshop()
        let host = try PluginHost(shop.configuration())
        try await host.start()
        await host.stop()
        for await event in host.events() { Issue.record("\(event)") }
        for await event in try host.events(matching: "#") { Issue.record("\(event)") }
        for await change in host.sharedState.changes() { Issue.record("\(change)") }
        for await record in host.logRecords() { Issue.record("\(record)") }
        await #expect(throws: PluginError.self) { try await host.start() }
    }

    @Test("does not wait for the run of a task that waits for its stop", arguments: [false, true])
    func stopsItself(isStoppedBefore: Bool) async throws {
        let shop = try Workshop()
        // Whoever waits it out meets the time limit.
        let host = try PluginHost(shop.configuration { $0.shutdownTimeout = .seconds(3600) })
        try await host.start()
        let isRunning = Flag()
        try host.schedule("end", .every(.seconds(3600)), deadline: .seconds(3600)) { _ in
            isRunning.set()
            // The end cancels its runs, and this one puts things in order by a stop of its own.
            if isStoppedBefore { try? await Task.sleep(for: .seconds(3600)) }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await host.stop() }
            }
        }
        let run = Task { try await host.runTask("end") }
        try await eventually { isRunning.isSet }
        if isStoppedBefore { await host.stop() }
        #expect(try await run.value.name == "end")
        await host.stop()
    }

    @Test("names the runs of tasks that it did not wait for to the end")
    func leftRuns() async throws {
        let shop = try Workshop()
        let records = Mutex<[LogRecord]>([])
        let host = try PluginHost(shop.configuration { $0.shutdownTimeout = .milliseconds(100) }) { record in
            records.withLock { $0.append(record) }
        }
        try await host.start()
        let (isRunning, isOver) = (Flag(), Flag())
        try host.schedule("slow", .every(.seconds(3600)), deadline: .seconds(3600)) { _ in
            isRunning.set()
            while !isOver.isSet { try? await Task.sleep(for: .milliseconds(5)) }
        }
        let run = Task { try await host.runTask("slow") }
        try await eventually { isRunning.isSet }
        await host.stop()
        #expect(records.withLock { $0.contains { $0.level == .warning && $0.message.contains("the task slow") } })
        isOver.set()
        _ = await run.result
    }

    @Test("leaves nothing of a start that ends after it")
    func duringStart() async throws {
        let shop = try Workshop()
        let (hangs, metrics) = (shop.root + "/hangs", shop.root + "/metrics")
        try FileManager.default.createDirectory(atPath: metrics, withIntermediateDirectories: true)
        _ = FileManager.default.createFile(atPath: hangs, contents: nil)
        try shop.install("id=a;hang=start;while=\(hangs)")
        let configuration = shop.configuration {
            $0.shutdownTimeout = .milliseconds(100)
            $0.metricsFile = metrics + "/host.prom"
        }
        let host = try PluginHost(configuration)
        let start = Task { try await host.start() }
        try await eventually { FileManager.default.fileExists(atPath: hangs + ".reached") }
        await host.stop()
        try FileManager.default.removeItem(atPath: hangs)
        _ = await start.result
        #expect(try FileManager.default.contentsOfDirectory(atPath: metrics) == [])
        #expect(try FileManager.default.contentsOfDirectory(atPath: shop.state + "/images") == [])
        await #expect(throws: PluginError.self) { try await host.start() }
    }

    @Test("refuses afterwards what it could not keep any more")
    func afterwards() async throws {
        let shop = try Workshop()
        try shop.install("id=a;fail=start")
        let host = try PluginHost(shop.configuration { $0.maximumAttempts = 1 })
        try await host.start()
        try await eventually { await !host.quarantines().isEmpty }
        await host.stop()
        let configured = await #expect(throws: PluginError.self) { try await host.configure("a", "size", .integer(1)) }
        #expect(configured?.code == .shuttingDown)
        let lifted = await #expect(throws: PluginError.self) { try await host.liftQuarantine(of: "a") }
        #expect(lifted?.code == .shuttingDown)
        #expect(await host.reload(["a"]).map(\.code) == ["shutting-down"])
        #expect(await host.reloadTogether(["a"]).map(\.code) == ["shutting-down"])
        let next = try PluginHost(shop.configuration())
        try await next.start()
        #expect(await next.quarantines().keys.sorted() == ["a"])
        await next.stop()
    }

    @Test("comes back though a managed program can't be started to the end")
    func hangingProgram() async throws {
        await #expect(processExitsWith: .success) {
            let shop = try Workshop()
            let isStuck = Flag()
            // As the kernel does where a program lies on a disk that does not answer.
            Task {
                await SpawnThread.runWaiting {
                    isStuck.set()
                    while true { sleep(1000) }
                }
            }
            try await eventually { isStuck.isSet }
            let said = Flag()
            let configuration = shop.configuration {
                $0.shutdownTimeout = .milliseconds(100)
                $0.processes = ["p": ProgramSettings(command: "/bin/sleep", arguments: ["1000"])]
            }
            let host = try PluginHost(configuration) { if $0.message.contains("managed program") { said.set() } }
            Task { try await host.start() }
            try await eventually { await host.programs().first?.state == .starting }
            await host.stop()
            exit(said.isSet ? EXIT_SUCCESS : EXIT_FAILURE)
        }
    }

    @Test("starts its plugins though a managed program can't be started to the end, and names that")
    func startsWithoutProgram() async throws {
        await #expect(processExitsWith: .success) {
            let shop = try Workshop()
            try shop.install("id=a")
            let (isStuck, said) = (Flag(), Flag())
            Task {
                await SpawnThread.runWaiting {
                    isStuck.set()
                    while true { sleep(1000) }
                }
            }
            while !isStuck.isSet { await Task.yield() }
            let configuration = shop.configuration {
                $0.lifecycleTimeout = .seconds(5) * Sanitizer.patience
                $0.processes = ["p": ProgramSettings(command: "/bin/sleep", arguments: ["1000"])]
            }
            let host = try PluginHost(configuration) { if $0.message.contains("this one hangs: p") { said.set() } }
            try await host.start()
            let isRunning = await host.status().plugins.map(\.state) == ["running"]
            exit(said.isSet && isRunning ? EXIT_SUCCESS : EXIT_FAILURE)
        }
    }

    @Test("says nothing of the programs that it has not started when it is stopped meanwhile")
    func stoppedBeforePrograms() async throws {
        await #expect(processExitsWith: .success) {
            let shop = try Workshop()
            let (isStuck, goesOn, said) = (Flag(), Flag(), Flag())
            Task {
                await SpawnThread.runWaiting {
                    isStuck.set()
                    while !goesOn.isSet { usleep(1000) }
                }
            }
            while !isStuck.isSet { await Task.yield() }
            let configuration = shop.configuration {
                $0.shutdownTimeout = .milliseconds(100)
                let program = ProgramSettings(command: "/bin/sleep", arguments: ["1000"])
                $0.processes = ["p": program, "q": program]
            }
            let host = try PluginHost(configuration) { if $0.message.contains("is stopping") { said.set() } }
            let start = Task { try await host.start() }
            while await host.programs().first?.state != .starting { await Task.yield() }
            let stop = Task { await host.stop() }
            while await host.programs().first?.state != .stopping { await Task.yield() }
            goesOn.set()
            await stop.value
            _ = await start.result
            exit(said.isSet ? EXIT_FAILURE : EXIT_SUCCESS)
        }
    }

    @Test("leaves no thread when nobody has it any more, stopped or not")
    func dropped() async throws {
        await #expect(processExitsWith: .success) {
            func hosts(_ count: Int) async throws {
                for number in 1...count {
                    // One that was started is stopped beside this.
                    let shop = try Workshop()
                    let host = try PluginHost(shop.configuration())
                    if number % 2 == 0 { try await host.start() }
                    if number % 3 == 0 { await host.stop() }
                }
            }
            func threads() throws -> Int {
                try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
            }
            try await hosts(60)
            // As many as one host has, and those of tasks.
            try await eventually { try threads() <= 30 }
            exit(EXIT_SUCCESS)
        }
    }

    @Test(
        "saves all and gives its directories back when nobody has it any more, started or not",
        arguments: [false, true]
    )
    func letGo(isStarted: Bool) async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        let configuration = shop.configuration { $0.imageDirectory = shop.root + "/copies" }
        do {
            let host = try PluginHost(configuration)
            #expect(throws: PluginError.self) { try PluginHost(configuration) }
            if isStarted {
                try await host.start()
                let handle = try await host.plugin("a")
                _ = try await OnThread { try handle.call("increment", text: "41") }.value
            }
        }
        var next: PluginHost?
        try await eventually {
            next = try? PluginHost(configuration)
            return next != nil
        }
        await next?.stop()
        for _ in 1...2 { await (try PluginHost(configuration)).stop() }
        #expect(try await values(shop, ["a"]) == [isStarted ? "41" : "0"])
    }

    @Test("has the images of hosts side by side in one directory refused")
    func sharedImages() async throws {
        let (first, second) = (try Workshop(), try Workshop())
        try first.install("id=a")
        let images = first.root + "/copies"
        try await TestHost.run(first.configuration { $0.imageDirectory = images }) { test async throws in
            let error = #expect(throws: PluginError.self) {
                try PluginHost(second.configuration { $0.imageDirectory = images })
            }
            #expect(error?.code == .busy && error?.message.contains(images) == true)
            #expect(try FileManager.default.contentsOfDirectory(atPath: images).contains { $0.hasSuffix(".so") })
        }
        await (try PluginHost(second.configuration { $0.imageDirectory = images })).stop()
    }

    @Test("takes no metrics away that it has not written")
    func foreignMetrics() async throws {
        let shop = try Workshop()
        let path = shop.root + "/host.prom"
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        await (try PluginHost(shop.configuration { $0.metricsFile = path })).stop()
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test("leaves a plugin that is busy with what hangs, and saves the others")
    func busy() async throws {
        let shop = try Workshop()
        let hangs = shop.root + "/hangs"
        try shop.install("id=base", as: "libbase.so")
        try shop.install("id=top;deps=base;hang=pause;while=\(hangs)", as: "libtop.so")
        try await TestHost.run(configuration(shop)) { test async throws in
            try await test.until("both run") {
                await test.host.status().plugins.map(\.state) == ["running", "running"]
            }
            _ = try await test.call("increment", "41", of: "base")
            try await untilWrittenDown(["base", "top"], test)
            _ = FileManager.default.createFile(atPath: hangs, contents: nil)
            Task { try? await test.host.pausePlugin("top") }
            try await test.until("it hangs") { FileManager.default.fileExists(atPath: hangs + ".reached") }
        }
        try FileManager.default.removeItem(atPath: hangs)
        #expect(try await values(shop, ["base"]) == ["41"])
    }
}
