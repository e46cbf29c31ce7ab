import FoundationEssentials
import PluginHost
import PluginHostCommands
import Testing

@Suite("The status for people")
struct StatusTextTests {
    private func note(_ change: (inout PluginStatus) -> Void) throws -> String {
        var status = HostDouble.status
        change(&status.plugins[0])
        let lines = StatusText.of(status).split(separator: "\n").map(Array.init)
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

    @Test("says so when what serves goes on, but a newer build was refused")
    func refusedBuild() throws {
        #expect(try note { $0.lastError = "\($0.path): it is not trusted" }.hasPrefix("last error: it is not"))
        #expect(try note { _ in } == "")
    }
}
