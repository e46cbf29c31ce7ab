internal import PluginLoading

/// What a plugin was asked for when its process crashed, as one number.
package struct FaultStep: RawRepresentable, Hashable, Sendable {
    private static let lifecycle: UInt32 = 0x100

    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package init(_ call: ServedCall) {
        let isStep = call.kind == RunnerOperation.perform.rawValue
        rawValue = isStep ? Self.lifecycle | UInt32(truncatingIfNeeded: call.auxiliary & 0xff) : call.kind
    }

    /// The name of it; `nil` for a number that is none.
    package var name: String? {
        guard rawValue & Self.lifecycle != 0 else { return RunnerOperation(rawValue: rawValue)?.description }
        return LifecycleStep(rawValue: UInt8(truncatingIfNeeded: rawValue))?.name
    }
}
