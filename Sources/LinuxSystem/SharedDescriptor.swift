/// A descriptor with several owners; the last one closes it.
package final class SharedDescriptor: LendableDescriptor {
    private let descriptor: OwnedFileDescriptor

    /// Takes a descriptor over.
    package init(_ descriptor: consuming OwnedFileDescriptor) {
        self.descriptor = descriptor
    }

    package func withNumber<Result, Failure: Error>(
        _ body: (CInt) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(descriptor.number)
    }
}
