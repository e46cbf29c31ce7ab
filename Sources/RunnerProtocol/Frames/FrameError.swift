/// Why bytes from the other side can't be understood.
package struct FrameError: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
