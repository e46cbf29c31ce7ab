internal import PluginHost

/// How managed programs stand, for people.
enum ProgramText {
    /// All of them, and their summary.
    static func of(_ programs: [ProgramStatus], width: Int? = nil) -> String {
        guard !programs.isEmpty else { return "no managed program: the configuration has none under 'processes'" }
        let rows = programs.map { program in
            [
                program.id, program.state.rawValue, program.pid.map { "\($0)" } ?? "-",
                program.uptimeSeconds.map(FigureText.seconds) ?? "-", "\(program.restarts)", note(on: program),
            ]
        }
        let table = TextTable.lines([["ID", "STATE", "PID", "UP", "RESTARTS", "NOTE"]] + rows, width: width)
        let running = programs.count { $0.state == .running }
        let total = "\(FigureText.count(programs.count, "managed program")), \(running) running"
        return "\(table)\n\n\(total)"
    }

    /// One in a line.
    static func line(_ program: ProgramStatus) -> String {
        let process = program.pid.map { ", process \($0)" } ?? ""
        let note = program.state == .running ? "" : note(on: program)
        return "\(program.id): \(program.state.rawValue)\(process)\(note.isEmpty ? "" : ", \(note)")"
    }

    private static func note(on program: ProgramStatus) -> String {
        let text = program.lastError ?? program.lastEnd ?? ""
        return StatusText.without(program.id, in: StatusText.oneLine(text))
    }
}
