import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

/// Plugins in other languages than Swift keep their state as those in Swift do.
@Suite("A plugin in another language", .limited)
struct LanguageTests {
    private static let hasRust = rustc != nil

    private static var rustc: String? {
        let directories = ProcessFacts.environment["PATH", default: ""].split(separator: ":")
        return directories.map { "\($0)/rustc" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static let sample = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "SamplePlugins/RustCounter")

    /// The sample in Rust, built by its own script.
    private static func buildRust(in workshop: Workshop) throws -> Data {
        let output = workshop.root + "/librust_counter.so"
        let process = try ChildProcess(
            executable: sample.appending(path: "build").path,
            arguments: [output],
            environment: ProcessFacts.environment
        )
        var said: [UInt8] = []
        process.readOutput { said += $0 }
        let end = try process.wait()
        try #require(end == .exited(0), "\(String(decoding: said, as: UTF8.self))")
        return try Data(contentsOf: URL(filePath: output))
    }

    @Test(
        "may be Rust: it is called and reloaded with its state, in process and isolated (PL-1, HR-7)",
        .enabled(if: hasRust, "needs rustc"),
        .timeLimit(.minutes(10)),
        arguments: [false, true]
    )
    func rust(isolated: Bool) async throws {
        let workshop = try Workshop()
        let build = try Self.buildRust(in: workshop)
        try workshop.install(build, as: "librust_counter.so")
        let configuration = isolated ? workshop.isolated() : workshop.configuration()
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("increment", of: "rust-counter") == "1")
            #expect(try await test.call("increment", "40", of: "rust-counter") == "41")
            let overflow = await #expect(throws: PluginError.self) {
                try await test.call("increment", "9223372036854775807", of: "rust-counter")
            }
            #expect(overflow?.message.contains("can't count further than 41") == true)
            let unread = await #expect(throws: PluginError.self) {
                try await test.call("increment", "one", of: "rust-counter")
            }
            #expect(unread?.code == .badPayload)
            let unknown = await #expect(throws: PluginError.self) { try await test.call("nope", of: "rust-counter") }
            #expect(unknown?.code == .methodNotFound)

            try workshop.install(build + Data("build 2".utf8), as: "librust_counter.so")
            try await test.until(generation: 2, of: "rust-counter")
            #expect(try await test.call("increment", of: "rust-counter") == "42")
            #expect(test.log.contains { $0.name == "rust-counter" && $0.message == "goes on from 41" })
            #expect(try await test.status("rust-counter").isolation == (isolated ? "process" : "in-process"))
        }
        // The state outlives the host as well.
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("value", of: "rust-counter") == "42")
        }
    }

    @Test("may be Rust, which says in the file what it is (PL-1)", .enabled(if: hasRust, "needs rustc"))
    func rustIsInspected() throws {
        let workshop = try Workshop()
        let build = try Self.buildRust(in: workshop)
        try workshop.install(build, as: "librust_counter.so")
        let report = InspectionReport.of(path: workshop.path("librust_counter.so"))
        #expect(report.isPlugin, "\(report.message ?? "")")
        // The same source gives the same bytes, so that a build can be trusted by its hash.
        #expect(try Self.buildRust(in: workshop) == build)
    }

    @Test(
        "may be Rust, and keeps the contract by all checks",
        .enabled(if: hasRust, "needs rustc"),
        .timeLimit(.minutes(10))
    )
    func rustIsChecked() async throws {
        try await ProgramBench.run { bench async throws in
            try bench.shop.install(try Self.buildRust(in: bench.shop), as: "librust_counter.so")
            let file = bench.shop.path("librust_counter.so")
            let result = try await bench.command("check", file, "--call", "increment=5", "--timeout", "60s")
            #expect(result.end == .exited(0), "\(result.output)")
        }
    }

    @Test(
        "may be C: it is reloaded with its state, in process and isolated (PL-1, HR-7)",
        .timeLimit(.minutes(10)),
        arguments: [false, true]
    )
    func c(isolated: Bool) async throws {
        let workshop = try Workshop()
        try workshop.install(try Workshop.product("EventTally"), as: "libEventTally.so")
        try await TestHost.run(isolated ? workshop.isolated() : workshop.configuration()) { test async throws in
            // The host's own events are counted too, some of which a reload makes; they are far fewer.
            for number in 0..<100 { try test.host.publish("order.n\(number)") }
            try await test.until("the count") { try await Self.tally(test) >= 100 }
            try workshop.install(try Workshop.product("EventTally", build: 2), as: "libEventTally.so")
            try await test.until(generation: 2, of: "tally")
            let count = try await Self.tally(test)
            #expect(count >= 100)
            try test.host.publish("order.last")
            try await test.until("one more") { try await Self.tally(test) > count }
        }
    }

    /// How many events the sample in C has counted.
    private static func tally(_ test: TestHost) async throws -> Int {
        let text = try await test.host.act("event_tally").text
        return Int(text.prefix { $0.isNumber }) ?? 0
    }
}
