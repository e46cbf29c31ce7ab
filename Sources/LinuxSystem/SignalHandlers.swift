internal import Glibc

/// What this process does on each signal, at one moment.
package struct SignalHandlers {
    private static let signals = (1..<32).filter { $0 != SIGKILL && $0 != SIGSTOP }
    private let actions: [sigaction]

    /// Takes note of the handlers.
    package init() {
        actions = Self.signals.map(Self.action)
    }

    /// Puts the handlers back that are others by now, and names their signals.
    package func restore() -> [CInt] {
        var changed: [CInt] = []
        for (signal, before) in zip(Self.signals, actions)
        where Self.address(Self.action(of: signal)) != Self.address(before) {
            var before = before
            unsafe sigaction(signal, &before, nil)
            changed.append(signal)
        }
        return changed
    }

    private static func action(of signal: CInt) -> sigaction {
        var action = sigaction()
        unsafe sigaction(signal, nil, &action)
        return action
    }

    private static func address(_ action: sigaction) -> UInt {
        unsafe unsafeBitCast(action.__sigaction_handler, to: UInt.self)
    }
}
