internal import LinuxSystem
internal import PluginHost

/// Signs a file with an OpenSSH key.
struct SignCommand: Sendable {
    private static let end = "-----END SSH SIGNATURE-----"

    let context: CommandContext

    func run() async throws(CommandFailure) {
        let file = context.arguments.operands[0]
        guard let key = context.arguments.value("--key") else {
            throw .usage("sign needs --key KEY\nTry plugin-host sign --help")
        }
        let plugin = context.arguments.value("--plugin")
        if let plugin, !StateDirectory.isFileName(plugin) { throw .usage("'\(plugin)' can't be a plugin's id") }
        guard let tool = KeyTool() else { throw .failed(KeyTool.missing) }
        try await Blocking.run("sign") { () -> Result<Void, CommandFailure> in
            Result { () throws(CommandFailure) in try sign(file, key, plugin, tool) }
        }.get()
        let purpose = plugin.map { "the plugin \($0)" } ?? "any plugin"
        try Printing.attempt {
            try context.streams.print("\(file)\(SignatureCheck.suffix): signed with \(key) for \(purpose)")
        }
    }

    private func sign(_ file: String, _ key: String, _ plugin: String?, _ tool: KeyTool) throws(CommandFailure) {
        let signature: [UInt8]
        do throws(PluginError) {
            let bytes = try ImageFile.read(file)
            signature = try sign(bytes, key, plugin, tool)
        } catch {
            throw .failed(error.message)
        }
        let path = file + SignatureCheck.suffix
        do throws(SystemCallError) {
            // Whoever loads the file has to be able to read it.
            try AtomicFile.replace(path, with: signature, mode: 0o644)
        } catch {
            throw .failed("\(path) can't be written: \(error)")
        }
    }

    private func sign(
        _ bytes: [UInt8],
        _ key: String,
        _ plugin: String?,
        _ tool: KeyTool
    ) throws(PluginError) -> [UInt8] {
        let answer: KeyTool.RunResult
        do throws(SystemCallError) {
            answer = try tool.sign(
                bytes,
                key: key.hasPrefix("/") ? key : "\(context.program.currentDirectory)/\(key)",
                namespace: SignatureEnvelope.namespace(for: plugin),
                // The agent has the keys that need a passphrase.
                environment: context.program.variables.filter { ["SSH_AUTH_SOCK", "HOME"].contains($0.key) }
            )
        } catch {
            throw PluginError(code: .failed, message: "\(tool.path) can't be run: \(error)")
        }
        let lines = answer.output.split(whereSeparator: \.isNewline)
        guard answer.succeeded, let first = lines.firstIndex(of: "-----BEGIN SSH SIGNATURE-----"),
            let last = lines.firstIndex(of: Self.end[...]), first < last
        else { throw PluginError(code: .failed, message: Self.explain(lines.map(String.init), key)) }
        let signature = Array((lines[first...last].joined(separator: "\n") + "\n").utf8)
        guard SignatureEnvelope(signature) != nil else {
            throw PluginError(code: .failed, message: "what ssh-keygen has made is no signature")
        }
        return signature
    }

    /// What ssh-keygen had to say, with what to do about the usual cases.
    private static func explain(_ lines: [String], _ key: String) -> String {
        let said = lines.filter { !$0.hasPrefix("@") && $0 != "Signing data on standard input" }
        let reason = said.isEmpty ? "ssh-keygen said nothing" : said.joined(separator: "; ")
        let remedy =
            if said.contains(where: { $0.contains("passphrase") }) {
                "; if the key has a passphrase, run 'ssh-add \(key)' first, so that ssh-agent can sign with it"
            } else if said.contains(where: { $0.contains("too open") }) {
                "; run 'chmod 600 \(key)'"
            } else {
                ""
            }
        return "it can't be signed with \(key): \(reason)\(remedy)"
    }
}
