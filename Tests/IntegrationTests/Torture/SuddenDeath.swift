import Foundation
import LinuxSystem
import PluginHost
import PluginHostCommands
import Synchronization
import Testing

/// A host that is killed again and again, and starts each time in the directory that the last one left.
final class SuddenDeath: Sendable {
    /// What somebody was told, and what the next start must therefore know.
    private struct Told {
        /// The state that is on the disk for certain.
        var floor = 0
        /// All that was ever added to it, told or not.
        var ceiling = 0
        var acknowledged = 0
        var generation: UInt64 = 0
        /// The builds put in place so far, by their content.
        var builds: [String: Build] = [:]
        var inPlace = Build(tag: 0, isGood: true)
        var reloads = 0
        var calls = 0
    }

    private struct Build: Hashable {
        var tag: Int
        var isGood: Bool
    }

    private let bench: ProgramBench
    private let told = Mutex(Told())
    private let configuration: String

    init(_ bench: ProgramBench) throws {
        self.bench = bench
        configuration = bench.shop.root + "/host.json"
        let text = """
            {"checkpointInterval": "0.005s", "probation": "0s", "cooldown": "0.01s", "maximumAttempts": 1,
             "historyLimit": 5}
            """
        try Workshop.write(Data(text.utf8), to: configuration)
        try install(isGood: true)
    }

    /// What has happened, for the report.
    var summary: String {
        told.withLock { "\($0.reloads) reloads, \($0.calls) calls, generation \($0.generation)" }
    }

    // MARK: A life

    /// One life: the start is judged, then work goes on until the host is killed after so long.
    func live(untilReady: Bool, microseconds: UInt32, random: inout SeededGenerator) async throws {
        let words = ["run", "--no-supervise", "--config", configuration, "--strategy", "immediate"] + bench.places
        let program = try bench.start([ProgramBench.executable] + words)
        var workers: [OnThread<Void>] = []
        if untilReady {
            try await bench.until("the host is ready") {
                program.errors.contains("ready: the control socket is") || program.hasEnded
            }
            try #require(!program.hasEnded, "the host did not start: \(program.errors)")
            let socket = bench.socket
            let judged = try await OnThread { [self] in try judgeStart(socket, program.errors) }.value
            // What a start brings is written down after it: a host that dies before begins with the same number again.
            told.withLock { $0.generation = judged - 1 }
            let seed = random.next()
            workers = [
                OnThread { [self] in try? callOn(socket) },
                OnThread { [self] in
                    var random = SeededGenerator(seed: seed)
                    try? reloadOn(socket, &random)
                },
            ]
        }
        // The moment of death is what the test is about: it waits for nothing.
        _ = try await OnThread { usleep(microseconds) }.value
        program.kill()
        _ = try await program.ended()
        for worker in workers { try await worker.value }
        try judgeDisk()
    }

    private func install(isGood: Bool) throws {
        let build = told.withLock { Build(tag: $0.builds.count + 1, isGood: isGood) }
        let bytes = try Workshop.adaptable("id=a;tag=\(build.tag)" + (isGood ? "" : ";fail=start"))
        told.withLock { told in
            told.builds[SHA256(of: Array(bytes)).description] = build
            told.inPlace = build
        }
        try bench.shop.install(bytes, as: "liba.so")
    }

    private func callOn(_ socket: String) throws {
        var client = try ControlClient(path: socket)
        while true {
            told.withLock { $0.ceiling += 1 }
            let answer = try Self.call(&client, "increment")
            told.withLock { told in
                told.acknowledged = max(told.acknowledged, answer)
                told.calls += 1
            }
        }
    }

    private func reloadOn(_ socket: String, _ random: inout SeededGenerator) throws {
        var client = try ControlClient(path: socket)
        while true {
            try install(isGood: Int.random(in: 0..<4, using: &random) > 0)
            // What was answered before a reload began is in the snapshot that the reload leaves.
            let before = told.withLock { $0.acknowledged }
            let response = try client.request("reload", ["plugins": .array([.string("a")])])
            let result = try #require(try response.result([ReloadResult].self).first)
            guard result.success else { continue }
            told.withLock { told in
                told.reloads += 1
                told.generation = max(told.generation, result.generation)
                if !result.unchanged { told.floor = max(told.floor, before) }
            }
        }
    }

    private static func call(_ client: inout ControlClient, _ method: String) throws -> Int {
        let answer: JSONValue = try client.request(
            "call",
            ["plugin": .string("a"), "method": .string(method), "input": .string("")]
        ).result()
        return try #require(answer["output"].text.flatMap { Int($0) })
    }

    // MARK: Judging

    /// Compares what a new host serves with what was told, and gives its generation.
    private func judgeStart(_ socket: String, _ said: String) throws -> UInt64 {
        let told = told.withLock { $0 }
        var client = try ControlClient(path: socket)
        let status = try client.request("info", ["plugin": .string("a")]).result(PluginStatus.self)
        #expect(status.state == "running" && status.generation > told.generation, "\(status), after \(told.generation)")
        let value = try Self.call(&client, "value")
        #expect((told.floor...told.ceiling).contains(value), "\(value) is not within \(told.floor)...\(told.ceiling)")
        let serving = try #require(told.builds[status.build])
        let tag = try Self.call(&client, "tag")
        #expect(serving.isGood && serving.tag == tag)
        if told.inPlace.isGood { #expect(serving == told.inPlace) }
        #expect(!said.contains("damaged"), "\(said)")
        // What the host before could not take with it is gone.
        let images = try Directory.names(bench.shop.state + "/images").filter { !$0.hasPrefix(".") }
        #expect(images.count <= 2, "\(images)")
        // The next life begins with this state.
        self.told.withLock { told in
            told.acknowledged = value
            told.ceiling = max(told.ceiling, value)
        }
        return status.generation
    }

    /// What a dead host has left: whole files, as new as was told, and not more of them each time.
    private func judgeDisk() throws {
        let directory = bench.shop.state + "/plugins/a"
        guard let names = try? Directory.names(directory), names.contains("journal.json") else { return }
        let reading = try JournalFile(path: directory + "/journal.json").load(afterAtLeast: 0)
        #expect(reading.damage == nil)
        let journal = reading.journal
        #expect(journal.nextGeneration > told.withLock { $0.generation })
        let snapshots = SnapshotStore(directory: directory + "/snapshots", plugin: "a")
        for record in journal.records {
            #expect(FileManager.default.fileExists(atPath: "\(directory)/builds/\(record.build).so"))
            if let name = record.snapshot { #expect(throws: Never.self) { _ = try snapshots.load(name) } }
        }
        if let name = journal.latestSnapshot {
            let state = try snapshots.load(name).bytes
            let value = try #require(Int(String(decoding: state, as: UTF8.self)))
            told.withLock { told in
                #expect((told.floor...told.ceiling).contains(value), "the disk has \(value), not \(told.floor) or more")
                // Exactly this is what the next start must have.
                told.floor = value
                told.ceiling = value
            }
        }
        // A life that was short enough has not made them all.
        let parts = ["", "/snapshots", "/builds"].map { directory + $0 }
        let files = try parts.filter(FileManager.default.fileExists).flatMap { try Directory.names($0) }
        #expect(files.count < 40 && !files.contains { $0.contains("damaged") }, "\(files)")
        // A life leaves one file half written in each directory at most, and the next start removes it.
        #expect(files.filter { $0.hasSuffix(".tmp") }.count <= 3, "\(files)")
    }
}
