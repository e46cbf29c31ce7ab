import Foundation
import PluginHost
import TestSupport
import Testing

@Suite("A reload by command", .limited, .timeLimit(.minutes(10)))
struct ReloadCommandTests {
    @Test("takes plugins in the order given, each once, or all, what others need first (RS-5)")
    func order() async throws {
        let shop = try Workshop()
        for id in ["c", "b"] { try shop.install("id=\(id);tag=1", as: "lib\(id).so") }
        try shop.install("id=a;tag=1;deps=b")
        try await TestHost.run(shop.configuration { $0.strategy = .manual }) { test async throws in
            #expect(await test.host.reload(["c", "a", "c", "b"]).map(\.plugin) == ["c", "a", "b"])
            let all = await test.host.reloadAll()
            #expect(all.map(\.plugin) == ["b", "a", "c"] && all.allSatisfy(\.unchanged))
            let some = await test.host.reload(["a", "nobody", "b"])
            #expect(some.map(\.success) == [true, false, true])
        }
    }

    @Test("tells its reason in its events, those of further attempts too, and in the log (RS-5, HR-3)")
    func reason() async throws {
        let shop = try Workshop()
        let flag = shop.root + "/fails"
        func install(_ tag: Int) throws { try shop.install("id=a;tag=\(tag);fail=start;while=\(flag)") }
        try install(1)
        let configuration = shop.configuration { ($0.strategy, $0.maximumAttempts) = (.manual, 2) }
        try await TestHost.run(configuration) { test async throws in
            func reasons() -> [String] {
                test.events.filter { [.reloadStarted, .reloadFailed, .reloadCompleted].contains($0.event) }
                    .map { "\($0.event.rawValue): \($0.reason ?? "none")" }
            }
            try install(2)
            _ = FileManager.default.createFile(atPath: flag, contents: nil)
            _ = await test.host.reload(["a"], reason: "a try")
            try await test.until(.reloadCompleted)
            let attempt = ["reload-started: a try", "reload-failed: a try"]
            #expect(reasons() == attempt + attempt + ["reload-completed: a try"])

            try FileManager.default.removeItem(atPath: flag)
            try install(3)
            #expect(await test.host.reloadTogether(["a"], reason: "both").map(\.success) == [true])
            try install(4)
            #expect(await test.host.reloadAll().map(\.success) == [true])
            try await test.until(.reloadCompleted, count: 3)
            let further = ["reload-started: both", "reload-completed: both"]
            #expect(reasons().suffix(4) == further + ["reload-started: none", "reload-completed: none"])
            let said = test.log.filter { $0.name == "a" && $0.message.contains("was asked for") }.map(\.message)
            #expect(said == ["a reload was asked for: a try", "a reload was asked for: both"])
        }
    }
}
