import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("Torture: a newer build during each step of a reload", .limited, .serialized, .timeLimit(.minutes(10)))
struct NewerBuildTortureTests {
    /// Where the first build is when the second arrives.
    enum Step: String, CaseIterable {
        case copy
        case map
        case factory
        case create
        case load
        case initialise
        case check
        case waitForIdle
        case drain
        case pause
        case save
        case restore
        case start
        case health
        case stop
        case unload
        case destroy
        case snapshots
        case builds
        case journal

        /// Whether it is the old generation's function that takes its time.
        var isOfOld: Bool { [.pause, .save, .stop, .unload, .destroy].contains(self) }
        var isCall: Bool { self == .drain || self == .waitForIdle }
        /// A call of the host's that takes its time.
        var fault: (call: Faults.Call, place: String)? {
            switch self {
            case .copy: (.write, "/images/")
            case .map: (.openLibrary, "/images/")
            case .snapshots, .builds, .journal: (.synchronise, rawValue)
            default: nil
            }
        }
    }

    /// All of them, or eight that the seed chooses.
    static let steps: [Step] = {
        var random = Torture.generator()
        return Array(Step.allCases.shuffled(using: &random).prefix(Torture.rounds(short: 8, long: .max)))
    }()

    @Test("is taken afterwards, once, and nothing is lost (HR-4, HR-9)", arguments: steps)
    func arrives(step: Step) async throws {
        let shop = try Workshop()
        let faults = Faults()
        let flag = shop.root + "/flag"
        try shop.install("id=a;concurrent=1;tag=0" + (step.isOfOld ? ";hang=\(step);while=\(flag)" : ""))
        let configuration = shop.configuration {
            $0.strategy = step == .waitForIdle ? .onIdle(window: .zero, bound: .seconds(60)) : .immediate
        }
        try await TestHost.run(configuration, calls: faults.calls) { test async throws in
            // What the start has left to be written is written when this has had its turn.
            #expect(await test.host.reload(["a"]).map(\.unchanged) == [true])
            let handle = try await test.host.plugin("a")
            let isOver = Flag()
            let caller = OnThread { () throws -> Int in
                var calls = 0
                while !isOver.isSet {
                    calls += 1
                    guard Int(try handle.call("increment", text: "")) == calls else {
                        throw CocoaError(.coderInvalidValue)
                    }
                    usleep(200)
                }
                return calls
            }
            let end = shop.root + "/end"
            var stuck: OnThread<String>?
            if step.isCall {
                stuck = OnThread { try handle.call("block", text: end) }
                // The other call in flight is the caller's own, now and then.
                try await test.until("the call is in flight") { try await test.call("value") != "0" }
            }
            let reached = flag + ".reached"
            _ = FileManager.default.createFile(atPath: flag, contents: nil)
            if let (call, place) = step.fault {
                faults.begin { met, path in
                    guard met == call, path.contains(place), !path.contains("libb") else { return nil }
                    _ = FileManager.default.createFile(atPath: reached, contents: nil)
                    while access(flag, F_OK) == 0 { usleep(500) }
                    return nil
                }
            }
            let hangs = !step.isOfOld && !step.isCall && step.fault == nil
            try shop.install("id=a;concurrent=1;tag=1" + (hangs ? ";hang=\(step);while=\(flag)" : ""))
            try await test.until("\(step) is reached") {
                switch step {
                case .drain: try await test.status().state == "reloading"
                case .waitForIdle: test.events(.reloadStarted).count == 1
                default: access(reached, F_OK) == 0
                }
            }

            try shop.install("id=a;concurrent=1;tag=2")
            // When another file that came later is known, so is this one.
            try shop.install("id=b", as: "libb.so")
            try await test.until(.pluginDiscovered, count: 2)
            try FileManager.default.removeItem(atPath: flag)
            faults.end()
            if let stuck {
                _ = FileManager.default.createFile(atPath: end, contents: nil)
                _ = try await stuck.value
            }

            try await test.until(.reloadCompleted, count: 2)
            #expect(try await test.call("tag") == "2")
            let result = try #require(await test.host.reload(["a"]).first)
            #expect(result.success && result.unchanged)
            isOver.set()
            let calls = try await caller.value
            #expect(try await test.call("value") == "\(calls)")
            #expect(test.events(.reloadStarted).map(\.attempt) == [1, 1])
            #expect(test.events(.reloadCompleted).map(\.success) == [true, true])
            #expect(test.events(.reloadFailed).isEmpty)
            let status = try await test.status()
            #expect(status.generation == 3 && status.reloads == 2 && status.lastError == nil)
        }
    }
}
