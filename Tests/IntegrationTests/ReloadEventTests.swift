import Foundation
import PluginHost
import TestSupport
import Testing

@Suite("The events of a reload", .limited, .timeLimit(.minutes(10)))
struct ReloadEventTests {
    /// What a new generation is made for.
    enum Occasion: String, CaseIterable, CustomTestStringConvertible {
        case reload, retries, rollback, failedRollback, reset, failedReset, isolate, failedIsolate
        case settings, refusedSettings, group, failedGroup, otherPlugin

        var testDescription: String { rawValue }

        /// The reloads by then, as the events tell them.
        var expected: [String] {
            switch self {
            case .reload: ["a 2 started 1", "a 2 completed 1"]
            case .retries:
                ["a 2 started 1", "a 2 failed 1", "a 2 started 2", "a 2 failed 2", "a 1 completed 2 in vain"]
            case .rollback: Self.reload.expected + ["a 3 started 1", "a 3 completed 1"]
            case .failedRollback: Self.reload.expected + ["a 3 started 1", "a 3 failed 1"]
            case .reset, .settings: Self.reload.expected
            case .failedReset, .failedIsolate, .refusedSettings: ["a 2 started 1", "a 2 failed 1"]
            case .isolate: Self.rollback.expected
            case .group: ["a 2 started 1", "b 2 started 1", "a 2 completed 1", "b 2 completed 1"]
            case .failedGroup:
                [
                    "a 2 started 1", "b 2 started 1", "a 2 failed 1", "a 1 completed 1 in vain", "b 2 failed 1",
                ]
            case .otherPlugin: ["a 2 started 1", "a 2 failed 1"]
            }
        }
    }

    @Test("tell each beginning and its one end, whatever it is for (HR-3)", arguments: Occasion.allCases)
    func pairs(occasion: Occasion) async throws {
        let shop = try Workshop()
        let flag = shop.root + "/fails"
        func install(_ id: String, _ tag: Int, as file: String) throws {
            try shop.install("id=\(id);version=1.\(tag).0;tag=\(tag);fail=create;while=\(flag)", as: "lib\(file).so")
        }
        for id in ["a", "b", "c"] { try install(id, 1, as: id) }
        let configuration = shop.isolated(.inProcess) {
            ($0.strategy, $0.maximumAttempts) = (.manual, occasion == .retries ? 2 : 1)
        }
        try await TestHost.run(configuration) { test async throws in
            let host = test.host
            func begin(failing: Bool) {
                if failing { _ = FileManager.default.createFile(atPath: flag, contents: nil) }
            }
            switch occasion {
            case .reload, .rollback, .failedRollback:
                try install("a", 2, as: "a")
                #expect(await host.reload(["a"]).map(\.success) == [true])
                guard occasion != .reload else { break }
                begin(failing: occasion == .failedRollback)
                #expect(try await host.rollBack("a").success == (occasion == .rollback))
            case .retries:
                try install("a", 2, as: "a")
                begin(failing: true)
                _ = await host.reload(["a"])
                try await test.until(.reloadCompleted)
            case .reset, .failedReset:
                begin(failing: occasion == .failedReset)
                #expect(try await host.resetState(of: "a").success == (occasion == .reset))
            case .isolate:
                #expect(try await host.isolate("a", .process).success)
                #expect(try await host.isolate("a", .inProcess).success)
            case .failedIsolate:
                begin(failing: true)
                #expect(try await host.isolate("a", .process).success == false)
            case .settings, .refusedSettings:
                begin(failing: occasion == .refusedSettings)
                let result = try await host.configure("a", "limit", .integer(1))
                #expect(result.way == (occasion == .settings ? .reloaded : .refused))
            case .group, .failedGroup:
                for id in ["a", "b"] { try install(id, 2, as: id) }
                begin(failing: occasion == .failedGroup)
                let isGood = occasion == .group
                #expect(await host.reloadTogether(["a", "b"]).map(\.success) == [isGood, isGood])
            case .otherPlugin:
                try install("d", 1, as: "a")
                _ = await host.reload(["a"])
            }
            try? FileManager.default.removeItem(atPath: flag)
            let failed = await host.status().plugins.map(\.failedReloads).reduce(0, +)
            // What is sent before comes before.
            try install("c", 2, as: "c")
            _ = await host.reload(["c"])
            try await test.until("the last end") { test.events(.reloadCompleted).contains { $0.plugin == "c" } }
            let told = test.events.filter { $0.plugin != "c" }.compactMap(Self.text)
            #expect(told == occasion.expected)
            #expect(failed == test.events(.reloadFailed).count || occasion == .otherPlugin)
        }
    }

    @Test("name the generation that was tried of a plugin that never served (HR-3)")
    func never() async throws {
        let shop = try Workshop()
        try shop.install("id=a;fail=start")
        try await TestHost.run(shop.configuration { $0.maximumAttempts = 1 }) { test async throws in
            try await test.until(.reloadCompleted)
            let failed = try #require(test.events(.reloadFailed).first)
            #expect(test.events(.reloadCompleted).map(\.generation) == [failed.generation])
        }
    }

    private static func text(_ event: PluginEvent) -> String? {
        let what: String
        switch event.event {
        case .reloadStarted: what = "started"
        case .reloadFailed: what = "failed"
        case .reloadCompleted: what = "completed"
        default: return nil
        }
        let (plugin, generation, attempt) = (event.plugin ?? "", event.generation ?? 0, event.attempt ?? 0)
        return "\(plugin) \(generation) \(what) \(attempt)" + (event.success == false ? " in vain" : "")
    }
}
