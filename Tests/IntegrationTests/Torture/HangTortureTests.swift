import Foundation
import PluginHost
import TestSupport
import Testing

@Suite("Torture: a step that never returns", .limited, .timeLimit(.minutes(10)))
struct HangTortureTests {
    /// The function that hangs, and whether it is the old generation's.
    static let steps: [(step: String, isOfOld: Bool)] =
        [("start", false), ("pause", true), ("stop", true)]
        + (Torture.isLong
            ? [("load", false), ("check", false), ("health", false), ("save", true), ("unload", true)] : [])

    @Test("is given up at its limit, and the host goes on with one generation or the other (HR-4)", arguments: steps)
    func hangs(step: String, isOfOld: Bool) async throws {
        let shop = try Workshop()
        let flag = shop.root + "/flag"
        let hang = ";hang=\(step);while=\(flag)"
        try shop.install("id=a;tag=0;concurrent=1" + (isOfOld ? hang : ""))
        let configuration = shop.configuration {
            // Long enough for a good build on a busy machine.
            $0.lifecycleTimeout = .seconds(3) * Sanitizer.patience
            $0.drainTimeout = .milliseconds(100)
            $0.maximumAttempts = 1
        }
        try await TestHost.run(configuration) { test async throws in
            _ = try await test.call("increment", "7")
            _ = FileManager.default.createFile(atPath: flag, contents: nil)
            try shop.install("id=a;tag=1;concurrent=1" + (isOfOld ? "" : hang))
            try await test.until(.reloadCompleted)

            // What is left to do for the old one when the new one serves is no reason to go back.
            let switches = ["stop", "unload"].contains(step)
            #expect(test.events(.reloadCompleted).map(\.success) == [switches])
            #expect(try await test.call("tag") == (switches ? "1" : "0"))
            #expect(try await test.call("increment") == "8")
            if switches {
                #expect(test.log.contains { $0.message.contains("did not return within") })
            } else {
                #expect(test.events(.reloadFailed).map { $0.error?.hasPrefix("timed-out") } == [true])
                #expect(try await test.status().quarantine?.reason.hasPrefix("timed-out") == true)
            }

            // It comes back late, and changes nothing; the next build is taken.
            try FileManager.default.removeItem(atPath: flag)
            try shop.install("id=a;tag=2;concurrent=1")
            try await test.until(.reloadCompleted, count: 2)
            #expect(try await test.call("tag") == "2")
            #expect(try await test.call("increment") == "9")
            #expect(try await test.status().quarantine == nil)
        }
    }

    @Test(
        "is given up on the way back from a failure too, whose step is what is blamed (HR-4)",
        arguments: [
            (old: "hang=resume;", new: "fail=start;"),
            (old: "", new: "fail=start;hang=unload;"),
            (old: "hang=resume;", new: "hang=start;"),
        ]
    )
    func hangsOnTheWayBack(old: String, new: String) async throws {
        let shop = try Workshop()
        let flag = shop.root + "/flag"
        try shop.install("id=a;tag=0;\(old)while=\(flag)")
        try shop.install("id=b", as: "libb.so")
        let configuration = shop.configuration {
            ($0.strategy, $0.maximumAttempts, $0.lifecycleTimeout) = (.manual, 1, .seconds(3) * Sanitizer.patience)
        }
        try await TestHost.run(configuration) { test async throws in
            try await test.until("both run") {
                await test.host.status().plugins.map(\.state) == ["running", "running"]
            }
            _ = try await test.call("increment", "7")
            _ = FileManager.default.createFile(atPath: flag, contents: nil)
            try shop.install("id=a;tag=1;\(new)while=\(flag)")
            let result = try #require(await test.host.reload(["a"]).first)
            #expect(!result.success && result.code == (new.hasPrefix("fail") ? "failed" : "timed-out"), "\(result)")
            // The thread that was lost is missed by nobody.
            #expect(try await test.host.refreshPlugin("b").success)
            try FileManager.default.removeItem(atPath: flag)
            #expect(try await test.call("increment") == "8")
            try shop.install("id=a;tag=2")
            #expect(await test.host.reload(["a"]).map(\.success) == [true])
            #expect(try await test.call("increment") == "9")
        }
    }
}
