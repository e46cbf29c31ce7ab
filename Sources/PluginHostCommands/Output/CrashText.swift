package import PluginHost

/// Crashes, for people.
package enum CrashText {
    package static let none = "no crash is known"

    /// One line for each, oldest first.
    package static func list(_ reports: [CrashReport], width: Int? = nil) -> String {
        guard !reports.isEmpty else { return none }
        let rows = reports.map { report in
            [
                TimestampText.format(report.time), report.plugin,
                report.generation.map { "\($0)" } ?? "-", ended(report),
                StatusText.oneLine(report.summary ?? report.message ?? step(report)),
            ]
        }
        return TextTable.lines([["TIME", "ID", "GEN", "ENDED BY", "WHERE"]] + rows, names: 1, width: width)
    }

    /// All of one.
    package static func details(of report: CrashReport) -> String {
        let fields: [(name: String, value: String?)] = [
            ("time", TimestampText.format(report.time)), ("plugin", report.plugin), ("file", report.path),
            ("version", report.version), ("generation", report.generation.map { "\($0)" }), ("build", report.build),
            ("isolation", report.isolation), ("it", report.ending), ("address", report.address), ("in", report.step),
            ("method", report.method), ("call", report.call.map { "\($0)" }), ("thread", thread(report)),
            ("where", report.summary), ("up", report.uptimeSeconds.map(FigureText.seconds)),
        ]
        let rows = fields.compactMap { name, value in
            value.flatMap { $0.isEmpty ? nil : [name, StatusText.oneLine($0)] }
        }
        var sections = [TextTable.aligned(rows)]
        if !report.output.isEmpty { sections.append(section("it printed last", report.output.suffix(10))) }
        let frames = frames(report.backtrace)
        if !frames.isEmpty { sections.append(section("backtrace", frames)) }
        return sections.joined(separator: "\n\n")
    }

    /// The name of the signal, or what else there is to say in few words.
    private static func ended(_ report: CrashReport) -> String {
        if report.reason != nil { return "the host" }
        if report.isStackOverflow { return "stack overflow" }
        return report.signal ?? report.exitStatus.map { "exit \($0)" } ?? "-"
    }

    /// What the plugin was doing, where nothing is known of the place in its code.
    private static func step(_ report: CrashReport) -> String {
        report.method.map { "in the method \($0)" } ?? report.step.map { "in \($0)" } ?? ""
    }

    private static func thread(_ report: CrashReport) -> String {
        [report.thread.map { "\($0)" }, report.process.map { "of process \($0)" }].compactMap(\.self)
            .joined(separator: " ")
    }

    private static func section(_ title: String, _ lines: some Sequence<String>) -> String {
        let lines = lines.map { TextTable.cut("  \(LogText.oneLine($0))", to: TextTable.width) }
        return (["\(title):"] + lines).joined(separator: "\n")
    }

    /// The frames of the thread that failed, without what only fills the line; all lines are in the JSON.
    private static func frames(_ backtrace: [String]) -> [String] {
        guard let crashed = backtrace.firstIndex(where: { $0.hasPrefix("Thread ") && $0.hasSuffix(" crashed:") }) else {
            return Array(backtrace.prefix(20))
        }
        return backtrace[(crashed + 1)...].prefix { !$0.hasPrefix("Thread ") && !$0.hasPrefix("Registers") }
            .filter { !$0.allSatisfy(\.isWhitespace) }.prefix(32).map(brief)
    }

    /// A frame without its address, the offset, and the directories of its file.
    private static func brief(_ line: String) -> String {
        var words = line.split(separator: " ").map(String.init)
        words.removeAll { $0.hasPrefix("0x") || $0.hasPrefix("[") && $0.hasSuffix("]") }
        if let plus = words.lastIndex(of: "+"), plus + 1 < words.count, UInt64(words[plus + 1]) != nil {
            words.removeSubrange(plus...(plus + 1))
        }
        if let at = words.lastIndex(of: "at"), at + 1 < words.count {
            let file = words[(at + 1)...].joined(separator: " ").split(separator: "/").last.map(String.init) ?? ""
            words.replaceSubrange((at + 1)..., with: [file])
        }
        return words.joined(separator: " ")
    }
}
