package import LinuxSystem

/// The system's `ssh-keygen`, which makes and verifies signatures.
///
/// It gets bytes that were read before, never a path that could show it others, and an environment without anything of the
/// host's. All functions block.
package struct KeyTool: Sendable {
    /// What a run has brought.
    package struct RunResult: Sendable {
        package let succeeded: Bool
        /// What was printed, errors included.
        package let output: String
    }

    /// The path of the program.
    package let path: String

    /// Where it is looked for: not in the user's PATH, which may begin anywhere.
    package static let directories = ["/usr/bin", "/bin", "/usr/local/bin", "/run/current-system/sw/bin"]

    /// Finds the program; the result is `nil` if this machine has none.
    package init?(in directories: [String] = KeyTool.directories) {
        let paths = directories.map { $0.appendingName("ssh-keygen") }
        guard let path = paths.first(where: { ((try? FileStatus.of($0)) ?? nil)?.kind == .regular }) else { return nil }
        self.path = path
    }

    /// What to tell where there is no such program.
    package static let missing =
        "there is no ssh-keygen on this machine, which verifies signatures; install openssh-client (or openssh)"

    // MARK: Verifying

    /// The names that an allowed-signers file has for the key of a signature, if it allows it.
    func principals(of signature: [UInt8], among allowed: [UInt8]) throws(SystemCallError) -> [String] {
        let words = ["-Y", "find-principals", "-s", "/proc/self/fd/3", "-f", "/proc/self/fd/4"]
        let answer = try run(words, lending: [AnonymousFile(signature), AnonymousFile(allowed)])
        guard answer.succeeded else { return [] }
        var names: [String] = []
        for name in answer.output.split(whereSeparator: { $0.isNewline || $0 == "," }).map(String.init)
        where !name.hasPrefix("!") && !name.hasPrefix("-") && !names.contains(name) { names.append(name) }
        // Each costs a run.
        return Array(names.prefix(16))
    }

    /// Verifies that a principal has made the signature for the bytes and the namespace.
    func verify(
        _ bytes: [UInt8],
        signature: [UInt8],
        allowed: [UInt8],
        principal: String,
        namespace: String
    ) throws(SystemCallError) -> RunResult {
        let words = [
            "-Y", "verify", "-n", namespace, "-I", principal, "-s", "/proc/self/fd/3", "-f", "/proc/self/fd/4",
        ]
        return try run(words, input: AnonymousFile(bytes), lending: [AnonymousFile(signature), AnonymousFile(allowed)])
    }

    // MARK: Signing

    /// Signs bytes with a key file; the environment may name the user's agent.
    package func sign(
        _ bytes: [UInt8],
        key: String,
        namespace: String,
        environment: [String: String]
    ) throws(SystemCallError) -> RunResult {
        let words = ["-Y", "sign", "-n", namespace, "-f", key]
        return try run(words, input: AnonymousFile(bytes), environment: environment)
    }

    private func run(
        _ words: [String],
        input: AnonymousFile? = nil,
        lending files: [AnonymousFile] = [],
        environment: [String: String] = [:]
    ) throws(SystemCallError) -> RunResult {
        // Nobody is there to be asked for a passphrase: a question fails at once instead of waiting for a terminal.
        var variables = [
            "PATH": "/usr/bin:/bin", "LC_ALL": "C", "SSH_ASKPASS_REQUIRE": "force", "SSH_ASKPASS": "/bin/false",
        ]
        variables.merge(environment) { $1 }
        let process = try ChildProcess(
            executable: path,
            arguments: words,
            environment: variables,
            input: input,
            lending: files
        )
        var output: [UInt8] = []
        process.readOutput { bytes in
            // It says a line or two; a program that says more is some other.
            if output.count < 1 << 20 { output += bytes }
        }
        let end = try process.wait()
        return RunResult(succeeded: end == .exited(0), output: String(decoding: output, as: UTF8.self))
    }
}
