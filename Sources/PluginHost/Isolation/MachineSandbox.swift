internal import RunnerSandbox

/// What the sandboxes of this machine can and can't hold, asked of the kernel without a host.
package struct MachineSandbox: Hashable, Sendable {
    /// One line for people.
    package var summary: String
    /// The layers that no sandbox has here, each with what would bring it.
    package var missing: [String]

    package init(summary: String, missing: [String]) {
        self.summary = summary
        self.missing = missing
    }

    /// Asks the kernel, which changes nothing.
    package static func probe() -> MachineSandbox {
        let support = SandboxSupport.probe()
        let missing = support.missing.compactMap { layer in
            support.reason(missing: layer).map { "\(layer.name) (\($0))" }
        }
        return MachineSandbox(summary: support.summary, missing: missing)
    }
}
