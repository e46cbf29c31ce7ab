internal import LinuxSystem

/// Makes a package with a new plugin in it, which builds and passes its own tests at once.
struct NewCommand: Sendable {
    let context: CommandContext

    func run() async throws(CommandFailure) {
        let names = try TemplateNames(context.arguments.operands[0])
        let template = try template()
        let given = context.arguments.value("--directory") ?? context.arguments.operands[0]
        let directory = PackageDependency.normalised(
            given.hasPrefix("/") ? given : "\(context.program.currentDirectory)/\(given)"
        )
        // Rust needs nothing of the package, so it does not have to be found.
        let dependency =
            template.isSwiftPackage
            ? try PackageDependency.find(option: context.arguments.value("--package"), in: context.program)
            : .path("")
        let program = Self.program(context.program)
        let files = template.files(names, dependency, program: program)
        let written = await Blocking.run("new") { () -> Result<Void, CommandFailure> in
            do throws(CommandFailure) {
                return .success(try NewPackage(directory: directory, files: files).write())
            } catch {
                return .failure(error)
            }
        }
        try written.get()
        let text = Self.goOn(
            template,
            names,
            files,
            directory,
            program: program,
            from: context.program.currentDirectory
        )
        try Printing.attempt { try context.streams.print(text) }
    }

    /// How this program is called: by its name where a shell finds it, else by its shortest path.
    private static func program(_ program: ProgramEnvironment) -> String {
        guard let path = program.executable else { return "plugin-host" }
        let found = Toolchain.program("plugin-host", environment: program.variables)
        let (its, ours) = ((found.flatMap { try? FileStatus.of($0) }) ?? nil, (try? FileStatus.of(path)) ?? nil)
        if let its, let ours, its.device == ours.device, its.inode == ours.inode { return "plugin-host" }
        return DevelopTips.shortened(path, exists: { (try? FileStatus.of($0)).flatMap { $0 } != nil })
    }

    private func template() throws(CommandFailure) -> PackageTemplate {
        guard let name = context.arguments.value("--template") else { return .stateful }
        if let template = PackageTemplate(rawValue: name) { return template }
        let hint = UsageError.suggestion(for: name, among: PackageTemplate.allCases.map(\.rawValue))
        throw .usage("there is no template \(name): there are \(PackageTemplate.list)\(hint)")
    }

    /// What was made, and the commands to go on with.
    static func goOn(
        _ template: PackageTemplate,
        _ names: TemplateNames,
        _ files: [TemplateFile],
        _ directory: String,
        program: String,
        from present: String
    ) -> String {
        let shown = quoted(DevelopTips.relative(directory, to: present))
        let host = quoted(program)
        let test = template.isSwiftPackage ? "swift test" : "PLUGIN_HOST=\(host) ./test"
        let run =
            template.isSwiftPackage
            ? "\(host) dev \(shown)" : "(cd \(shown) && \(RustTemplate.runLine(names, program: host)))"
        let lines = ["(cd \(shown) && \(test))", run, "\(host) \(template.firstCall(names))"]
        return """
            made \(template.summary): \(names.id), \(files.count) files in \(shown)

            Go on with:
            \(lines.map { "  \($0)" }.joined(separator: "\n"))
            """
    }

    /// A word as a shell has to be given it.
    private static func quoted(_ word: String) -> String {
        let isPlain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/._-+@".contains($0)) }
        return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
    }
}
