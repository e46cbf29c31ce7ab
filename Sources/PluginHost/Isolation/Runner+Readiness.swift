internal import LinuxSystem
internal import RunnerProtocol
internal import RunnerSandbox

// What is done early for a plugin that may come, and first for one that does.
extension Runner {
    /// The longest that a plugin on its way goes before the calls of others.
    private static let privilege = Duration.milliseconds(200)

    /// Has the runner go through what it will have to do when a plugin comes.
    func rehearse(_ sandbox: SandboxRules?) throws(PluginError) {
        try say(.rehearse(sandbox: sandbox?.encoded() ?? []), nil)
        let channel = try makeChannel()
        state.withLock { $0.spareChannel = channel }
    }

    /// Takes note that a plugin is on its way into this runner, which goes before the calls of others until it serves.
    func expect() {
        let isFirst = state.withLock { state in
            defer { state.isExpected = true }
            return !state.isExpected
        }
        guard isFirst else { return }
        rightOfWay.take()
        loop.perform { [self] in
            // Whatever becomes of it; one that is not to be started, for example, does not serve.
            _ = loop.schedule(at: .now.advanced(by: Self.privilege)) { [self] in hasCome() }
        }
    }

    /// Takes note that the plugin is there, or will not come.
    func hasCome() {
        let wasExpected = state.withLock { state in
            defer { state.isExpected = false }
            return state.isExpected
        }
        if wasExpected { rightOfWay.giveBack() }
    }
}
