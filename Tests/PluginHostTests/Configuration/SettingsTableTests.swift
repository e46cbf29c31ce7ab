import Testing

@testable import PluginHost

@Suite("The settings of plugins")
struct SettingsTableTests {
    private func table(_ settings: JSONValue) -> SettingsTable {
        var configuration = HostConfiguration(pluginDirectories: ["/p"], stateDirectory: "/s")
        configuration.plugins["a"] = PluginSettings(settings: settings)
        return SettingsTable(configuration)
    }

    @Test("are those of the configuration, and over them what commands have said (PL-5)")
    func merges() {
        let table = table(.object(["size": .integer(1), "limits": .object(["low": .integer(2)])]))
        table.setCommanded(["limits.high": .integer(9), "size": .integer(3)], of: "a")
        #expect(
            table["a"]
                == .object(["size": .integer(3), "limits": .object(["low": .integer(2), "high": .integer(9)])])
        )
        table.setCommanded([:], of: "a")
        #expect(table["a"] == .object(["size": .integer(1), "limits": .object(["low": .integer(2)])]))
        #expect(table["b"] == .object([:]))
    }

    @Test("are made into text once, and anew after a change (PL-5)")
    func texts() {
        let table = table(.object(["size": .integer(1)]))
        #expect(table.text(of: "a") == Array(#"{"size":1}"#.utf8))
        table.setCommanded(["size": .integer(2)], of: "a")
        #expect(table.text(of: "a") == Array(#"{"size":2}"#.utf8))
        table.setCommanded([:], of: "a")
        table.setConfigured(.object(["size": .integer(3)]), of: "a")
        #expect(table.text(of: "a") == Array(#"{"size":3}"#.utf8))
        #expect(table.text(of: "b") == Array("{}".utf8))
    }

    @Test("let a command put an object where a number was, and set a whole object")
    func replaces() {
        let table = table(.object(["a": .integer(1)]))
        table.setCommanded(["a.b": .bool(true)], of: "a")
        #expect(table["a"] == .object(["a": .object(["b": .bool(true)])]))
        table.setCommanded(["a": .object(["c": .null])], of: "a")
        #expect(table["a"] == .object(["a": .object(["c": .null])]))
    }

    @Test("are those of the last command, also for what is beneath its path (PL-5)")
    func lastCommand() {
        var commanded = SettingsTable.changed([:], "limits.high", to: .integer(9))
        commanded = SettingsTable.changed(commanded, "limitless", to: .bool(true))
        commanded = SettingsTable.changed(commanded, "limits", to: .integer(5))
        #expect(commanded == ["limits": .integer(5), "limitless": .bool(true)])
        commanded = SettingsTable.changed(commanded, "limits.low", to: .integer(1))
        #expect(SettingsTable.changed(commanded, "limits", to: nil) == ["limitless": .bool(true)])
    }
}
