/// How a plugin's state is saved and restored.
public struct StateSupport<Instance: AnyObject>: Sendable {
    /// The three things that can be done with a state.
    struct Operations: Sendable {
        /// The schema version that is written.
        let schema: UInt32
        /// The oldest that is read.
        let minimum: UInt32
        /// The newest that is read.
        let maximum: UInt32
        let save: @Sendable (Instance) throws -> [UInt8]
        let check: @Sendable (UInt32, [UInt8]) throws -> Void
        let restore: @Sendable (Instance, UInt32, [UInt8]) throws -> Void
    }

    let operations: Operations?

    /// No state: a reload holds nobody.
    public static var none: StateSupport { StateSupport(operations: nil) }
}
