internal import LinuxSystem

/// What a supervised host finds in its environment: who supervises it.
enum SupervisionMark {
    /// The variable.
    static let name = "PLUGIN_HOST_SUPERVISED"

    /// The descriptor of the record that the host writes into.
    static let record: Int32 = 3
    /// The descriptor of the report of the crash before, which may be empty.
    static let report: Int32 = 4

    /// Whether the mark is the parent's own, and not one that was inherited from further away.
    static func isValid(_ variables: [String: String], parent: Int32) -> Bool {
        variables[name] == "\(parent)"
    }
}
