internal import CLinux
internal import Glibc
internal import LinuxSystem
internal import PluginHost

/// One check in a process: in this one for `--reproduce`, and in one of its own otherwise.
package struct CheckProcess: Sendable {
    /// Names the directory in which the process of a check leaves what it has found.
    private static let variable = "PLUGIN_HOST_CHECK_RESULT"

    private let path: String
    private let check: ConformanceCheck
    private let options: CheckOptions

    /// Describes a check of a file.
    package init(path: String, check: ConformanceCheck, options: CheckOptions) {
        self.path = path
        self.check = check
        self.options = options
    }

    // MARK: In this process

    /// Makes the check in this process, and says what it has found to whoever has started the process.
    ///
    /// The result is `nil` if somebody else prints it.
    package func runHere() async -> CheckResult? {
        let start = MonotonicInstant.now
        let reporting = ProcessFacts.environment[Self.variable]
        let verdict = await verdict(in: reporting)
        guard let reporting else {
            return result(verdict, start.duration(to: .now))
        }
        let bytes = (try? JSONCoding.encode(verdict)) ?? []
        try? OwnedFileDescriptor.open("\(reporting)/result", flags: O_WRONLY | O_CREAT | O_TRUNC).write(bytes)
        return nil
    }

    private func verdict(in reporting: String?) async -> CheckVerdict {
        do throws(CheckEnd) {
            let place = if let reporting { TemporaryPlace(at: reporting) } else { try TemporaryPlace() }
            // Who reports is not the one who removes: it may not come to that.
            defer { if reporting == nil { place.remove() } }
            // A crash of the plugin is what is looked for; nobody wants its memory on the disk.
            if reporting != nil { _ = clinux_lower_limit(CLINUX_LIMIT_CORE, 0, 0) }
            let trial = try Trial(
                path: path,
                check: check.name,
                options: options,
                place: place,
                progressPath: reporting.map { "\($0)/step" }
            )
            return CheckVerdict(.passed, try await check.run(trial))
        } catch {
            switch error {
            case .violated(let reason): return CheckVerdict(.failed, Self.withoutPath(reason, path))
            case .skipped(let reason): return CheckVerdict(.skipped, reason)
            }
        }
    }

    /// A message without the file's name, which is told already.
    static func withoutPath(_ message: String, _ path: String) -> String {
        message.hasPrefix("\(path): ") ? String(message.dropFirst(path.count + 2)) : message
    }

    // MARK: In a process of its own

    /// Starts a process for the check, and waits for its end; it is killed with all that it has started when its time is over.
    ///
    /// Blocks the thread.
    package func runApart(_ executable: String, limit: Duration) -> CheckResult {
        let start = MonotonicInstant.now
        let limit = limit * check.patience
        let place: TemporaryPlace
        do throws(CheckEnd) {
            place = try TemporaryPlace()
        } catch {
            return result(CheckVerdict(.skipped, "there is no place to check it in: \(error)"), .zero)
        }
        defer { place.remove() }
        var printed: [UInt8] = []
        let end: ChildProcess.End?
        do throws(SystemCallError) {
            let process = try ChildProcess(launch(executable, place))
            end = try process.wait(until: start.advanced(by: limit)) { bytes in
                printed += bytes
                if printed.count > 4000 { printed.removeFirst(printed.count - 4000) }
            }
            if end == nil {
                process.terminate(byForce: true)
                _ = try process.wait()
            }
        } catch {
            return result(CheckVerdict(.skipped, "no process could be started for it: \(error)"), .zero)
        }
        let said = (try? OwnedFileDescriptor.open("\(place.path)/result", flags: O_RDONLY).readToEnd(limit: 1 << 20))
            .flatMap { try? JSONCoding.decode(CheckVerdict.self, from: $0) }
        let verdict = CheckVerdict.of(end: end, said: said, step: ProgressFile.read("\(place.path)/step"), limit: limit)
        var result = result(verdict, start.duration(to: .now))
        if verdict.outcome == .failed, !printed.isEmpty { result.output = String(decoding: printed, as: UTF8.self) }
        return result
    }

    private func launch(_ executable: String, _ place: TemporaryPlace) -> ChildProcess.Launch {
        var environment = ProcessFacts.environment
        environment[Self.variable] = place.path
        // The signal says what happened; a backtrace would cost the time of many checks.
        environment["SWIFT_BACKTRACE"] = "enable=no"
        var launch = ChildProcess.Launch(
            executable: executable,
            arguments: ReproduceLine.words(path: path, check: check.name, options: options),
            environment: environment
        )
        launch.endsWithParent = true
        return launch
    }

    private func result(_ verdict: CheckVerdict, _ duration: Duration) -> CheckResult {
        CheckResult(
            check,
            verdict,
            seconds: duration.inSeconds,
            reproduce: ReproduceLine.text(path: path, check: check.name, options: options)
        )
    }
}
