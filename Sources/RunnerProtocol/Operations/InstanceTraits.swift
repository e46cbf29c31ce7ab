/// What an instance has beside the functions that all have, as one number.
package struct InstanceTraits: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// There is a state to save.
    package static let hasState = InstanceTraits(rawValue: 1)
    /// It may contribute components.
    package static let declaresComponents = InstanceTraits(rawValue: 2)
    /// It takes new settings while it runs.
    package static let isConfigurable = InstanceTraits(rawValue: 4)
}
