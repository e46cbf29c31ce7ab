internal import LinuxSystem
internal import PluginConformance
internal import PluginHost

/// Tells whether plugins keep to the contract.
struct CheckCommand: Sendable {
    let context: CommandContext

    func run() async throws(CommandFailure) {
        let checks = try checks()
        if context.arguments.has("--list") { return try list(checks) }
        let paths = context.arguments.operands
        guard !paths.isEmpty else { throw Self.usage("check needs a FILE, or --list") }
        let options = try options()
        if context.arguments.has("--reproduce") { return try await reproduce(paths, checks, options) }
        let limit = try limit()
        guard let executable = context.program.executable else {
            throw .failed(
                "where this program is can't be told, so no check can be given a process of its own; give --reproduce"
            )
        }
        var files: [FileChecks] = []
        for path in paths {
            let checking = FileChecking(
                path: path,
                checks: checks,
                options: options,
                executable: executable,
                limit: limit
            )
            files.append(try await make(checking, isFirst: files.isEmpty))
        }
        if context.arguments.has("--json") { try printJSON(files) }
        guard files.allSatisfy(\.isGood) else { throw .failedAsPrinted }
    }

    // MARK: Arguments

    private static func usage(_ message: String) -> CommandFailure {
        .usage("\(message)\nTry plugin-host check --help")
    }

    /// The checks that are asked for, in their own order.
    private func checks() throws(CommandFailure) -> [ConformanceCheck] {
        let names = context.arguments.values("--only")
        for name in names where ConformanceCheck.named(name) == nil {
            let hint = UsageError.suggestion(for: name, among: ConformanceCheck.all.map(\.name))
            throw Self.usage("there is no check \(name)\(hint.isEmpty ? "; --list names them all" : hint)")
        }
        return names.isEmpty ? ConformanceCheck.all : ConformanceCheck.all.filter { names.contains($0.name) }
    }

    private func limit() throws(CommandFailure) -> Duration {
        guard let text = context.arguments.value("--timeout") else { return .seconds(30) }
        guard let limit = DurationText.parse(text), limit > .zero else {
            throw Self.usage("--timeout needs a time such as 500ms or 30s, not \(text)")
        }
        return limit
    }

    private func options() throws(CommandFailure) -> CheckOptions {
        var options = CheckOptions(seed: .random(in: 1...999_999))
        if let text = context.arguments.value("--seed") {
            guard let seed = UInt64(text) else { throw Self.usage("--seed needs a whole number, not \(text)") }
            options.seed = seed
        }
        if let text = context.arguments.value("--settings") { options.settings = try settings(text) }
        for text in context.arguments.values("--call") {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let method = parts.first, !method.isEmpty else {
                throw Self.usage("--call needs a method, or method=input, not \(text)")
            }
            options.calls.append(.init(method: method, input: parts.count > 1 ? parts[1] : ""))
        }
        return options
    }

    /// The settings as JSON; what does not begin like an object is the name of a file.
    private func settings(_ text: String) throws(CommandFailure) -> String {
        let isObject = text.first { !$0.isWhitespace } == "{"
        let bytes = isObject ? Array(text.utf8) : try RunCommand.readFile(text)
        let value: JSONValue
        do throws(PluginError) {
            value = try JSONCoding.decode(JSONValue.self, from: bytes)
        } catch {
            throw Self.usage("the settings\(isObject ? "" : " in \(text)") are no JSON: \(error.message)")
        }
        guard case .object = value else {
            throw Self.usage("the settings\(isObject ? "" : " in \(text)") are no JSON object")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Checking

    /// Makes the checks of one file, and prints each as it ends.
    private func make(_ checking: FileChecking, isFirst: Bool) async throws(CommandFailure) -> FileChecks {
        let isText = !context.arguments.has("--json")
        if isText {
            try print(
                (isFirst ? "" : "\n")
                    + CheckText.heading(of: checking.path, checking.checks.count, checking.options.seed)
            )
        }
        var results: [CheckResult] = []
        while true {
            let made = results
            guard let result = await Blocking.run("check", { checking.next(after: made) }) else { break }
            results.append(result)
            if isText, let text = CheckText.of(result) { try print(text) }
        }
        let file = FileChecks(path: checking.path, seed: checking.options.seed, checks: results)
        if isText { try print(CheckText.summary(of: file)) }
        return file
    }

    /// Makes one check in this process.
    private func reproduce(
        _ paths: [String],
        _ checks: [ConformanceCheck],
        _ options: CheckOptions
    ) async throws(CommandFailure) {
        guard paths.count == 1, checks.count == 1 else {
            throw Self.usage("--reproduce makes one check of one file: name it with --only CHECK")
        }
        guard let result = await CheckProcess(path: paths[0], check: checks[0], options: options).runHere() else {
            return
        }
        if context.arguments.has("--json") {
            try printJSON([FileChecks(path: paths[0], seed: options.seed, checks: [result])])
        } else {
            try print(CheckText.of(result) ?? result.name)
        }
        guard result.outcome != .failed else { throw .failedAsPrinted }
    }

    // MARK: Printing

    private func list(_ checks: [ConformanceCheck]) throws(CommandFailure) {
        if context.arguments.has("--json") {
            let entries = checks.map {
                ["name": $0.name, "summary": $0.summary, "promise": $0.promise, "hint": $0.hint]
            }
            return try printJSON(entries)
        }
        try print(CheckText.list(checks))
    }

    private func print(_ text: String) throws(CommandFailure) {
        try Printing.attempt { try context.streams.print(text) }
    }

    private func printJSON(_ value: some Encodable) throws(CommandFailure) {
        try Printing.attempt {
            try context.streams.output(try JSONCoding.encode(value, forPeople: true) + [UInt8(ascii: "\n")])
        }
    }
}
