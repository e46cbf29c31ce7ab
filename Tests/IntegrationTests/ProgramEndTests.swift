import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("The end of plugin-host", .limited, .serialized, .timeLimit(.minutes(10)))
struct ProgramEndTests {
    @Test("in order saves the state, and leaves no socket behind", arguments: [SIGTERM, SIGINT])
    func ordered(signal: Int32) async throws {
        try await ProgramBench.run { bench async throws in
            try bench.shop.install(try Workshop.product("Counter"), as: "libCounter.so")
            let first = try await bench.startHost()
            _ = try await bench.output("call", "counter", "increment", "41")
            _ = kill(first.processID, signal)
            #expect(try await first.ended() == .exited(0))
            #expect(first.output == "")
            // The leak checker's symbolizer outlives it.
            let isAlone = kill(-first.processID, 0) == -1
            #expect(isAlone || Sanitizer.isThere, "a process of the host's group is left behind")
            #expect(!FileManager.default.fileExists(atPath: bench.socket))

            let second = try await bench.startHost()
            #expect(try await bench.output("call", "counter", "increment") == "42")
            second.terminate()
            #expect(try await second.ended() == .exited(0))
            let images = try FileManager.default.contentsOfDirectory(atPath: bench.shop.state + "/images")
            #expect(images == [])
        }
    }

    @Test("is not in order for a second host with the same state: it names the first")
    func secondHost() async throws {
        try await ProgramBench.run { bench async throws in
            let first = try await bench.startHost()
            let elsewhere = bench.shop.root + "/elsewhere.sock"
            let second = try await bench.command(["run", "--socket", elsewhere] + bench.places)
            #expect(second.end == .exited(1))
            #expect(second.errors.contains("\(first.processID)"))
            #expect(!FileManager.default.fileExists(atPath: elsewhere))
            let third = try await bench.command([
                "run", "--socket", bench.socket, "--plugins", bench.shop.plugins, "--state-dir",
                bench.shop.root + "/other-state",
            ])
            #expect(third.end == .exited(1))
            #expect(third.errors.contains(bench.socket))
            #expect(try await bench.json("status")["host"]["pid"] == .integer(Int64(first.processID)))
        }
    }

    @Test("by SIGKILL at any moment of a reload leaves a generation and a value that go on (HR-6)")
    func killed() async throws {
        try await ProgramBench.run { bench async throws in
            var random = SplitMix(state: 0x5eed_0f_ac_1d)
            try bench.shop.install(try Workshop.product("Counter"), as: "libCounter.so")
            // What the last reload that was seen to end has saved.
            var saved: Int64 = 0
            for round in 0..<10 {
                let host = try await bench.startHost()
                let plugin = try await bench.plugin()
                #expect(plugin["state"] == .string("running"), "round \(round)")
                #expect(plugin["quarantine"] == .null && plugin["lastError"] == .null, "round \(round): \(plugin)")
                let value = try #require(Int64(try await bench.output("call", "counter", "value")))
                #expect(value == saved, "round \(round)")
                let history = try await bench.json("history", "counter").elements
                #expect(history.filter { $0["live"] == .bool(true) }.count == 1)
                // What was in the directory when the host was killed may be taken now or was taken before.
                #expect(history.last?["live"] == .bool(true))

                let present = try #require(Int64(try await bench.output("call", "counter", "increment", "7")))
                #expect(present == value + 7)
                // One reload that is seen to end, and another that is cut off.
                try bench.shop.install(Workshop.product("CounterV2", build: round), as: "libCounter.so")
                try await bench.reload()
                saved = present
                try bench.shop.install(Workshop.product("CounterV2", build: round + 100), as: "libCounter.so")
                try await Task.sleep(for: .microseconds(Int(random.next() % 120_000)))
                host.kill()
                #expect(try await host.ended() == .signalled(SIGKILL))
            }
            let last = try await bench.startHost()
            let value = try #require(Int64(try await bench.output("call", "counter", "value")))
            #expect(value == saved)
            last.terminate()
            #expect(try await last.ended() == .exited(0))
        }
    }

    /// Moments that are the same in every run.
    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }
}
