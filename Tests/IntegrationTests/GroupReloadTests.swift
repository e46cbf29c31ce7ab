import Foundation
import PluginHost
import TestSupport
import Testing

@Suite("Plugins that are reloaded together", .limited, .timeLimit(.minutes(10)))
struct GroupReloadTests {
    private func begin(_ shop: Workshop, _ test: TestHost) async throws {
        try await test.until("both run") {
            await test.host.status().plugins.map(\.state) == ["running", "running"]
        }
        _ = try await test.call("increment", "41", of: "base")
        _ = try await test.call("increment", "7", of: "top")
    }

    private func install(_ shop: Workshop, _ tag: Int, top: String = "", base: String = "") throws {
        try shop.install("id=base;version=\(tag).0.0;tag=\(tag);schema=1;schemas=1-1;\(base)", as: "libbase.so")
        try shop.install(
            "id=top;deps=base@\(tag).0.0;version=\(tag).0.0;tag=\(tag);schema=1;schemas=1-1;\(top)",
            as: "libtop.so"
        )
    }

    @Test("switch all, though neither new build fits an old one (LM-1)", arguments: LifecycleTests.Place.allCases)
    func all(place: LifecycleTests.Place) async throws {
        let shop = try Workshop()
        try install(shop, 1)
        try await TestHost.run(place.configuration(shop) { $0.strategy = .manual }) { test async throws in
            try await begin(shop, test)
            try install(shop, 2)
            let alone = await test.host.reload(["top"])
            #expect(alone.map(\.code) == ["dependency"])
            let results = await test.host.reloadTogether(["top", "base"])
            #expect(results.map(\.plugin) == ["base", "top"])
            #expect(results.map(\.success) == [true, true], "\(results)")
            #expect(try await test.call("tag", of: "base") == "2")
            #expect(try await test.call("value", of: "base") == "41")
            #expect(try await test.call("tag", of: "top") == "2")
            #expect(try await test.call("value", of: "top") == "7")
            // The same once more does nothing (HR-11).
            #expect(await test.host.reloadTogether(["top", "base"]).map(\.unchanged) == [true, true])
            #expect(await test.host.reloadTogether(["top", "nobody"]).map(\.code) == ["not-found", "not-found"])
        }
    }

    @Test("leave one that has never served as one that failed, and it can be loaded after that (PL-3)")
    func neverServed() async throws {
        let shop = try Workshop()
        let flag = shop.root + "/fails"
        _ = FileManager.default.createFile(atPath: flag, contents: nil)
        try shop.install("id=a;tag=1")
        try shop.install("id=b;fail=create;while=\(flag)", as: "libb.so")
        try await TestHost.run(shop.configuration { ($0.strategy, $0.cooldown) = (.manual, .seconds(300)) }) {
            test async throws in
            #expect(try await test.status("b").state == "error")
            try FileManager.default.removeItem(atPath: flag)
            try shop.install("id=a;tag=2;health=unhealthy")
            let together = await test.host.reloadTogether(["a", "b"])
            #expect(together.map(\.code) == ["unhealthy", "held-back"], "\(together)")
            #expect(try await test.status("b").state == "error")
            let alone = await test.host.reload(["b"])
            #expect(alone.map(\.success) == [true], "\(alone)")
            #expect(try await test.call("tag") == "1")
        }
    }

    @Test(
        "switch none of them if a step of one fails",
        arguments: ["create", "initialise", "check", "restore", "start", "health"],
        ["base", "top"]
    )
    func none(step: String, who: String) async throws {
        let shop = try Workshop()
        try install(shop, 1)
        let configuration = shop.configuration {
            ($0.strategy, $0.maximumAttempts) = (.manual, 1)
        }
        try await TestHost.run(configuration) { test async throws in
            try await begin(shop, test)
            let fails = step == "health" ? "health=unhealthy" : "fail=\(step)"
            try install(shop, 2, top: who == "top" ? fails : "", base: who == "base" ? fails : "")
            let results = await test.host.reloadTogether(["base", "top"])
            #expect(results.map(\.success) == [false, false])
            let other = results.first { $0.plugin != who }
            #expect(other?.code == "held-back" && other?.error?.contains(who) == true, "\(results)")
            for (id, value) in [("base", "41"), ("top", "7")] {
                #expect(try await test.call("tag", of: id) == "1")
                #expect(try await test.call("value", of: id) == value)
                #expect(try await test.status(id).state == "running")
            }
            // Only the build that failed is set aside.
            #expect(await Array(test.host.quarantines().keys) == [who])
        }
    }

