internal import CLinux
internal import Glibc
internal import LinuxSystem

/// Puts this process into a sandbox, for ever.
///
/// What it does not stop, on any kernel of today: UDP and other protocols beside TCP; Unix sockets that have a path; looking
/// at what exists (`stat`) and at what it holds already (open descriptors, mapped memory); calls into the kernel
/// themselves. It keeps honest plugins honest and an exploited one from most of its prey; it is no virtual machine.
package enum Sandbox {
    /// Applies the rules, as far as the kernel can or, if the rules require it, completely or not at all.
    ///
    /// It has to be called while the process has one thread, since most layers hold for the calling thread and what it
    /// makes. A policy that requires more than the kernel has is refused before anything has changed.
    ///
    /// Rules that were prepared spare what they have in common with these.
    package static func apply(
        _ rules: SandboxRules,
        prepared: consuming PreparedRules? = nil
    ) throws(SandboxError) -> SandboxReport {
        try apply(rules, prepared: prepared, support: .probe())
    }

    /// Applies the rules to a process that has only what is said; for tests of older kernels, and of calls that fail.
    package static func apply(
        _ rules: SandboxRules,
        prepared: consuming PreparedRules? = nil,
        support: SandboxSupport,
        calls: SandboxCalls = .live
    ) throws(SandboxError) -> SandboxReport {
        var report = SandboxReport()
        for layer in SandboxLayer.allCases where rules.asks(for: layer) {
            report[layer] = support.reason(missing: layer).map { .missing($0) } ?? .holds
        }
        if rules.requirement == .required {
            let missing = report.missing.map { "\($0.layer.name) \($0.reason)" }
            guard missing.isEmpty else { throw .missing(missing) }
        }
        let threads = calls.threads()
        guard threads == 1 else { throw .severalThreads(threads) }

        try attempt("forbid new privileges", calls.forbidPrivileges)
        if rules.dropsCapabilities { try attempt("give up capabilities", calls.dropCapabilities) }
        if support.landlockVersion > 0 {
            do throws(SystemCallError) {
                let version = support.landlockVersion
                let ruleset =
                    if let prepared {
                        try prepared.extended(to: rules, version: version)
                    } else {
                        try PreparedRules.assemble(rules, version: version)
                    }
                report.notes = ruleset.notes
                try ruleset.restrict(by: calls)
            } catch {
                throw .failed("put up the rules for files", error)
            }
        }
        // The last step, since a limit may leave no room for the others.
        try lower(rules.limits, calls)
        return report
    }

    /// Goes through everything without taking anything, so that ``apply(_:prepared:)`` finds much of it done and the rest in
    /// memory; `nil` if there is nothing to prepare.
    package static func prepare(_ rules: SandboxRules) -> PreparedRules? {
        let support = SandboxSupport.probe()
        guard support.landlockVersion > 0,
            let first = try? PreparedRules.assemble(rules, version: support.landlockVersion),
            let report = try? apply(rules, prepared: first, support: support, calls: .none)
        else { return nil }
        _ = report.encoded()
        return try? PreparedRules.assemble(rules, version: support.landlockVersion)
    }

    private static func attempt(
        _ what: String,
        _ call: () throws(SystemCallError) -> Void
    ) throws(SandboxError) {
        do throws(SystemCallError) { try call() } catch { throw .failed(what, error) }
    }

    private static func lower(_ limits: SandboxLimits, _ calls: SandboxCalls) throws(SandboxError) {
        let table: [(name: String, resource: CInt, value: UInt64?, margin: UInt64)] = [
            ("core dumps", CLINUX_LIMIT_CORE, limits.coreSize, 0),
            ("the size of files", CLINUX_LIMIT_FILE_SIZE, limits.fileSize, 0),
            ("processes", CLINUX_LIMIT_PROCESSES, limits.processes, 0),
            ("open files", CLINUX_LIMIT_OPEN_FILES, limits.openFiles, 0),
            // The seconds between are for SIGXCPU, which tells why; the hard limit only says SIGKILL.
            ("processor time", CLINUX_LIMIT_CPU, limits.processorSeconds, 5),
            ("memory", CLINUX_LIMIT_DATA, limits.memory, 0),
            ("address space", CLINUX_LIMIT_ADDRESS_SPACE, limits.addressSpace, 0),
        ]
        for (name, resource, value, margin) in table {
            guard let value else { continue }
            try attempt("limit \(name)") { () throws(SystemCallError) in try calls.lower(resource, value, margin) }
        }
    }
}
