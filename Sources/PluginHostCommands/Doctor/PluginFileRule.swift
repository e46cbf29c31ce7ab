/// Judges the files in plugin directories.
package enum PluginFileRule {
    /// What is to be said of the files.
    ///
    /// - Parameters:
    ///   - files: The files.
    ///   - compiler: The compiler that made the host.
    ///   - abiMinor: The minor version of the contract that the host speaks.
    ///   - inProcess: Whether plugins run in the host's own process, with its Swift runtime.
    /// - Returns: The findings; those without a fault are one.
    package static func findings(
        _ files: [PluginFileFacts],
        compiler: UInt32,
        abiMinor: UInt32,
        inProcess: Bool
    ) -> [Finding] {
        let findings = files.flatMap { judge($0, compiler, abiMinor, inProcess) }
        let good =
            files.count - Set(files.filter { !judge($0, compiler, abiMinor, inProcess).isEmpty }.map(\.path)).count
        guard good > 0 else { return findings }
        let noun = good == 1 ? "1 file is a plugin" : "\(good) files are plugins"
        return [Finding(.ok, "plugin-file", "\(noun) for this host, and trusted")] + findings
    }

    private static func judge(
        _ file: PluginFileFacts,
        _ compiler: UInt32,
        _ abiMinor: UInt32,
        _ inProcess: Bool
    ) -> [Finding] {
        if let refusal = file.refusal {
            // What is still being written is no plugin yet.
            let severity: Finding.Severity = file.refusalCode == "incomplete" ? .warning : .error
            return [Finding(severity, "plugin-file", refusal, remedy: "plugin-host inspect \(file.path)")]
        }
        var findings: [Finding] = []
        if let distrust = file.distrust {
            findings.append(Finding(.error, "plugin-file", distrust, remedy: "plugin-host trust \(file.path)"))
        }
        if let minor = file.abiMinor, minor > abiMinor {
            findings.append(
                Finding(
                    .note,
                    "plugin-file",
                    "\(file.path) was built for version 1.\(minor) of the contract, and this host speaks 1.\(abiMinor): what it "
                        + "asks for beyond that it does not get"
                )
            )
        }
        if let theirs = file.compiler, theirs / 100 != compiler / 100 {
            let isNewer = theirs > compiler
            let message = "\(file.path) was built by Swift \(text(theirs)), and this host by \(text(compiler))"
            let what =
                isNewer
                ? "it may need a newer Swift runtime than the one that is installed" : "it runs with a newer runtime"
            findings.append(
                Finding(
                    isNewer ? .warning : .note,
                    "plugin-file",
                    "\(message): \(what)",
                    remedy: isNewer ? "build host and plugin with one toolchain, or install the newer runtime" : nil
                )
            )
        }
        if let conflict = file.layoutConflict {
            let remedy = "rename the struct, or run one of the two in a process of its own"
            findings.append(Finding(inProcess ? .error : .note, "plugin-file", conflict, remedy: remedy))
        }
        return findings
    }

    private static func text(_ version: UInt32) -> String {
        "\(version / 10_000).\(version / 100 % 100).\(version % 100)"
    }
}
