import Foundation
import PluginHost
import TestSupport
import Testing

@Suite("Torture: commands at once", .limited, .timeLimit(.minutes(10)))
struct CommandTortureTests {
    /// What is done to a plugin, by command or with its file.
    enum Deed: CaseIterable {
        case reload, together, rollBack, stop, stopNow, start, pause, resume, refresh, configure, reset, isolate, lift
        case goodBuild, badBuild, removal, replacement, call
    }

    private static let ids = ["base", "top"]

    private func install(_ shop: Workshop, _ id: String, _ tag: String, _ more: String = "") throws {
        let needs = id == "top" ? "deps=base;pauses=1;" : ""
        try shop.install("id=\(id);\(needs)tag=\(tag);configurable=1;concurrent=1;\(more)", as: "lib\(id).so")
    }

    private func perform(_ deed: Deed, _ id: String, _ number: Int, _ shop: Workshop, _ test: TestHost) async throws {
        let host = test.host
        switch deed {
        case .reload: _ = await host.reload([id])
        case .together: _ = await host.reloadTogether(Self.ids)
        case .rollBack: _ = try await host.rollBack(id)
        case .stop: _ = try await host.stopPlugin(id)
        case .stopNow: _ = try await host.stopPlugin(id, gracefully: false)
        case .start: _ = try await host.startPlugin(id)
        case .pause: _ = try await host.pausePlugin(id)
        case .resume: _ = try await host.resumePlugin(id)
        case .refresh: _ = try await host.refreshPlugin(id)
        case .configure: _ = try await host.configure(id, "size", .integer(Int64(number)))
        case .reset: _ = try await host.resetState(of: id)
        case .isolate: _ = try await host.isolate(id, number.isMultiple(of: 2) ? .process : .inProcess)
        case .lift: try await host.liftQuarantine(of: id)
        case .goodBuild: try install(shop, id, "\(number)")
        case .badBuild:
            let fault = ["fail=create", "fail=restore", "fail=start", "health=unhealthy"][number % 4]
            try install(shop, id, "\(number)", fault)
        case .removal: try? shop.remove("lib\(id).so")
        case .replacement:
            try? shop.remove("lib\(id).so")
            try install(shop, id, "\(number)")
        case .call:
            let handle = try await host.plugin(id)
            _ = try await OnThread { try handle.call("increment", text: "1", timeout: .milliseconds(20)) }.value
        }
    }

    /// Has a plugin run its last build, whatever has become of it.
    private func mend(_ id: String, _ test: TestHost) async throws {
        try await test.until("\(id) runs its last build") {
            try? await test.host.liftQuarantine(of: id)
            _ = try? await test.host.resumePlugin(id)
            _ = try? await test.host.startPlugin(id)
            _ = await test.host.reload([id])
            let handle = try? await test.host.plugin(id)
            let tag = try? await OnThread { try handle?.call("tag", text: "", timeout: .seconds(1)) }.value
            return tag == "last"
        }
    }

    /// What does not fit of the beginnings and ends of a plugin's reloads.
    private func unpaired(_ id: String, _ events: [PluginEvent]) -> [PluginEvent] {
        var isOpen = false
        return events.filter { event in
            guard event.plugin == id else { return false }
            switch event.event {
            case .reloadStarted:
                defer { isOpen = true }
                return isOpen
            case .reloadFailed: isOpen = false
            case .reloadCompleted where event.success == true:
                defer { isOpen = false }
                return !isOpen
            default: break
            }
            return false
        }
    }

    @Test("leave a plugin that can be started and reloaded, whatever came between (HR-4, LM-1)")
    func storm() async throws {
        let shop = try Workshop()
        for id in Self.ids { try install(shop, id, "0") }
        let configuration = shop.isolated(.inProcess) {
            ($0.strategy, $0.maximumAttempts, $0.cooldown) = (.immediate, 2, .milliseconds(5))
            ($0.removalGrace, $0.probation) = (.milliseconds(5), .milliseconds(50))
        }
        var random = Torture.generator()
        var deeds: [(deed: Deed, id: String)] = []
        for _ in 0..<Torture.rounds(short: 200, long: 3_000) {
            deeds.append(
                (.allCases.randomElement(using: &random) ?? .reload, Self.ids.randomElement(using: &random) ?? "top")
            )
        }
        let plan = deeds
        try await TestHost.run(configuration) { test async throws in
            await withTaskGroup(of: Void.self) { group in
                for first in 0..<4 {
                    group.addTask {
                        for number in stride(from: first, to: plan.count, by: 4) {
                            try? await self.perform(plan[number].deed, plan[number].id, number, shop, test)
                        }
                    }
                }
            }
            for id in Self.ids { try install(shop, id, "last") }
            for id in Self.ids { try await mend(id, test) }
            let status = await test.host.status().plugins
            #expect(status.map(\.state) == ["running", "running"], "seed \(Torture.seed): \(status.map(\.state))")
            for id in Self.ids {
                try await test.until("each beginning has its end") {
                    let last = test.events.last {
                        $0.plugin == id && [.reloadStarted, .reloadCompleted, .reloadFailed].contains($0.event)
                    }
                    return last?.event != .reloadStarted
                }
                #expect(unpaired(id, test.events).isEmpty, "seed \(Torture.seed)")
            }
        }
    }
}
