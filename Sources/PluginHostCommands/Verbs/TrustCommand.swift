internal import PluginHost

/// Tells whether a host would trust files, and why not.
struct TrustCommand: Sendable {
    let context: CommandContext

    func run() async throws(CommandFailure) {
        let configuration = try configuration()
        let paths = context.arguments.operands
        let isPinning = context.arguments.has("--pin")
        let reports = await Blocking.run("trust") { paths.map { TrustReport.of($0, configuration) } }
        if isPinning { return try await pin(reports) }
        try Printing.attempt {
            if context.arguments.has("--json") {
                try context.streams.output(try JSONCoding.encode(reports, forPeople: true) + [UInt8(ascii: "\n")])
            } else {
                for report in reports { try context.streams.print(TrustText.of(report)) }
            }
        }
        guard reports.allSatisfy(\.isTrusted) else { throw .failedAsPrinted }
    }

    private func configuration() throws(CommandFailure) -> HostConfiguration {
        var configuration = HostConfiguration(pluginDirectories: ["."], stateDirectory: ".")
        guard let path = context.arguments.value("--config") else { return configuration }
        let bytes = try RunCommand.readFile(path)
        do throws(PluginError) {
            try ConfigurationFile.apply(bytes, path: path, to: &configuration)
            try configuration.validate()
        } catch {
            throw .usage(error.message)
        }
        return configuration
    }

    /// Prints the lines that pin the builds; what no host could load is not worth a pin.
    private func pin(_ reports: [TrustReport]) async throws(CommandFailure) {
        let paths = reports.map(\.path)
        let inspections = await Blocking.run("inspect") { paths.map { InspectionReport.of(path: $0) } }
        var failed = false
        for (report, inspection) in zip(reports, inspections) {
            // Between two looks somebody may have put another build there.
            guard inspection.isPlugin, inspection.build == report.build, let line = TrustText.pin(report) else {
                context.streams.say(
                    "plugin-host: \(StatusText.oneLine(inspection.message ?? report.path + ": it has changed"))"
                )
                failed = true
                continue
            }
            try Printing.attempt { try context.streams.print(line) }
        }
        if failed { throw .failedAsPrinted }
    }
}
