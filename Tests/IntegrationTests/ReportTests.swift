import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("plugin-host report and graph", .limited, .serialized, .timeLimit(.minutes(10)))
struct ReportTests {
    /// Lets a host live through a reload, a failure, a rollback, a crash and a check of health.
    private static func live(_ bench: ProgramBench) async throws {
        try bench.shop.install("id=shop;version=1.0.0;deps=store@1.0.0,gone", as: "libshop.so")
        try bench.shop.install("id=store;version=1.0.0", as: "libstore.so")
        try bench.shop.install(try Workshop.product("Counter"), as: "libCounter.so")
        _ = try await bench.startHost("--isolation", "process")
        try await bench.until("the counter runs") { try await bench.plugin()["state"] == .string("running") }
        _ = try await bench.output("call", "counter", "increment", "41")
        try bench.shop.install(try Workshop.product("Counter", build: 2), as: "libCounter.so")
        try await bench.reload()
        _ = try await bench.output("rollback", "counter")
        _ = try await bench.output("health", "counter")
        try bench.shop.install(Data("\u{7f}ELF no plugin".utf8), as: "libCounter.so")
        _ = try await bench.command(["reload", "counter"])
        try await bench.until("the failure is kept") {
            try await bench.output("events").contains("reload-failed")
        }
    }

    @Test("sum up what has happened, as text and as JSON")
    func text() async throws {
        try await ProgramBench.run { bench async throws in
            try await Self.live(bench)
            let text = try await bench.output("report")
            #expect(text.contains("ID") && text.contains("RELOADS") && text.contains("rolled back"))
            let report = try await bench.json("report")
            #expect(report.keys == ["crashes", "events", "health", "status", "time"])
            let spans = report["health"]["counter"].elements
            #expect(spans.count == 1 && spans.first?["level"] == .string("healthy"))
            let completed = report["events"].elements.filter { $0["event"] == .string("reload-completed") }
            #expect(completed.contains { !$0["phases"].elements.isEmpty && $0["holdSeconds"] != .null })
        }
    }

    @Test(
        "show a page that a real browser opens without a complaint",
        .enabled(if: Browser.path != nil, "there is no Chromium")
    )
    func page() async throws {
        try await ProgramBench.run { bench async throws in
            try await Self.live(bench)
            let file = bench.shop.root + "/report.html"
            let result = try await bench.command("report", "--html", file)
            #expect(result.end == .exited(0) && result.output == "")
            let (document, complaints) = try Browser.open(file)
            #expect(complaints.isEmpty, "\(complaints)")
            for part in [
                "<title>plugin-host report, ", "<h2 id=\"timeline-title\">Timeline</h2>", "rolled back (1)",
                "<th scope=\"row\">counter</th>", "aria-label=\"Steps of reloads: ", "aria-label=\"Health: of 1 plugin",
                "shop needs store@1.0.0", "shop needs gone, but there is no such plugin",
            ] {
                #expect(document.contains(part), "\(part)")
            }
            #expect(!document.contains("<script"))
        }
    }

    @Test(
        "draw a graph that Graphviz takes",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/dot"), "there is no dot")
    )
    func graph() async throws {
        try await ProgramBench.run { bench async throws in
            try await Self.live(bench)
            let dot = try await bench.command(["graph", "--format", "dot"])
            // The graph is whole; the status says that a dependency is missing.
            #expect(dot.end == .exited(1) && dot.errors == "")
            let drawing = try bench.start(["/usr/bin/dot", "-Tplain"], input: Data(dot.output.utf8))
            #expect(try await drawing.ended() == .exited(0), "\(drawing.errors)")
            let words = drawing.output.split(separator: "\n").map {
                $0.split(separator: " ").prefix(3).joined(separator: " ")
            }
            #expect(words.contains("edge shop store") && words.contains("edge shop gone"))
        }
    }
}
