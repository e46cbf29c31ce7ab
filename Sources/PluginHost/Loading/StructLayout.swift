/// The room that values of an imported C struct take.
package struct StructLayout: Hashable, Sendable, Codable {
    package let size: UInt64
    package let stride: UInt64
    package let alignment: UInt64

    package init(size: UInt64, stride: UInt64, alignment: UInt64) {
        self.size = size
        self.stride = stride
        self.alignment = alignment
    }
}

extension StructLayout: CustomStringConvertible {
    package var description: String { "\(size) bytes, aligned to \(alignment)" }
}
