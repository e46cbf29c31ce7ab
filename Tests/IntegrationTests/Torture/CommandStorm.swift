import Foundation
import TestSupport
import Testing

@testable import PluginHost

/// Plugins of which some need others, and what is done to them at once: by commands, with their files and to their processes.
struct CommandStorm {
    /// Who needs whom.
    enum Shape: Int, CaseIterable {
        case pair, chain, diamond

        /// The plugins, each after those that it needs.
        var plugins: [(id: String, needs: [String])] {
            switch self {
            case .pair: [("base", []), ("top", ["base"])]
            case .chain: [("base", []), ("middle", ["base"]), ("top", ["middle"])]
            case .diamond: [("base", []), ("left", ["base"]), ("right", ["base"]), ("top", ["left", "right"])]
            }
        }
    }

    /// Questions are not among them: one that has begun before its plugin is paused waits until that goes on.
    enum Deed: CaseIterable {
        case reload, together, reloadAll, rollBack, stop, stopNow, start, pause, resume, refresh, stopAll, startAll
        case configure, unset, reconfigure, reset, isolate, lift, call, crash
        case goodBuild, badBuild, removal, replacement, renaming, distrust, trust
    }

    let shop: Workshop
    let shape: Shape
    let isolation: Isolation
    private let plan: [(deed: Deed, id: String)]

    var ids: [String] { shape.plugins.map(\.id) }

    /// Plans so many deeds, and puts the plugins in place.
    init(_ shape: Shape, _ isolation: Isolation, deeds count: Int, _ random: inout some RandomNumberGenerator) throws {
        shop = try Workshop()
        (self.shape, self.isolation) = (shape, isolation)
        var plan: [(deed: Deed, id: String)] = []
        for _ in 0..<count {
            let id = shape.plugins.randomElement(using: &random)?.id
            plan.append((Deed.allCases.randomElement(using: &random) ?? .reload, id ?? "base"))
        }
        self.plan = plan
        for id in ids { try install(id, "0") }
    }

    var configuration: HostConfiguration {
        shop.isolated(isolation) {
            ($0.strategy, $0.maximumAttempts, $0.cooldown) = (.immediate, 2, .milliseconds(5))
            ($0.removalGrace, $0.probation) = (.milliseconds(5), .milliseconds(50))
        }
    }

    private func file(_ id: String) -> String { "lib\(id).so" }

    private func install(_ id: String, _ tag: String, _ more: String = "") throws {
        let needed = shape.plugins.first { $0.id == id }?.needs ?? []
        let needs = needed.isEmpty ? "" : "deps=\(needed.joined(separator: ","));pauses=1;"
        try shop.install("id=\(id);\(needs)tag=\(tag);configurable=1;concurrent=1;\(more)", as: file(id))
    }

    private func change(rightsOf id: String, to rights: mode_t) {
        chmod(shop.path(file(id)), rights)
    }

    // MARK: Deeds

    /// Does all that was planned, four deeds at once; in the place of one of them the host may be stopped.
    func rage(_ test: TestHost, endingAt end: Int? = nil) async {
        await withTaskGroup(of: Void.self) { group in
            for first in 0..<4 {
                group.addTask {
                    for number in stride(from: first, to: plan.count, by: 4) {
                        if number == end { await test.host.stop() }
                        try? await perform(plan[number].deed, plan[number].id, number, test)
                    }
                }
            }
        }
    }

    private func perform(_ deed: Deed, _ id: String, _ number: Int, _ test: TestHost) async throws {
        let host = test.host
        switch deed {
        case .reload: _ = await host.reload([id])
        case .together: _ = await host.reloadTogether(number.isMultiple(of: 2) ? ids : ids.reversed().dropLast())
        case .reloadAll: _ = await host.reloadAll()
        case .rollBack: _ = try await host.rollBack(id)
        case .stop: _ = try await host.stopPlugin(id)
        case .stopNow: _ = try await host.stopPlugin(id, gracefully: false)
        case .start: _ = try await host.startPlugin(id)
        case .pause: _ = try await host.pausePlugin(id)
        case .resume: _ = try await host.resumePlugin(id)
        case .refresh: _ = try await host.refreshPlugin(id)
        case .stopAll: _ = await host.stopAllPlugins()
        case .startAll: _ = await host.startAllPlugins()
        case .configure: _ = try await host.configure(id, "size", .integer(Int64(number)))
        case .unset: _ = try await host.configure(id, "size", nil)
        case .reconfigure:
            let settings = PluginSettings(settings: .object(["length": .integer(Int64(number))]))
            _ = await host.reconfigure([id: settings])
        case .reset: _ = try await host.resetState(of: id)
        case .isolate: _ = try await host.isolate(id, [.process, .inProcess, .group("some")][number % 3])
        case .lift: try await host.liftQuarantine(of: id)
        case .call:
            let handle = try await host.plugin(id)
            _ = try await OnThread { try handle.call("increment", text: "1", timeout: .milliseconds(20)) }.value
        case .crash:
            if let process = await test.host.conductor.processes()[id] { kill(process, SIGKILL) }
        case .goodBuild: try install(id, "\(number)")
        case .badBuild:
            let fault = ["fail=create", "fail=restore", "fail=start", "health=unhealthy"][number % 4]
            try install(id, "\(number)", fault)
        case .removal: try shop.remove(file(id))
        case .replacement:
            try? shop.remove(file(id))
            try install(id, "\(number)")
        case .renaming: rename(shop.path(file(id)), shop.path("other-" + file(id)))
        case .distrust: change(rightsOf: id, to: 0o777)
        case .trust: change(rightsOf: id, to: 0o755)
        }
    }

    // MARK: Afterwards

    /// Puts a last build of each plugin in place, and has them run it, whatever has become of them.
    func settle(_ test: TestHost) async throws {
        for id in ids {
            try? shop.remove("other-" + file(id))
            try install(id, "last")
        }
        for id in ids { try await mend(id, test) }
        try await test.until("all run") {
            await test.host.status().plugins.map(\.state) == ids.map { _ in "running" }
        }
    }

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

    /// Expects that each beginning of a reload has one end (HR-3).
    func expectEnds(_ test: TestHost) async throws {
        for id in ids {
            try await test.until("each beginning has its end") {
                let last = test.events.last {
                    $0.plugin == id && [.reloadStarted, .reloadCompleted, .reloadFailed].contains($0.event)
                }
                return last?.event != .reloadStarted
            }
            #expect(unpaired(id, test.events).isEmpty, Torture.seedNote)
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
}
