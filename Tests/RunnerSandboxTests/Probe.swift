import Glibc
import LinuxSystem
import RunnerSandbox
import Testing

/// A run of `runner-probe`: what it printed, and how it ended.
struct Probe {
    let lines: [String]
    let end: ChildProcess.End

    var output: String { lines.joined(separator: "\n") }

    /// Where the package's products are: beside the test bundle.
    static let products: String = {
        let executable = ProcessFacts.executable ?? ""
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? ""
        return [executable, bundle]
            .map { String($0[..<($0.lastIndex(of: "/") ?? $0.startIndex)]) }
            .first { (try? FileStatus.of($0 + "/runner-probe"))??.kind == .regular } ?? ""
    }()

    init(_ words: [String], environment: [String: String] = [:]) async throws {
        (lines, end) = try await onThread { try Self.run(words, environment) }
    }

    private static func run(_ words: [String], _ environment: [String: String]) throws -> ([String], ChildProcess.End) {
        let child = try ChildProcess(
            executable: products + "/runner-probe",
            arguments: words,
            environment: environment
        )
        var bytes: [UInt8] = []
        child.readOutput { bytes += $0 }
        let end = try child.wait()
        return (String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init), end)
    }

    /// Has a process apply the rules and then do things.
    init(
        in rules: SandboxRules,
        prepared: Bool = false,
        _ actions: String...,
        environment: [String: String] = [:]
    ) async throws {
        let digits = rules.encoded().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        try await self.init([prepared ? "prepared-sandbox" : "sandbox", digits] + actions, environment: environment)
    }

    /// How an action went; `nil` if it never came to it.
    subscript(_ action: String) -> String? {
        lines.first { $0.hasPrefix(action + " ") }.map { String($0.dropFirst(action.count + 1)) }
    }

    /// What the process says of its sandbox.
    var report: SandboxReport? {
        guard let digits = self["report"] else { return nil }
        let values = stride(from: 0, to: digits.utf8.count, by: 2).compactMap { start in
            UInt8(digits.dropFirst(start).prefix(2), radix: 16)
        }
        return SandboxReport(decoding: values)
    }
}