    @Test("keep the change that is held back in mind")
    func heldBack() async throws {
        let shop = try Workshop()
        try install(shop, 1)
        try await TestHost.run(shop.configuration { $0.strategy = .manual }) { test async throws in
            try await begin(shop, test)
            try install(shop, 2, top: "fail=start")
            try await test.until("it is noticed") {
                await test.host.status().plugins.map(\.pendingChange) == [true, true]
            }
            #expect(await test.host.reloadTogether(["base", "top"]).map(\.success) == [false, false])
            #expect(try await test.status("base").pendingChange)
        }
    }

    @Test("are tried again as before if they are held back (HR-5)")
    func heldBackBetweenAttempts() async throws {
        let shop = try Workshop()
        let fails = shop.root + "/fails"
        _ = FileManager.default.createFile(atPath: fails, contents: nil)
        try install(shop, 1)
        let configuration = shop.configuration { ($0.strategy, $0.cooldown) = (.manual, .seconds(3600)) }
        try await TestHost.run(configuration) { test async throws in
            try await begin(shop, test)
            try install(shop, 2, top: "fail=start", base: "fail=start;while=\(fails)")
            #expect(await test.host.reload(["base"]).map(\.success) == [false])
            #expect(try await test.status("base").nextRetry != nil)
            try FileManager.default.removeItem(atPath: fails)
            #expect(await test.host.reloadTogether(["base", "top"]).map(\.code) == ["held-back", "failed"])
            let status = try await test.status("base")
            #expect(status.nextRetry != nil && status.attempts == 1)
        }
    }

    @Test("are all given up if one hangs")
    func hangs() async throws {
        let shop = try Workshop()
        try install(shop, 1)
        let flag = shop.root + "/hangs"
        let configuration = shop.configuration {
            ($0.strategy, $0.maximumAttempts, $0.lifecycleTimeout) = (.manual, 1, .seconds(3))
        }
        try await TestHost.run(configuration) { test async throws in
            try await begin(shop, test)
            try install(shop, 2, top: "hang=start;while=\(flag)")
            _ = FileManager.default.createFile(atPath: flag, contents: nil)
            let results = await test.host.reloadTogether(["base", "top"])
            #expect(results.map(\.code) == ["held-back", "timed-out"], "\(results)")
            #expect(results.first?.error?.hasSuffix("hangs: top") == true)
            for (id, value) in [("base", "41"), ("top", "7")] {
                #expect(try await test.call("tag", of: id) == "1")
                #expect(try await test.call("value", of: id) == value)
            }
            try FileManager.default.removeItem(atPath: flag)
            // What comes back late changes nothing.
            try await test.until("nothing is held") { await test.host.status().plugins.map(\.heldCalls) == [0, 0] }
            #expect(try await test.call("tag", of: "top") == "1")
        }
    }

    @Test("have all their old generations ended, though the end of one of them hangs")
    func endHangs() async throws {
        let shop = try Workshop()
        func flag(_ id: String) -> String { "\(shop.root)/\(id)" }
        let ends = ["top", "base"].map { "hang=stop;while=\(flag($0))" }
        try install(shop, 1, top: ends[0], base: ends[1])
        let configuration = shop.configuration {
            ($0.strategy, $0.lifecycleTimeout, $0.drainTimeout) = (.manual, .seconds(3), .seconds(3))
        }
        try await TestHost.run(configuration) { test async throws in
            try await begin(shop, test)
            try install(shop, 2)
            for id in ["top", "base"] { _ = FileManager.default.createFile(atPath: flag(id), contents: nil) }
            let host = test.host
            let reload = Task { await host.reloadTogether(["base", "top"]) }
            for id in ["top", "base"] {
                try await test.until("the end of \(id)") {
                    FileManager.default.fileExists(atPath: flag(id) + ".reached")
                }
            }
            for id in ["top", "base"] { try FileManager.default.removeItem(atPath: flag(id)) }
            #expect(await reload.value.map(\.success) == [true, true])
        }
    }

    @Test("lose no call and double none, whoever calls meanwhile (HR-4)")
    func calls() async throws {
        let shop = try Workshop()
        try install(shop, 1)
        try await TestHost.run(shop.configuration { $0.strategy = .manual }) { test async throws in
            try await begin(shop, test)
            let isOver = Flag()
            let callers = try await ["base", "top"].asyncMap { id in
                let handle = try await test.host.plugin(id)
                return OnThread {
                    var count = 0
                    while !isOver.isSet {
                        _ = try handle.call("increment", text: "1")
                        count += 1
                    }
                    return count
                }
            }
            for tag in 2...6 {
                try install(shop, tag)
                #expect(await test.host.reloadTogether(["base", "top"]).map(\.success) == [true, true])
            }
            isOver.set()
            let (base, top) = (try await callers[0].value, try await callers[1].value)
            #expect(try await test.call("value", of: "base") == "\(41 + base)")
            #expect(try await test.call("value", of: "top") == "\(7 + top)")
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
