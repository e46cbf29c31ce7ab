internal import CPluginABI

/// The version of the contract that this program speaks.
package enum ABIVersion {
    /// Changes when a plugin of before can't be loaded any more.
    package static let major = UInt32(PH_ABI_MAJOR)
    /// Changes when something was added.
    package static let minor = UInt32(PH_ABI_MINOR)
}
