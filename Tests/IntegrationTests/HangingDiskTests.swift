import Glibc
import LinuxSystem
import PluginHost
import Synchronization
import TestSupport
import Testing

@Suite("A host that is stopped while its disk does not answer", .limited, .timeLimit(.minutes(10)))
struct HangingDiskTests {
    @Test(
        "comes back, says what is not written, and keeps its directory until it is",
        arguments: [Faults.Call.open, .synchronise, .rename]
    )
    func hangs(call: Faults.Call) async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        try shop.install("id=b", as: "libb.so")
        let (faults, answers) = (Faults(), Flag())
        let records = Mutex<[LogRecord]>([])
        // Half of the time is what the first of them has to give its state in.
        let configuration = shop.configuration { $0.shutdownTimeout = .seconds(6) }
        let host = try PluginHost(configuration, calls: faults.calls) { record in
            records.withLock { $0.append(record) }
        }
        try await host.start()
        for id in ["a", "b"] {
            let handle = try await host.plugin(id)
            _ = try await OnThread { try handle.call("increment", text: "41") }.value
            // What the start writes down of it is on the disk by then.
            #expect(try await host.refreshPlugin(id).success)
        }
        faults.begin { [state = shop.state] met, path in
            while met == call, path.hasPrefix(state), !answers.isSet { usleep(1000) }
            return nil
        }
        await host.stop()
        #expect(!answers.isSet)
        for name in ["a", "b", "host"] {
            let said = records.withLock { $0.filter { $0.level == .error && $0.name == name }.map(\.message) }
            #expect(said.contains { $0.contains("shutdownTimeout") }, "\(name): \(said)")
        }
        let error = #expect(throws: PluginError.self) { try PluginHost(configuration) }
        #expect(error?.code == .busy)
        answers.set()
        var next: PluginHost?
        try await eventually {
            next = try? PluginHost(configuration)
            return next != nil
        }
        await next?.stop()
        try await TestHost.run(configuration) { test async throws in
            for id in ["a", "b"] { #expect(try await test.call("value", of: id) == "41") }
        }
    }

    @Test("gives its directory back though the disk of its metrics does not answer")
    func metrics() async throws {
        let shop = try Workshop()
        let metrics = shop.root + "/metrics"
        try Directory.make(metrics)
        let (faults, answers, isReached) = (Faults(), Flag(), Flag())
        let configuration = shop.configuration {
            $0.shutdownTimeout = .milliseconds(100)
            $0.metricsFile = metrics + "/host.prom"
            $0.metricsInterval = .seconds(1)
        }
        let host = try PluginHost(configuration, calls: faults.calls) { _ in }
        try await host.start()
        faults.begin { _, path in
            guard path.hasPrefix(metrics) else { return nil }
            isReached.set()
            while !answers.isSet { usleep(1000) }
            return nil
        }
        try await eventually { isReached.isSet }
        await host.stop()
        #expect(!answers.isSet)
        await (try PluginHost(configuration)).stop()
        answers.set()
    }

    @Test("starts though the disk of its metrics does not answer, and says so")
    func metricsAtStart() async throws {
        let shop = try Workshop()
        let metrics = shop.root + "/metrics"
        try Directory.make(metrics)
        try shop.install("id=a")
        let (faults, answers, said) = (Faults(), Flag(), Flag())
        let configuration = shop.configuration {
            $0.shutdownTimeout = .milliseconds(100)
            $0.lifecycleTimeout = .seconds(2) * Sanitizer.patience
            $0.metricsFile = metrics + "/host.prom"
        }
        let host = try PluginHost(configuration, calls: faults.calls) { record in
            if record.message.contains("host.prom") { said.set() }
        }
        faults.begin { _, path in
            while path.hasPrefix(metrics), !answers.isSet { usleep(1000) }
            return nil
        }
        try await host.start()
        #expect(said.isSet && !answers.isSet)
        await host.stop()
        answers.set()
    }

    @Test("comes back as well when the disk hangs while it starts")
    func hangsAtStart() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        let (faults, answers, isReached) = (Faults(), Flag(), Flag())
        let configuration = shop.configuration { $0.shutdownTimeout = .milliseconds(100) }
        let host = try PluginHost(configuration, calls: faults.calls) { _ in }
        faults.begin { [state = shop.state] _, path in
            guard path.hasPrefix(state + "/plugins") else { return nil }
            isReached.set()
            while !answers.isSet { usleep(1000) }
            return nil
        }
        let start = Task { try await host.start() }
        try await eventually { isReached.isSet }
        await host.stop()
        #expect(!answers.isSet)
        answers.set()
        _ = await start.result
    }
}
