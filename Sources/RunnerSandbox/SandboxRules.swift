/// What a process may still do after it has put itself into a sandbox.
///
/// Paths are absolute. What is granted for a directory holds for all that is beneath it, now and later; links are followed
/// when the rules come into force. What the rules can't stop on any kernel is in the documentation of `Sandbox`.
package struct SandboxRules: Hashable, Sendable {
    /// Files and directories that may be read.
    package var readable: [String]
    /// Files and directories that may be written, cut off, made and removed; reading is granted apart.
    package var writable: [String]
    /// Files and directories with programs that may be run; libraries only need to be readable.
    package var executable: [String]
    /// TCP ports that may be connected to.
    package var connects: PortRule
    /// TCP ports that may be listened on.
    package var binds: PortRule
    /// Whether processes outside are safe from its signals and from its connections to their abstract Unix sockets.
    package var isScoped: Bool
    /// Whether the powers of the administrator are given up, where the process has any.
    package var dropsCapabilities: Bool
    package var limits: SandboxLimits
    package var requirement: SandboxRequirement

    /// Grants nothing but what is named.
    package init(
        readable: [String] = [],
        writable: [String] = [],
        executable: [String] = [],
        connects: PortRule = .none,
        binds: PortRule = .none,
        isScoped: Bool = true,
        dropsCapabilities: Bool = true,
        limits: SandboxLimits = SandboxLimits(),
        requirement: SandboxRequirement = .bestEffort
    ) {
        self.readable = readable
        self.writable = writable
        self.executable = executable
        self.connects = connects
        self.binds = binds
        self.isScoped = isScoped
        self.dropsCapabilities = dropsCapabilities
        self.limits = limits
        self.requirement = requirement
    }

    /// Whether the rules ask for a layer.
    func asks(for layer: SandboxLayer) -> Bool {
        switch layer {
        case .privileges, .files, .truncation, .devices: true
        case .capabilities: dropsCapabilities
        case .network: connects != .all || binds != .all
        case .signals, .abstractSockets: isScoped
        case .limits: limits != SandboxLimits(coreSize: nil)
        }
    }
}
