import Foundation
import LinuxSystem
import TestSupport
import Testing

@testable import PluginHost

@Suite("The crashes of a plugin that are kept (RS-8)")
struct CrashStoreTests {
    private static func report(_ seconds: Double, _ message: String = "") -> CrashReport {
        var report = CrashReport(plugin: "weather")
        report.time = Date(timeIntervalSince1970: seconds)
        report.message = message
        return report
    }

    @Test("are the newest, in their order, also those of one moment")
    func newest() throws {
        let scratch = try TemporaryDirectory()
        let store = CrashStore(directory: scratch.path + "/crashes", limit: 4)
        #expect(try store.reports().isEmpty)
        for (index, seconds) in [1, 2, 2, 2, 1_700_000_000.5, 3].enumerated() {
            try store.save(Self.report(seconds, "\(index)"))
        }
        #expect(try store.reports().map(\.message) == ["2", "3", "5", "4"])
    }

    @Test("are shown without those that are damaged, and nothing else is touched")
    func damaged() throws {
        let scratch = try TemporaryDirectory()
        let directory = scratch.path + "/crashes"
        let store = CrashStore(directory: directory, limit: 2)
        try store.save(Self.report(1, "first"))
        let names = try Directory.names(directory)
        try AtomicFile.replace(directory + "/" + names[0], with: Array("{".utf8))
        try AtomicFile.replace(directory + "/notes.json", with: Array("mine".utf8))
        try AtomicFile.replace(directory + "/2026-11-18T11-06-40.001Z-0.json", with: Array("mine".utf8))
        try store.save(Self.report(2, "second"))
        #expect(try store.reports().map(\.message) == ["second"])
        try store.save(Self.report(3, "third"))
        #expect(try store.reports().map(\.message) == ["second", "third"])
        #expect(try Directory.names(directory).count == 4)
    }

    @Test("of all plugins are read without a host, in the order of their time")
    func all() throws {
        let scratch = try TemporaryDirectory()
        for (id, seconds) in [("b", 1.0), ("a", 2), ("b", 3)] {
            var report = CrashReport(plugin: id)
            report.time = Date(timeIntervalSince1970: seconds)
            try CrashStore(directory: "\(scratch.path)/plugins/\(id)/crashes").save(report)
        }
        #expect(try StateDirectory.crashes(in: scratch.path, of: nil).map(\.plugin) == ["b", "a", "b"])
        #expect(try StateDirectory.crashes(in: scratch.path, of: "a").count == 1)
        #expect(try StateDirectory.crashes(in: scratch.path, of: "../x").isEmpty)
        #expect(try StateDirectory.crashes(in: scratch.path + "/none", of: nil).isEmpty)
    }
    @Test("have those of its file among them that were before it had said which plugin it is")
    func ofFile() throws {
        let scratch = try TemporaryDirectory()
        var report = CrashReport(plugin: "libweather.so")
        for path in ["/plugins/libweather.so", "/others/libweather.so"] {
            report.path = path
            try CrashStore(directory: "\(scratch.path)/file-crashes").save(report)
        }
        try CrashStore(directory: "\(scratch.path)/plugins/weather/crashes").save(Self.report(1))
        #expect(try StateDirectory.crashes(in: scratch.path, of: "weather").count == 1)
        var journal = PluginJournal()
        journal.lastPath = "/plugins/libweather.so"
        try JournalFile(path: "\(scratch.path)/plugins/weather/journal.json").save(journal)
        let paths = try StateDirectory.crashes(in: scratch.path, of: "weather").map(\.path)
        #expect(paths == [nil, "/plugins/libweather.so"])
        #expect(try StateDirectory.crashes(in: scratch.path, of: "libweather.so").count == 2)
        #expect(try StateDirectory.crashes(in: scratch.path, of: nil).count == 3)
    }
}
