package import PluginHost

/// What stands between plugins and the machine.
package struct HardeningFacts: Hashable, Sendable {
    package var user: UInt32
    package var trust: TrustPolicy
    package var isolation: Isolation
    /// Whether any plugin is to run in a process of its own.
    package var isolates: Bool
    package var sandboxPolicy: SandboxPolicy
    package var sandbox: MachineSandbox
    package var runnerMemory: Int?
    package var controlGroupPolicy = ControlGroupPolicy.off
    /// Why a host that is started from here could give its runners no control groups; `nil` if it could, or that is not known.
    package var controlGroupObstacle: String?
    /// The limits of the control group that the host is in, or would be in; `nil` where there is none.
    package var memoryLimit: UInt64?
    package var memoryInUse: UInt64?
    package var processLimit: UInt64?

    package init(
        user: UInt32,
        trust: TrustPolicy,
        isolation: Isolation,
        isolates: Bool,
        sandboxPolicy: SandboxPolicy,
        sandbox: MachineSandbox,
        runnerMemory: Int? = nil
    ) {
        self.user = user
        self.trust = trust
        self.isolation = isolation
        self.isolates = isolates
        self.sandboxPolicy = sandboxPolicy
        self.sandbox = sandbox
        self.runnerMemory = runnerMemory
    }
}
