import Foundation
import PluginHost
import Testing

/// A host with a plugin that meets one fault, and another that must not notice.
final class FaultCellTrial: Sendable {
    private let cell: FaultCell
    private let shop: Workshop

    init(_ cell: FaultCell) throws {
        self.cell = cell
        shop = try Workshop()
    }

    private var trap: String { shop.root + "/trap" }

    /// What hangs is waited for; everything else may take its time on a busy machine.
    private var patience: Duration { cell.kind.hangs ? .seconds(5) : .seconds(60) }

    private var configuration: HostConfiguration {
        shop.isolated {
            $0.maximumAttempts = 1
            $0.strategy = .immediate
            $0.cooldown = .zero
            $0.warmRunners = 0
            $0.healthInterval = .milliseconds(100)
            $0.restartLimits.maximumRestarts = 100
            $0.restartLimits.maximumDelay = .milliseconds(10)
            $0.lifecycleTimeout = patience
            $0.callTimeout = patience
            $0.drainTimeout = patience
        }
    }

    /// Meets the fault, and gives back in a few words what became of it.
    func run() async throws -> String {
        let fault = "\(cell.kind.rawValue)=\(cell.step.key(of: cell.kind));while=\(trap)"
        try install(tag: 1, with: cell.step.isOfLive ? fault : nil)
        try shop.install("id=b", as: "libb.so")
        var outcome = ""
        try await TestHost.run(configuration) { test async throws in
            try await test.until(generation: 1)
            try await test.until(generation: 1, of: "b")
            for number in 1...3 { #expect(try await increment(test) == number, note) }
            #expect(try await increment(test, "b") == 1)

            if cell.step == .execute {
                outcome = try await meetInCalls(test)
            } else {
                outcome = try await meetInReload(test, fault)
            }

            // The next good build is taken, with the state.
            let value = try await valueOnceServed(test)
            let completed = test.events(.reloadCompleted).count
            try install(tag: 3)
            try await test.until(.reloadCompleted, count: completed + 1)
            #expect(test.events(.reloadCompleted).last?.success == true, note)
            #expect(try await increment(test) == value + 1, note)
            #expect(try await text("tag", test) == "3", note)
            #expect(try await increment(test, "b") == 2, note)
            #expect(!test.events.contains { $0.plugin == "b" && $0.event == .crashed }, note)
        }
        // What was killed with its group goes in its own time.
        while try !remainingProcesses().isEmpty {
            try Task.checkCancellation()
            try await Task.sleep(for: .milliseconds(10))
        }
        return outcome
    }

    private var note: Comment { Comment(rawValue: "\(cell)") }

    private func install(tag: Int, with fault: String? = nil) throws {
        let behaviour = "id=a;saves=1;tag=\(tag)" + (fault.map { ";\($0)" } ?? "")
        let bytes = try Workshop.adaptable(behaviour, product: fault == nil ? "Adaptable" : cell.kind.product)
        try shop.install(bytes, as: "liba.so")
    }

    // MARK: Meeting it

    /// Calls while each call meets the fault; every caller gets one answer or one error.
    private func meetInCalls(_ test: TestHost) async throws -> String {
        _ = FileManager.default.createFile(atPath: trap, contents: nil)
        let handle = try await test.host.plugin("a")
        let callers = (0..<3).map { _ in
            OnThread { [patience] in Result { try handle.call("increment", timeout: patience) } }
        }
        var codes: [String] = []
        for caller in callers {
            switch try await caller.value {
            case .success: codes.append("answered")
            case .failure(let error as PluginError): codes.append(error.code.name)
            case .failure(let error): throw error
            }
        }
        try FileManager.default.removeItem(atPath: trap)
        try await waitForDamage(test)
        if cell.kind.ends { #expect(!codes.contains("answered"), note) }
        let answered = codes.count { $0 == "answered" }
        #expect(try await valueOnceServed(test) >= 4 + answered, note)
        if cell.kind.ends { try await test.until("a restart: \(cell)") { isRestarted(test) } }
        let restarted = isRestarted(test)
        return codes.sorted()[0] + (restarted ? ", restarted" : "")
    }

    /// Puts a new build in place, and meets the fault in the new generation or in the old one.
    private func meetInReload(_ test: TestHost, _ fault: String) async throws -> String {
        _ = FileManager.default.createFile(atPath: trap, contents: nil)
        try install(tag: 2, with: cell.step.isOfLive ? nil : fault)
        try await test.until(.reloadCompleted)
        try FileManager.default.removeItem(atPath: trap)
        let isReplaced = test.events(.reloadCompleted).first?.success == true
        if isReplaced, !cell.step.isOfLive { try await waitForDamage(test) }
        // What the old generation does at its end is no reason to keep it.
        if cell.kind.ends { #expect(isReplaced == (cell.step == .stop), note) }
        #expect(try await valueOnceServed(test) == 4, note)
        #expect(try await text("tag", test) == (isReplaced ? "2" : "1"), note)
        if cell.kind.ends, cell.step == .save { try await test.until("a restart: \(cell)") { isRestarted(test) } }
        let restarted = isRestarted(test)
        if !cell.step.isOfLive, !isReplaced { #expect(!restarted, note) }
        return (isReplaced ? "new serves" : "old serves") + (restarted ? ", restarted" : "")
    }

    /// Waits for the end of a process that serves on, but can hear its host no more.
    private func waitForDamage(_ test: TestHost) async throws {
        guard cell.kind == .closedDescriptors else { return }
        try await test.until("a restart: \(cell)") { isRestarted(test) }
    }

    private func isRestarted(_ test: TestHost) -> Bool {
        test.events(.restarted).contains { $0.plugin == "a" }
    }

    // MARK: Calling

    private func text(_ method: String, _ test: TestHost, _ id: String = "a") async throws -> String {
        let handle = try await test.host.plugin(id)
        return try await OnThread { try handle.call(method, text: "") }.value
    }

    private func increment(_ test: TestHost, _ id: String = "a") async throws -> Int? {
        Int(try await text("increment", test, id))
    }

    /// Calls until there is an answer: calls to what is damaged may fail until it has been replaced.
    private func valueOnceServed(_ test: TestHost) async throws -> Int {
        while true {
            try Task.checkCancellation()
            if let value = try? await increment(test) { return value }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    // MARK: What is left

    /// The processes that are anywhere in the trial's directories, as a plugin's process and its children are.
    private func remainingProcesses() throws -> [String] {
        let files = FileManager.default
        return try files.contentsOfDirectory(atPath: "/proc").filter { name in
            guard Int(name) != nil, let place = try? files.destinationOfSymbolicLink(atPath: "/proc/\(name)/cwd") else {
                return false
            }
            return place.hasPrefix(shop.root)
        }
    }
}
