import FoundationEssentials
import PluginHost
import Testing

@testable import PluginHostCommands

@Suite("What plugins say of themselves")
struct ForeignTextTests {
    /// Clears the screen, goes back to the beginning of the line, and begins another one.
    private static let evil = "a\u{1b}[2Jb\rc\nfailed: forged\u{9b}2K"
    private static let shown = "a\\u{1b}[2Jb c failed: forged\\u{9b}2K"

    private func expectShown(_ text: String, _ comment: Comment) {
        #expect(text.contains(Self.shown), comment)
        // What wraps within a cell begins below the cell, and never at the beginning of a line.
        #expect(!text.split(separator: "\n").contains { $0.hasPrefix("failed: forged") }, comment)
        #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" }, comment)
    }

    @Test("stays text in one line, wherever it is shown")
    func tables() throws {
        var plugin = HostDouble.status.plugins[0]
        plugin.name = Self.evil
        expectShown(StatusText.list([plugin]), "list")
        expectShown(StatusText.details(of: plugin), "info")
        let health = HealthReport(
            level: "degraded",
            details: Self.evil,
            time: Date(timeIntervalSince1970: 0),
            errors: 0,
            uptimeSeconds: nil
        )
        expectShown(LifecycleText.health(["a": health]), "health")
        let failed = LifecycleResult(
            plugin: "a",
            state: "error",
            success: false,
            durationSeconds: 0,
            error: Self.evil
        )
        expectShown(LifecycleText.of([failed]), "start")
        var event = PluginEvent(.custom, plugin: "a")
        (event.type, event.data) = ("said", Array(Self.evil.utf8))
        expectShown(EventText.of(event), "events")
        var crash = HostDouble.crash
        (crash.output, crash.backtrace) = ([Self.evil], [])
        expectShown(CrashText.details(of: crash), "crashes")
        let skipped = try JSONCoding.decode(
            HookResult.self,
            from: JSONCoding.encode(
                JSONValue.object([
                    "value": .null, "hooks": .integer(1), "changedBy": .array([]),
                    "failures": .array([.object(["hook": .string("a/b"), "error": .string(Self.evil)])]),
                ])
            )
        )
        expectShown(MessagingText.notes(skipped).joined(separator: "\n"), "hook")
    }

    @Test("stays text in an error of a call")
    func errors() async throws {
        let directory = try TemporaryDirectory()
        let host = HostDouble { _, _ throws(PluginError) in throw PluginError(code: .failed, message: Self.evil) }
        let server = try ControlServer(path: "\(directory.path)/s", host: host)
        server.start()
        let captured = CapturedOutput()
        #expect(await captured.run("call", "counter", "x", "--socket", "\(directory.path)/s") == 1)
        #expect(captured.error == "plugin-host: failed: \(Self.shown)\n")
        await server.stop()
    }

    @Test("may have lines of its own where it is the result, and moves no cursor there either")
    func results() throws {
        let captured = CapturedOutput()
        try captured.streams().print("one\r\n\ttwo\u{1b}[2J")
        #expect(captured.output == "one\r\n\ttwo\\u{1b}[2J\n")
        captured.streams().say("three\u{7}")
        #expect(captured.error == "three\\u{7}\n")
    }
}
