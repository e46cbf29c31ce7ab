/// What a factory's descriptor says (PL-4), read with limits and otherwise believed by nobody yet.
package struct FactoryDescription: Hashable, Sendable {
    package var id = ""
    package var name = ""
    package var version = ""
    package var description = ""
    package var author = ""
    /// `PH_TYPE_…`.
    package var type: Int32 = 0
    package var customType = ""
    package var priority: Int32 = 0
    package var dependencies: [String] = []
    package var capabilities: [String] = []
    package var permissions: [String] = []
    package var stateSchemaMinimum: UInt32 = 0
    package var stateSchemaMaximum: UInt32 = 0
    /// `PH_FLAG_…`.
    package var flags: UInt32 = 0

    package init() {}
}
