/// The bytes of a state, and the schema that they are written in.
package struct SavedState: Hashable, Sendable {
    package var schema: UInt32
    package var bytes: [UInt8]

    package init(schema: UInt32, bytes: [UInt8]) {
        self.schema = schema
        self.bytes = bytes
    }
}
