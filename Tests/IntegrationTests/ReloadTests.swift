import Foundation
import PluginHost
import TestSupport
import Testing

@Suite("A reload", .limited, .timeLimit(.minutes(10)))
struct ReloadTests {
    @Test("puts the new build in place and keeps the state (HR-4, HR-13)")
    func keepsState() async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0")
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(try await test.call("increment", "41") == "41")
            try shop.install("id=a;version=1.1.0")
            try await test.until(.reloadCompleted)
            #expect(try await test.call("version") == "1.1.0")
            #expect(try await test.call("increment") == "42")

            let status = try await test.status()
            #expect(status.generation == 2)
            #expect(status.reloads == 1)
            #expect(status.retiredGenerations == 1)
            #expect(status.retiredBytes > 0)
            #expect(status.calls == 3)
        }
    }

    @Test("sends each event after its fact, with generation and attempt (HR-3)")
    func sendsEvents() async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0")
        try await TestHost.run(shop.configuration()) { test async throws in
            try shop.install("id=a;version=1.1.0")
            try await test.until(.reloadCompleted)
            let kinds = test.events.filter { $0.event != .stateChanged }.map(\.event)
            #expect(
                kinds == [
                    .pluginDiscovered, .loaded, .reloadStarted, .stateRestored, .statePreserved, .reloadCompleted,
                ]
            )
            let started = try #require(test.events(.reloadStarted).first)
            #expect(started.plugin == "a" && started.generation == 2 && started.attempt == 1)
            #expect(started.path == shop.path("liba.so"))
            #expect(test.events(.statePreserved).first?.generation == 1)
            let completed = try #require(test.events(.reloadCompleted).first)
            #expect(completed.success == true && completed.generation == 2)
            #expect(try #require(completed.durationSeconds) > 0)
            let states = test.events(.stateChanged).compactMap(\.new)
            #expect(states == ["loading", "loaded", "initialised", "running", "reloading", "running"])
        }
    }

    @Test("calls the lifecycle in its order, the old generation ended after the switch (PL-2)")
    func callsLifecycleInOrder() async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0")
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(try await test.call("events") == "load,initialise,start")
            try shop.install("id=a;version=1.1.0")
            try await test.until(generation: 2)
            #expect(try await test.call("events") == "load,initialise,check,restore,start")
        }
    }

    @Test("does nothing for content that serves already (HR-11)")
    func ignoresSameContent() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1")
        try await TestHost.run(shop.configuration()) { test async throws in
            let result = try #require(await test.host.reload(["a"]).first)
            #expect(result.success && result.unchanged && result.generation == 1)
            try shop.install("id=a;tag=1")
            try shop.install("id=a;tag=2")
            try await test.until(.reloadCompleted)
            #expect(try await test.status().generation == 2)
            #expect(test.events(.reloadStarted).count == 1)
        }
    }

    @Test(
        "that fails leaves the old generation with its state as it was (HR-4, HR-5)",
        arguments: ["create", "load", "initialise", "check", "restore", "start", "health"]
    )
    func failureLeavesOldGeneration(step: String) async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0")
        try await TestHost.run(shop.configuration()) { test async throws in
            _ = try await test.call("increment", "7")
            try shop.install("id=a;version=1.1.0;fail=\(step)")
            try await test.until("quarantine") { try await test.status().quarantine != nil }
            try await test.until(.reloadCompleted)

            #expect(try await test.call("version") == "1.0.0")
            #expect(try await test.call("increment") == "8")
            let status = try await test.status()
            #expect(status.generation == 1 && status.state == "running")
            #expect(status.failedReloads == 3)
            #expect(test.events(.reloadFailed).map(\.attempt) == [1, 2, 3])
            #expect(status.lastError?.contains("asked to fail at \(step)") == true || step == "health")
            #expect(test.events(.reloadCompleted).map(\.success) == [false])

            // A command does not try it again, and says what does.
            let refused = try #require(await test.host.reload(["a"]).first)
            #expect(refused.code == "quarantined" && refused.generation == 1)
            #expect(refused.error?.contains("'plugin-host quarantine clear a'") == true)
            #expect(try await test.status().failedReloads == 3)

            // A good build lifts the quarantine.
            try shop.install("id=a;version=1.2.0")
            try await test.until(generation: 2)
            #expect(try await test.call("increment") == "9")
            #expect(try await test.status().quarantine == nil)
        }
    }

    @Test(
        "that fails at the old generation leaves it running (HR-4)",
        arguments: ["pause", "save"]
    )
    func failureOfOldGeneration(step: String) async throws {
        let shop = try Workshop()
        let flag = shop.root + "/fails"
        try shop.install("id=a;version=1.0.0;fail=\(step);while=\(flag)")
        try await TestHost.run(shop.configuration()) { test async throws in
            _ = try await test.call("increment", "7")
            _ = FileManager.default.createFile(atPath: flag, contents: nil)
            let before = try await test.call("events")
            try shop.install("id=a;version=1.1.0")
            try await test.until("quarantine") { try await test.status().quarantine != nil }
            #expect(try await test.call("increment") == "8")
            #expect(try await test.call("events").contains("stop") == false)
            #expect(before.isEmpty == false)

            // Lifting the quarantine tries the same build again.
            try FileManager.default.removeItem(atPath: flag)
            try await test.host.liftQuarantine(of: "a")
            try await test.until(generation: 2)
            #expect(try await test.call("increment") == "9")
        }
    }

    @Test("is not retried when the error can't pass (HR-5)")
    func doesNotRetryPermanentErrors() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        try await TestHost.run(shop.configuration()) { test async throws in
            try shop.install(Data(try Workshop.adaptable("id=a;tag=2").dropLast(100)), as: "liba.so")
            try await test.until(.reloadCompleted)
            #expect(test.events(.reloadFailed).count == 1)
            #expect(try await test.status().quarantine?.reason.hasPrefix("incomplete") == true)
            #expect(try await test.call("value") == "0")

            let result = try #require(await test.host.reload(["a"]).first)
            #expect(result.success == false)
        }
    }

    @Test("of a plugin that is unhealthy after its start fails (HR-4)")
    func refusesUnhealthy() async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0")
        try await TestHost.run(shop.configuration { $0.maximumAttempts = 1 }) { test async throws in
            try shop.install("id=a;version=1.1.0;health=unhealthy")
            try await test.until(.reloadFailed)
            #expect(test.events(.reloadFailed).first?.error?.hasPrefix("unhealthy: ") == true)
            #expect(try await test.call("version") == "1.0.0")
            try shop.install("id=a;version=1.2.0;health=degraded")
            try await test.until(generation: 2)
        }
    }

    @Test("fails when a call in flight does not end in time, and holds nobody any longer (HR-4)")
    func drainTimeout() async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0;concurrent=1")
        let configuration = shop.configuration {
            $0.drainTimeout = .milliseconds(50)
            $0.maximumAttempts = 1
        }
        try await TestHost.run(configuration) { test async throws in
            let handle = try await test.host.plugin("a")
            let end = shop.root + "/end"
            let stuck = OnThread { try handle.call("block", text: end) }
            try await test.until("the call is in flight") { try await test.status().inFlight == 1 }

            try shop.install("id=a;version=1.1.0;concurrent=1")
            try await test.until(.reloadFailed)
            #expect(test.events(.reloadFailed).first?.error?.contains("1 calls did not end within") == true)
            #expect(try await test.call("version") == "1.0.0")

            _ = FileManager.default.createFile(atPath: end, contents: nil)
            _ = try await stuck.value
            try await test.host.liftQuarantine(of: "a")
            try await test.until(generation: 2)
        }
    }

    @Test(
        "gives up a build that never returns, and goes on (HR-4)",
        arguments: ["factory", "create", "initialise", "restore"]
    )
    func givesUpHangingBuilds(step: String) async throws {
        let shop = try Workshop()
        let flag = shop.root + "/hangs"
        _ = FileManager.default.createFile(atPath: flag, contents: nil)
        try shop.install("id=a;version=1.0.0")
        let configuration = shop.configuration {
            // Long enough for a good build on a busy machine.
            $0.lifecycleTimeout = .seconds(3)
            $0.maximumAttempts = 1
        }
        try await TestHost.run(configuration) { test async throws in
            _ = try await test.call("increment", "7")
            try shop.install("id=a;version=1.1.0;hang=\(step);while=\(flag)")
            try await test.until(.reloadFailed)
            #expect(test.events(.reloadFailed).first?.error?.hasPrefix("timed-out") == true)
            #expect(try await test.call("increment") == "8")

            // Another build does not wait for the thread that hangs.
            try shop.install("id=a;version=1.2.0")
            try await test.until(generation: 2)
            #expect(try await test.call("increment") == "9")

            // The one that hung comes back late, and changes nothing.
            try FileManager.default.removeItem(atPath: flag)
            try shop.install("id=a;version=1.3.0")
            try await test.until(generation: 3)
            #expect(try await test.call("increment") == "10")
            #expect(try await test.call("version") == "1.3.0")
        }
    }

    @Test("finds a plugin that could not be put back as one that failed, and puts the next build in place (PL-3)")
    func failedFallBack() async throws {
        let shop = try Workshop()
        let flag = shop.root + "/fails"
        try shop.install("id=a;tag=1;fail=initialise;while=\(flag)")
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(try await test.call("tag") == "1")
        }
        _ = FileManager.default.createFile(atPath: flag, contents: nil)
        try shop.install("id=a;tag=2;fail=initialise;while=\(flag)")
        try await TestHost.run(shop.configuration { $0.maximumAttempts = 1 }) { test async throws in
            #expect(try await test.status().state == "error")
            try FileManager.default.removeItem(atPath: flag)
            try await test.host.liftQuarantine(of: "a")
            try await test.until("it serves") { try await test.status().generation > 0 }
            #expect(try await test.call("tag") == "2")
        }
    }

    @Test("ends a build that was given up when it comes back at last", arguments: ["create", "initialise", "start"])
    func endsWhatComesLate(step: String) async throws {
        let shop = try Workshop()
        let flag = shop.root + "/hangs"
        _ = FileManager.default.createFile(atPath: flag, contents: nil)
        try shop.install("id=a;tag=1")
        try shop.install("id=b", as: "libb.so")
        let configuration = shop.configuration {
            $0.lifecycleTimeout = .seconds(3)
            $0.permissions = PermissionPolicy([.init(plugins: "*", grant: ["call:b"])])
            $0.maximumAttempts = 1
        }
        try await TestHost.run(configuration) { test async throws in
            // What it would share is not kept; what it asks of others is done.
            let says = "ask-stop=ph.plugins/1 b/increment 1;ask-unload=ph.plugins/1 b/increment 10"
            try shop.install("id=a;tag=2;perms=call:b;hang=\(step);\(says);while=\(flag)")
            try await test.until(.reloadFailed)
            #expect(try await test.call("value", of: "b") == "0")
            // On a machine that stands still it is given up before it gets so far.
            guard FileManager.default.fileExists(atPath: flag + ".reached") else { return }
            try FileManager.default.removeItem(atPath: flag)
            try await test.until("it has ended") { try await test.call("value", of: "b").count == 2 }
            #expect(try await test.call("value", of: "b") == (step == "start" ? "11" : "10"))
            #expect(try await test.call("tag") == "1")
        }
    }

    @Test("of a plugin without state holds nobody: calls in flight end on the old generation (HR-4)")
    func statelessIsNotHeld() async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.0.0;concurrent=1;stateless=1")
        try await TestHost.run(shop.configuration()) { test async throws in
            let handle = try await test.host.plugin("a")
            let end = shop.root + "/end"
            let old = OnThread { try handle.call("block", text: end) }
            try await test.until("the call is in flight") { try await test.status().inFlight == 1 }
            try shop.install("id=a;version=1.1.0;concurrent=1;stateless=1")
            try await test.until("the new generation answers") { try await test.call("version") == "1.1.0" }
            _ = FileManager.default.createFile(atPath: end, contents: nil)
            _ = try await old.value
            try await test.until(.reloadCompleted)
            #expect(test.events(.statePreserved).isEmpty)
        }
    }

    @Test("loses no call and answers none twice, whoever calls meanwhile (HR-4)", arguments: [0, 1])
    func losesNoCall(concurrent: Int) async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=0;concurrent=\(concurrent)")
        try await TestHost.run(shop.configuration { $0.strategy = .immediate }) { test async throws in
            let handle = try await test.host.plugin("a")
            let isOver = Flag()
            let callers = (0..<3).map { _ in
                OnThread { () throws -> Set<Int> in
                    var answers: Set<Int> = []
                    while !isOver.isSet {
                        guard let answer = Int(try handle.call("increment", text: "")),
                            answers.insert(answer).inserted
                        else { throw CocoaError(.coderInvalidValue) }
                    }
                    return answers
                }
            }
            for generation in 2...20 {
                try shop.install("id=a;tag=\(generation);concurrent=\(concurrent)")
                try await test.until(generation: UInt64(generation))
            }
            isOver.set()
            var all: Set<Int> = []
            var calls = 0
            for caller in callers {
                let answers = try await caller.value
                calls += answers.count
                all.formUnion(answers)
            }
            // Each answer is a number that nobody else got, and none is missing: nothing lost, nothing doubled.
            #expect(all == Set(1...calls))
            #expect(Int(try await test.call("value")) == calls)
            #expect(try await test.status().reloads == 19)
        }
    }

    @Test("takes the latest of several builds, once (HR-9)")
    func coalesces() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=0")
        // To make the builds takes longer than to put them in place.
        for tag in 1...20 { try Workshop.write(try Workshop.adaptable("id=a;tag=\(tag)"), to: "\(shop.root)/\(tag)") }
        try await TestHost.run(shop.configuration { $0.strategy = .debounced(.seconds(2)) }) { test async throws in
            for tag in 1...20 { try #require(rename("\(shop.root)/\(tag)", shop.path("liba.so")) == 0) }
            try await test.until("the last build") { try await test.call("tag") == "20" }
            // The first may be taken at once, because nothing had moved before it.
            #expect(try await test.status().reloads <= 2)
        }
    }

    @Test(
        "warns when more generations are retired than the configuration wants, and at twice as many, not for each plugin"
    )
    func warnsOfRetiredGenerations() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1")
        try shop.install("id=b;tag=1", as: "libb.so")
        try await TestHost.run(shop.configuration { $0.retiredGenerationsWarning = 2 }) { test async throws in
            func warnings() -> [String] {
                test.log.map(\.message).filter { $0.contains("retired generations are mapped") }
            }
            for tag in 2...3 {
                try shop.install("id=a;tag=\(tag)")
                try await test.until(generation: UInt64(tag))
            }
            try shop.install("id=b;tag=2", as: "libb.so")
            try await test.until(generation: 2, of: "b")
            #expect(try await test.status().retiredGenerations == 2)
            // Only a process gives them back (field notes).
            #expect(warnings().count == 1 && warnings()[0].hasPrefix("2 retired generations"))
            try shop.install("id=b;tag=3", as: "libb.so")
            try await test.until(generation: 3, of: "b")
            try await test.until("it warns again") { warnings().count == 2 }
            #expect(warnings()[1].hasPrefix("4 retired generations"))
        }
    }
}
