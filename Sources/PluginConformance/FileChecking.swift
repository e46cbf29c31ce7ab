internal import PluginHost

/// The checks of one file, one after the other.
package struct FileChecking: Sendable {
    /// What is said of checks of a file that no host would load.
    package static let notMade = CheckVerdict(.skipped, "no host would load the file, so nothing of it was run")

    /// The file.
    package let path: String
    /// What is looked at.
    package let checks: [ConformanceCheck]
    /// What with.
    package let options: CheckOptions
    /// The program that makes one check.
    package let executable: String
    /// How long one check may take.
    package let limit: Duration

    /// Describes the checks of a file.
    package init(
        path: String,
        checks: [ConformanceCheck],
        options: CheckOptions,
        executable: String,
        limit: Duration
    ) {
        self.path = path
        self.checks = checks
        self.options = options
        self.executable = executable
        self.limit = limit
    }

    /// Makes the next check; the result is `nil` when all are made.
    ///
    /// Blocks the thread. Of a file that no host would load, nothing is run: its refusal is what is found, once.
    package func next(after results: [CheckResult]) -> CheckResult? {
        guard results.count < checks.count else { return nil }
        let check = checks[results.count]
        if let refusal {
            let verdict = results.isEmpty ? CheckVerdict(.failed, refusal) : Self.notMade
            return CheckResult(check, verdict, seconds: 0, reproduce: ReproduceLine.inspecting(path))
        }
        return CheckProcess(path: path, check: check, options: options).runApart(executable, limit: limit)
    }

    /// Why no host would load the file, judged without running any of its code; `nil` if one would.
    private var refusal: String? {
        do throws(PluginError) {
            _ = try ImageInspector.inspect(try ImageFile.read(path), path: path)
            return nil
        } catch {
            return CheckProcess.withoutPath(error.message, path)
        }
    }
}
