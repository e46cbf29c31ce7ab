internal import LinuxSystem
internal import PluginHost

/// Sums up what has happened in a host: as text, as JSON, or as a page for a browser.
struct ReportCommand: Sendable {
    let context: CommandContext

    func run() async throws(CommandFailure) {
        let file = context.arguments.value("--html")
        guard file == nil || !context.arguments.has("--json") else {
            throw .usage("--html and --json exclude each other")
        }
        let target: String? = if let file, file != "-" { try place(of: file) } else { file }
        let path = try context.socketPath()
        let result = await Blocking.run("client") { () -> Result<HostReport, CommandFailure> in
            do throws(ControlClientError) {
                var client = try ControlClient(path: path)
                return .success(try HostReport.ask(&client))
            } catch {
                return .failure(ClientVerb.failure(error))
            }
        }
        let report = try result.get()
        guard let target else {
            return try Printing.attempt {
                guard context.arguments.has("--json") else { return try context.streams.print(ReportText.of(report)) }
                try context.streams.output(try JSONCoding.encode(report, forPeople: true) + [UInt8(ascii: "\n")])
            }
        }
        let page = Array(ReportPage(report).text.utf8)
        if target == "-" { return try Printing.attempt { try context.streams.output(page) } }
        do throws(SystemCallError) {
            try AtomicFile.replace(target, with: page)
        } catch {
            throw .failed("the report can't be written to \(target): \(error)")
        }
        context.streams.say("plugin-host: the report is in \(target), \(FigureText.bytes(page.count))")
    }

    /// The file to replace: where a symbolic link stands, what it points at, and never a device or a pipe.
    private func place(of path: String) throws(CommandFailure) -> String {
        let path = path.hasPrefix("/") ? path : "\(context.program.currentDirectory)/\(path)"
        // What these stand for may be a file that somebody else writes to.
        guard !path.hasPrefix("/dev/"), !path.hasPrefix("/proc/") else {
            throw .failed("\(path) is no regular file: name a file, or - for standard output")
        }
        let status: FileStatus?
        do throws(SystemCallError) {
            status = try FileStatus.of(path)
        } catch {
            throw .failed("\(path) can't be looked at: \(error)")
        }
        guard let status else { return path }
        guard status.kind == .regular else {
            let what = status.kind == .directory ? "a directory" : "no regular file"
            throw .failed("\(path) is \(what): name a file, or - for standard output")
        }
        return RealPath.of(path) ?? path
    }
}
