internal import LinuxSystem
internal import PluginHost

/// Sums up what has happened in a host, one that runs or the last one: as text, as JSON, or as a page for a browser.
struct ReportCommand: Sendable {
    let context: CommandContext

    func run() async throws(CommandFailure) {
        let file = context.arguments.value("--html")
        guard file == nil || !context.arguments.has("--json") else {
            throw .usage("--html and --json exclude each other")
        }
        let target: String? = if let file, file != "-" { try place(of: file) } else { file }
        let sources = try context.sources()
        let result = await Blocking.run("client") { () -> Result<HostReport, CommandFailure> in
            Result { () throws(CommandFailure) in try Self.report(sources) }
        }
        let report = try result.get()
        guard let target else {
            return try Printing.attempt {
                guard context.arguments.has("--json") else {
                    return try context.streams.print(ReportText.of(report, width: context.streams.width))
                }
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

    private static func report(
        _ sources: (socket: String?, directory: String?)
    ) throws(CommandFailure) -> HostReport {
        guard let socket = sources.socket else {
            let directory = sources.directory ?? ""
            if let report = try read(directory) { return report }
            throw .failed("\(directory) holds no events and no crash reports of a host")
        }
        do throws(ControlClientError) {
            var client = try ControlClient(path: socket)
            return try HostReport.ask(&client)
        } catch {
            guard case .noHost = error, let report = try read(sources.directory) else {
                throw ClientVerb.failure(error)
            }
            return report
        }
    }

    private static func read(_ directory: String?) throws(CommandFailure) -> HostReport? {
        do throws(PluginError) {
            return try directory.flatMap { directory throws(PluginError) in try HostReport.read(directory) }
        } catch {
            throw .failed(error)
        }
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
