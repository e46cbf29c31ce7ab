internal import PluginHost

/// Tells what files are, without running any of their code.
struct InspectCommand: Sendable {
    let context: CommandContext

    func run() async throws(CommandFailure) {
        let paths = context.arguments.operands
        let reports = await Blocking.run("inspect") { paths.map { InspectionReport.of(path: $0) } }
        try Printing.attempt {
            if context.arguments.has("--json") {
                try context.streams.output(try JSONCoding.encode(reports, forPeople: true) + [UInt8(ascii: "\n")])
            } else {
                for report in reports { try context.streams.print(InspectionText.of(report)) }
            }
        }
        guard reports.allSatisfy(\.isPlugin) else { throw .failedAsPrinted }
    }
}
