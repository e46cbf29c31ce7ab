internal import LinuxSystem
package import PluginHost

/// Judges the directories of a host.
package enum PlaceRule {
    private static let leastSpace: UInt64 = 16 << 20
    private static let littleSpace: UInt64 = 256 << 20

    /// What is to be said of a directory.
    package static func findings(_ facts: PlaceFacts, user: UInt32, trust: TrustPolicy) -> [Finding] {
        let subject = subject(of: facts.purpose)
        guard let kind = facts.kind else { return [missing(facts, subject)] }
        guard kind == .directory else {
            let remedy = "name a directory, or move what is there away: mv \(facts.path) \(facts.path).old"
            return [Finding(.error, subject, "\(facts.path) is no directory", remedy: remedy)]
        }
        var findings = rights(facts, subject, user)
        findings += trusted(facts, subject, trust)
        if !facts.allowsCode, facts.purpose == .images {
            findings.append(
                Finding(
                    .error,
                    subject,
                    "\(facts.path) is on a file system that is mounted with noexec: no plugin can be loaded from it",
                    remedy:
                        "set \"imageDirectory\" in the configuration to a directory elsewhere, or mount it with exec"
                )
            )
        }
        if let kind = facts.remoteKind, facts.purpose == .plugins {
            findings.append(
                Finding(
                    .note,
                    subject,
                    "\(facts.path) is on \(kind), whose changes the kernel does not tell: it is scanned now and then, so that "
                        + "changes are seen later"
                )
            )
        }
        findings += space(facts, subject)
        if !findings.contains(where: { $0.severity > .note }) {
            findings.insert(Finding(.ok, subject, "\(facts.path)"), at: 0)
        }
        return findings
    }

    private static func subject(of purpose: PlaceFacts.Purpose) -> String {
        switch purpose {
        case .plugins: "plugin-directory"
        case .state: "state-directory"
        case .images: "image-directory"
        case .socket: "socket-directory"
        }
    }

    private static func missing(_ facts: PlaceFacts, _ subject: String) -> Finding {
        let remedy = "mkdir -p \(facts.path)"
        if facts.purpose == .plugins {
            let message = "\(facts.path) does not exist; a host waits for it, and has no plugins until then"
            return Finding(.warning, subject, message, remedy: remedy)
        }
        guard facts.canBeMade else {
            let message = "\(facts.path) does not exist, and this user may not make it"
            return Finding(.error, subject, message, remedy: "as root: install -d -m 700 -o USER \(facts.path)")
        }
        return Finding(.note, subject, "\(facts.path) does not exist yet; a host makes it")
    }

    private static func rights(_ facts: PlaceFacts, _ subject: String, _ user: UInt32) -> [Finding] {
        if !facts.isReadable {
            let remedy = "chmod u+rx \(facts.path), or run the host as a user who may read it"
            return [Finding(.error, subject, "\(facts.path) can't be read by this user", remedy: remedy)]
        }
        guard facts.purpose != .plugins else { return [] }
        if facts.purpose != .socket, let owner = facts.owner, owner != user {
            let name = UserDatabase.name(ofUser: owner) ?? "\(owner)"
            return [
                Finding(
                    .error,
                    subject,
                    "\(facts.path) belongs to \(name), and a host keeps its state only in a directory of its own user",
                    remedy: "ask as the user that the host runs as, or name another directory (--state-dir)"
                )
            ]
        }
        if !facts.isWritable {
            let remedy = "chmod u+wx \(facts.path), or name another directory"
            return [Finding(.error, subject, "\(facts.path) can't be written to by this user", remedy: remedy)]
        }
        if facts.purpose == .state, facts.permissions & 0o077 != 0 {
            let message = "\(facts.path) is open to other users; a host closes it when it starts"
            return [Finding(.note, subject, message, remedy: "chmod 700 \(facts.path)")]
        }
        return []
    }

    private static func trusted(_ facts: PlaceFacts, _ subject: String, _ trust: TrustPolicy) -> [Finding] {
        guard let fault = facts.fault, facts.purpose != .socket else { return [] }
        // By signature or hash, it does not matter who could have written to plugins' directory.
        guard trust == .owner || facts.purpose != .plugins, trust != .any else { return [] }
        let consequence =
            switch facts.purpose {
            case .plugins: "nothing in it is loaded"
            case .images: "no image is loaded from it"
            case .state, .socket: "builds that are kept in it are not trusted"
            }
        let severity: Finding.Severity = facts.purpose == .state ? .warning : .error
        return [Finding(severity, subject, "\(fault): \(consequence)", remedy: facts.faultRemedy)]
    }

    private static func space(_ facts: PlaceFacts, _ subject: String) -> [Finding] {
        guard let space = facts.space, facts.purpose == .state || facts.purpose == .images else { return [] }
        var findings: [Finding] = []
        let remedy = "free space there, or name another directory"
        if space.freeBytes < littleSpace {
            let severity: Finding.Severity = space.freeBytes < leastSpace ? .error : .warning
            let left = FigureText.bytes(Int(clamping: space.freeBytes))
            let what = facts.purpose == .state ? "states, builds and logs" : "private copies of plugins"
            findings.append(
                Finding(
                    severity,
                    subject,
                    "\(left) are free at \(facts.path), where \(what) are written",
                    remedy: remedy
                )
            )
        }
        if let files = space.freeFiles, files < 1000 {
            let severity: Finding.Severity = files < 50 ? .error : .warning
            findings.append(
                Finding(severity, subject, "\(files) more files can be made at \(facts.path)", remedy: remedy)
            )
        }
        return findings
    }
}
