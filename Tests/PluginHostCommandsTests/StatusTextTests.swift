import FoundationEssentials
import PluginHost
import Testing

@testable import PluginHostCommands

@Suite("The status for people")
struct StatusTextTests {
    private func note(_ change: (inout PluginStatus) -> Void) throws -> String {
        var status = HostDouble.status
        change(&status.plugins[0])
        let lines = StatusText.of(status, width: 80).split(separator: "\n").map(Array.init)
        let titles = try #require(lines.first { $0.starts(with: "ID ") })
        let column = try #require(titles.indices.first { titles[$0...].starts(with: "NOTE") })
        return String(try #require(lines.last).dropFirst(column))
    }

    @Test("names a build that is set aside by what is wrong, not by its file, which the line has no place for")
    func briefQuarantine() throws {
        let note = try note {
            let reason = "wrong-abi: \($0.path): made for 9.0"
            $0.quarantine = PluginStatus.Quarantine(reason: reason, build: "abc", time: Date())
        }
        #expect(note.hasPrefix("quarantined: wrong-abi: ma"))
    }

    @Test("cuts in a terminal what its width has no room for, and nothing for anything else")
    func width() throws {
        var status = HostDouble.status
        status.plugins[0].id = String(repeating: "i", count: 50)
        status.plugins[0].lastError = String(repeating: "e", count: 50)
        func lines(_ width: Int?) -> [Substring] { StatusText.of(status, width: width).split(separator: "\n") }
        for width in [nil, 200] {
            let line = try #require(lines(width).last)
            #expect(line.contains(status.plugins[0].id + " ") && line.hasSuffix(status.plugins[0].lastError ?? "-"))
        }
        for width in [60, 80, 120] {
            #expect(lines(width).suffix(2).allSatisfy { $0.count <= width })
            let name = try #require(lines(width).last?.split(separator: " ").first)
            #expect(name.count >= 20 && name.hasSuffix("…") == (width < 120), "\(name)")
        }
        status.plugins[0].id = "short"
        #expect(lines(80).last?.hasPrefix("short  ") == true)
    }

    @Test("lists a build that is set aside by what is wrong, and says whose it is once")
    func briefList() {
        let reason = "failed: tally: /plugins/libTally.so: start failed: there is no file /etc/tally"
        let entry = PluginStatus.Quarantine(reason: reason, build: "abc", time: Date())
        let words = StatusText.quarantines(["tally": entry]).split { $0.isWhitespace }
        #expect(words.count { $0.contains("tally") } == 2)
        #expect(words.suffix(8).joined(separator: " ") == "failed: start failed: there is no file /etc/tally")
        #expect(
            StatusText.quarantines(["a": .init(reason: "no code: at all", build: "b", time: Date())]).hasSuffix(
                "no code: at all"
            )
        )
    }

    @Test("says of settings that a new instance has taken whether a state went with it", arguments: [true, false])
    func newInstance(hasState: Bool) {
        var result = ConfigurationResult(plugin: "a", way: .reloaded, settings: .null)
        result.statePreserved = hasState
        let text = LifecycleText.configuration(result)
        #expect(text == "a has taken it, in a new instance" + (hasState ? " with its state" : ""))
    }

    @Test("says so when what serves goes on, but a newer build was refused")
    func refusedBuild() throws {
        #expect(try note { $0.lastError = "\($0.path): it is not trusted" }.hasPrefix("last error: it is not"))
        #expect(try note { _ in } == "")
    }

    @Test("leaves out the name that stands beside an error, and nothing that only ends like it")
    func briefError() {
        for (text, brief) in [
            ("a: data: lost", "data: lost"), ("busy: a: try later", "busy: try later"),
            ("/srv/a: gone", "/srv/a: gone"),
        ] {
            #expect(StatusText.without("a", in: text) == brief)
        }
    }

    @Test("says of a generation in the history what holds, whether it was started or not")
    func history() throws {
        var record = GenerationRecord(generation: 2, version: "1", build: "b", path: "/a.so", time: Date())
        #expect(StatusText.history([record]).contains("live, not past its probation"))
        record.live = false
        #expect(StatusText.history([record]).contains("never committed"))
        (record.live, record.committed) = (true, true)
        #expect(StatusText.history([record]).hasSuffix("live"))
    }

    @Test("says which command a change waits for", arguments: [("running", "reload"), ("paused", "resume")])
    func pendingChange(state: String, verb: String) throws {
        #expect(try note { ($0.state, $0.pendingChange) = (state, true) } == "changed: waits for \(verb)")
        var plugin = HostDouble.status.plugins[0]
        (plugin.state, plugin.pendingChange) = (state, true)
        #expect(StatusText.details(of: plugin).contains("waits for plugin-host \(verb) \(plugin.id)"))
    }

    @Test("says of a plugin that is switched off that it is, and of no error")
    func switchedOff() throws {
        let note = try note {
            ($0.state, $0.generation) = ("unloaded", 0)
            $0.lastError = "\($0.id): the configuration has \"enabled\": false for it"
        }
        #expect(note.hasPrefix("the configuration has"), "\(note)")
    }

    @Test("has what there is to know of a plugin's times, health, restarts and sandbox in the details (LM-4)")
    func details() throws {
        var plugin = HostDouble.status.plugins[0]
        #expect(!StatusText.details(of: plugin).contains("health"))
        plugin.uptimeSeconds = 61
        (plugin.loadSeconds, plugin.initialiseSeconds, plugin.restarts) = (0.25, 1.5, 2)
        plugin.health = HealthReport(
            level: "degraded",
            details: "queue\nfull",
            time: Date(timeIntervalSince1970: 0),
            errors: 3,
            uptimeSeconds: 60
        )
        plugin.permissions = try JSONCoding.decode(from: Array(#"{"asked":[],"granted":[],"refused":[]}"#.utf8))
        plugin.sandbox = try JSONCoding.decode(
            from: Array(#"{"holds":["files"],"missing":[],"notes":["/srv/maps is not there"]}"#.utf8)
        )
        let lines = StatusText.details(of: plugin).split(separator: "\n").map { line in
            line.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        }
        for line in [
            "serves for 1 min 1 s", "came up loaded in 250 ms, initialised in 1.5 s", "restarts 2 after crashes",
            "note /srv/maps is not there",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        #expect(
            lines.joined(separator: " ").contains("health degraded: queue full; unhealthy 3 times; asked 1970-01-01T")
        )
    }
}
