@testable import PluginHost

extension FuzzReader {
    /// The short texts: durations, versions, moments, the names of snapshots and of plugins.
    static let texts = FuzzReader(name: "texts", longest: 128) { bytes throws(Violation) in
        let text = String(decoding: bytes, as: UTF8.self)
        if let duration = DurationText.parse(text) {
            try hold(duration >= .zero, "'\(text)' is negative")
            try hold(DurationText.parse(DurationText.format(duration)) == duration, "the duration '\(text)' changes")
        }
        if let version = SemanticVersion(text) {
            try hold(version.description == text, "the version '\(text)' becomes \(version)")
            try hold(!(version < version) && version == version, "the version '\(text)' is older than itself")
        }
        if let moment = TimestampText.parse(text) {
            try hold(TimestampText.rounded(moment) == moment, "the moment '\(text)' is not rounded")
            try hold(TimestampText.parse(TimestampText.format(moment)) == moment, "the moment '\(text)' changes")
        }
        if let name = SnapshotName(text) {
            try hold(name.description == text, "the name '\(text)' becomes \(name)")
        }
        if StateDirectory.isFileName(text) {
            try hold(!text.utf8.contains(0x2F) && !text.hasPrefix(".") && !text.isEmpty, "'\(text)' is no file name")
            try hold(text.utf8.count <= 128, "a plugin's id has \(text.utf8.count) bytes")
        }
        try compareVersions(text)
    }

    /// Two versions in one text, one a line.
    private static func compareVersions(_ text: String) throws(Violation) {
        let versions = text.split(separator: "\n").prefix(3).compactMap { SemanticVersion(String($0)) }
        for left in versions {
            for right in versions {
                let order = [left < right, left == right, right < left].count { $0 }
                try hold(order == 1, "\(left) and \(right) have no order")
                try hold(left != right || left.hashValue == right.hashValue, "\(left) and \(right) hash differently")
            }
        }
        if versions.count == 3, versions[0] < versions[1], versions[1] < versions[2] {
            try hold(versions[0] < versions[2], "\(versions) are in no order")
        }
    }

    /// JSON from files and sockets, as any value and as what the event log and the command line read.
    static let json = FuzzReader(name: "json", longest: 1024) { bytes throws(Violation) in
        if let value = try? JSONCoding.decode(JSONValue.self, from: bytes) { try holdRoundTrip(value) }
        if let event = try? JSONCoding.decode(PluginEvent.self, from: bytes) { try holdRoundTrip(event) }
        if let status = try? JSONCoding.decode(HostStatus.self, from: bytes) { try holdRoundTrip(status) }
        if let result = try? JSONCoding.decode(ReloadResult.self, from: bytes) { try holdRoundTrip(result) }
    }

    /// Requires that a value is the same after it was written and read again.
    static func holdRoundTrip<Value: Codable & Equatable>(_ value: Value) throws(Violation) {
        let written = try succeed("writing \(Value.self)") { try JSONCoding.encode(value) }
        try hold(!written.contains(0x0A), "a line of JSON holds a line feed")
        let again = try succeed("reading \(Value.self)") { try JSONCoding.decode(Value.self, from: written) }
        // A number that is whole is written without a fraction, and comes back as a whole number: the second time counts.
        if again == value { return }
        let rewritten = try succeed("writing \(Value.self) again") { try JSONCoding.encode(again) }
        let last = try succeed("reading \(Value.self) again") { try JSONCoding.decode(Value.self, from: rewritten) }
        try hold(last == again, "\(Value.self) changes on its way")
    }

    /// The configuration file.
    static let configuration = FuzzReader(name: "configuration", longest: 1024) { bytes throws(Violation) in
        let before = HostConfiguration(pluginDirectories: ["/plugins"], stateDirectory: "/state")
        var configuration = before
        do throws(PluginError) {
            try ConfigurationFile.apply(bytes, path: "file", to: &configuration)
            try? configuration.validate()
        } catch {
            try hold(configuration == before, "a refused file has changed the configuration")
            try hold(error.code == .badConfiguration, "another error: \(error)")
            try hold(error.message.hasPrefix("file:"), "the error names no line: \(error)")
            try hold(error.message.utf8.count <= 4096 + 4 * bytes.count, "the refusal takes long to tell")
        }
        if configuration != before {
            try succeed("a file that is taken makes a configuration that is refused") { try configuration.validate() }
        }
        guard let node = try? ConfigurationText.parse(bytes) else { return }
        let written = try succeed("writing") { try JSONCoding.encode(node.json) }
        let again = try succeed("reading") { try ConfigurationText.parse(written) }
        if again.json == node.json { return }
        // A number may find its form on the first way, as -0e9 does, which is 0; on the second it has it.
        let rewritten = try succeed("writing again") { try JSONCoding.encode(again.json) }
        let last = try succeed("reading again") { try ConfigurationText.parse(rewritten) }
        try hold(last.json == again.json, "the values change on their way")
    }
}
