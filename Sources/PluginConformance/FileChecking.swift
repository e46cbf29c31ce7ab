internal import PluginHost

/// The checks of one file, one after the other.
package struct FileChecking: Sendable {
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
            let isFirst = results.isEmpty
            let verdict =
                isFirst
                ? CheckVerdict(.failed, refusal) : CheckVerdict(.skipped, "the file is no plugin that can be loaded")
            return CheckResult(check, verdict, seconds: 0, reproduce: "plugin-host inspect \(path)")
        }
        return CheckProcess(path: path, check: check, options: options).runApart(executable, limit: limit)
    }

    /// Why no host would load the file, judged without running any of its code; `nil` if one would.
    private var refusal: String? {
        do throws(PluginError) {
            _ = try ImageInspector.inspect(try ImageFile.read(path), path: path)
            return nil
        } catch {
            return error.message
        }
    }
}
