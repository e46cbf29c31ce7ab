/// An optional interface that the host offers plugins by name, and the permission that it needs.
struct HostInterface: Sendable {
    /// The name that plugins ask for, such as `ph.shared-state/1`.
    let name: String
    let permission: Permission
    /// Makes the table for one instance of a plugin, by its id, and gives its address; it stays for as long as the process
    /// lives.
    let makeTable: @Sendable (String) -> UInt
}
