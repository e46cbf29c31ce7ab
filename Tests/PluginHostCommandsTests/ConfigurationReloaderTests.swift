import Foundation
import PluginHost
import Synchronization
import TestSupport
import Testing

@testable import PluginHostCommands

@Suite("A configuration that is read again", .mayBlock, .timeLimit(.minutes(10)))
struct ConfigurationReloaderTests {
    private let directory: TemporaryDirectory
    private let captured = CapturedOutput()
    private let host = HostDouble()
    private var path: String { "\(directory.path)/host.json" }

    init() throws { directory = try TemporaryDirectory() }

    private func write(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }

    private func reloader() -> ConfigurationReloader {
        ConfigurationReloader(path, host, LogWriter(streams: captured.streams(), format: .text, level: .info))
    }

    @Test("is taken, whether it has changed or not")
    func taken() throws {
        try write(#"{"plugins": {"counter": {}}}"#)
        let reloader = reloader()
        #expect(reloader.reload() == "configuration read: 0 plugins with new settings")
        #expect(host.log == [#"reconfigure ["counter"]"#])
        #expect(captured.error.contains("configuration read: 0 plugins with new settings"))
    }

    @Test("is told by what has become of it, and of what commands have set that nothing has")
    func told() throws {
        try write("{}")
        var taken = ConfigurationResult(plugin: "a", way: .reloaded, settings: .null)
        taken.statePreserved = true
        let results = [taken, ConfigurationResult(plugin: "b", way: .unchanged, settings: .null)]
        host.state.withLock { $0.reconfiguration = results }
        #expect(reloader().reload() == "configuration read: 1 plugin with new settings")
        #expect(captured.error.contains("a has taken its new settings, in a new instance with its state"))
        #expect(captured.error.contains("b: what the file says of it has changed, but commands have set its settings"))
        #expect(!captured.error.contains("unchanged"))
    }

    @Test(
        "changes nothing if it is wrong, and is said to be",
        arguments: [#"{"cooldwn": 1}"#, "{", #"{"trust": "signed"}"#, nil]
    )
    func wrong(text: String?) throws {
        try write("{}")
        let reloader = reloader()
        if let text { try write(text) } else { try FileManager.default.removeItem(atPath: path) }
        #expect(reloader.reload().hasPrefix("the configuration is not taken: \(path)"))
        #expect(host.log == [])
        #expect(captured.error.contains("the one before stays"))
    }

    @Test("keeps nobody waiting where a pipe has come in its place")
    func pipe() throws {
        try write("{}")
        let reloader = reloader()
        try FileManager.default.removeItem(atPath: path)
        #expect(mkfifo(path, 0o600) == 0)
        #expect(reloader.reload().hasPrefix("the configuration is not taken: \(path)"))
        #expect(host.log == [])
    }

    @Test("names what it says that needs a host that is started again")
    func differences() throws {
        try write(#"{"cooldown": "1s"}"#)
        let reloader = reloader()
        let plugins = #"{"a": {"settings": {"x": 1}}, "b": {"enabled": false}}"#
        try write(#"{"cooldown": "2s", "strategy": "manual", "plugins": \#(plugins)}"#)
        _ = reloader.reload()
        #expect(
            captured.error.contains(
                "strategy, cooldown, plugins.b have changed, which takes effect when the host is started again"
            )
        )
        let before = captured.error.split(separator: "\n").count
        _ = reloader.reload()
        #expect(captured.error.split(separator: "\n").count == before + 1)
    }
}
