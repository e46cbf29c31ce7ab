import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

/// Where the host's control group was handed over to it, that of a runner holds all that its plugin has started.
@Suite("The control group of a runner", .limited, .timeLimit(.minutes(10)))
struct ControlGroupTests {
    let workshop: Workshop
    let groups: FakeControlGroups

    init() throws {
        workshop = try Workshop()
        groups = try FakeControlGroups(in: workshop.root)
        try workshop.install("id=a")
    }

    private func configuration(_ change: (inout HostConfiguration) -> Void = { _ in }) -> HostConfiguration {
        workshop.isolated {
            $0.controlGroup = .required
            // There is no group but that of the plugin.
            $0.warmRunners = 0
            change(&$0)
        }
    }

    /// A process that no runner knows of, in the group of the plugin's.
    private func makeStray() throws -> ChildProcess {
        let stray = try ChildProcess(executable: "/bin/sleep", arguments: ["1000"], environment: [:])
        let file = try #require(try groups.latest) + "/cgroup.procs"
        try Data("\(FakeControlGroups.text(file))\n\(stray.processID)\n".utf8).write(to: URL(fileURLWithPath: file))
        return stray
    }

    @Test(
        "limits all that it starts together, is shown, and goes with it (RS-6)",
        .disabled(if: Sanitizer.isThere, "a sanitizer reserves more than any limit")
    )
    func limits() async throws {
        let configuration = configuration { $0.runnerLimits = RunnerLimits(memory: 256 << 20, processes: 50) }
        try await TestHost.run(configuration, calls: groups.calls) { test async throws in
            let group = try #require(try groups.latest)
            #expect(FakeControlGroups.text(group + "/memory.max") == "268435456")
            #expect(FakeControlGroups.text(group + "/pids.max") == "50")
            #expect(try await test.status().sandbox?.holds.contains("control-group") == true)
            #expect(try await test.call("increment") == "1")
        }
        #expect(try groups.members == [])
    }

    @Test("ends what has left the process group of its runner (RS-6)")
    func strays() async throws {
        try await TestHost.run(configuration(), calls: groups.calls) { test async throws in
            let stray = try makeStray()
            let group = try #require(try groups.latest)
            try workshop.install("id=a;version=1.1.0")
            try await test.until(.reloadCompleted)
            #expect(try stray.wait() == .signalled(SIGKILL))
            // Its directory goes with the next that comes or goes.
            try workshop.install("id=a;version=1.2.0")
            try await test.until(.reloadCompleted, count: 2)
            try await test.until("the group is removed") { try !groups.members.contains(group) }
        }
    }

    @Test("tells that it had no memory left, when the kernel has killed its runner (RS-8)")
    func memory() async throws {
        try await TestHost.run(configuration(), calls: groups.calls) { test async throws in
            let group = try #require(try groups.latest)
            try Data("low 0\noom_kill 1\n".utf8).write(to: URL(fileURLWithPath: group + "/memory.events"))
            for process in FakeControlGroups.processes(in: group) { kill(process, SIGKILL) }
            try await test.until(.restarted)
            let report = try #require(try await test.host.crashes(of: "a").last)
            #expect(report.reason?.contains("more memory than runnerLimits") == true)
        }
    }

    @Test("is required or left out, as the configuration says")
    func policy() async throws {
        func refusal(_ groups: FakeControlGroups, _ change: (inout HostConfiguration) -> Void = { _ in }) -> String? {
            do {
                _ = try PluginHost(configuration(change), calls: groups.calls) { _ in }
                return nil
            } catch {
                return error.message
            }
        }
        let without = try FakeControlGroups(in: workshop.root + "/without", controllers: "io")
        func obstacle(_ groups: FakeControlGroups, _ change: (inout HostConfiguration) -> Void = { _ in }) -> String? {
            RunnerProbe.controlGroupObstacle(configuration(change), calls: groups.calls)
        }
        // The doctor asks before, and changes nothing.
        #expect(obstacle(groups) == nil && obstacle(without) == nil)
        #expect(
            obstacle(without) { $0.runnerLimits.memory = 64 << 20 }?.contains("lacks the controller memory") == true
        )
        #expect(try groups.members.isEmpty)
        #expect(refusal(without) == nil)
        #expect(refusal(without) { $0.runnerLimits.memory = 64 << 20 }?.contains("lacks the controller memory") == true)
        try FileManager.default.removeItem(atPath: without.root + "/cgroup.controllers")
        #expect(refusal(without)?.contains("not the second version") == true)
        #expect(obstacle(without)?.contains("not the second version") == true)
        #expect(obstacle(without) { $0.controlGroup = .off } == nil)
        let hosts: [(ControlGroupPolicy, Int)] = [(.off, 0), (.bestEffort, 1)]
        for (policy, mentions) in hosts {
            try await TestHost.run(configuration { $0.controlGroup = policy }, calls: without.calls) {
                test async throws in
                #expect(try await test.call("increment") == "1")
                #expect(try await test.status().sandbox?.holds.contains("control-group") == false)
                #expect(test.log.count { $0.message.contains("control group") } == mentions)
                await test.host.stop()
            }
            try FileManager.default.removeItem(atPath: workshop.state)
        }
    }
}
