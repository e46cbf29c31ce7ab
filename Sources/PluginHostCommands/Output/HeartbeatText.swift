internal import PluginHost

/// How the parts of a host are, for people.
enum HeartbeatText {
    /// All of them, and what is wrong.
    static func of(_ status: HeartbeatStatus) -> String {
        let rows = status.components.map { part in
            let error = part.state == .error ? part.errors.last.map { StatusText.oneLine($0.message) } ?? "" : ""
            return [part.name, part.state.rawValue, part.lastAlive.map(TimestampText.format) ?? "-", error]
        }
        let head = "\(status.state.rawValue): \(status.summary)"
        guard !rows.isEmpty else { return head }
        return head + "\n\n" + TextTable.aligned([["PART", "STATE", "LAST ALIVE", "ERROR"]] + rows, wrapping: false)
    }
}
