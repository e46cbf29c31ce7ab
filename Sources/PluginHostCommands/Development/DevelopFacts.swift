internal import PluginHost

/// What an author wants to know of a build, to compare it with the one before.
struct DevelopFacts: Hashable, Sendable {
    var version: String
    /// The size of the file.
    var bytes: Int
    /// The newest schema of the state that it declares; 0 for none.
    var schema: UInt32
    /// What it can be called by, each with its kind, such as `method increment`.
    var parts: [String]

    /// What has changed since another build; `nil` if it is nothing of this.
    func changes(since old: DevelopFacts) -> String? {
        var words: [String] = []
        if version != old.version { words.append("version \(old.version) -> \(version)") }
        if bytes != old.bytes {
            let change = FigureText.bytes(abs(bytes - old.bytes))
            words.append("\(FigureText.bytes(bytes)), \(change) \(bytes > old.bytes ? "more" : "less")")
        }
        if schema != old.schema { words.append("state schema \(old.schema) -> \(schema)") }
        words += parts.filter { !old.parts.contains($0) }.map { "new \($0)" }
        words += old.parts.filter { !parts.contains($0) }.map { "no \($0) any more" }
        return words.isEmpty ? nil : words.joined(separator: "; ")
    }
}

extension DevelopFacts {
    /// Takes them from what a host tells.
    init(_ status: PluginStatus, _ components: PluginComponents?, bytes: Int) {
        version = status.version
        self.bytes = bytes
        schema = status.descriptor?.stateSchemaMaximum ?? 0
        parts = components.map { ComponentText.rows([$0]).map { "\($0[1]) \($0[2])" } } ?? []
    }
}
