/// Something with a descriptor that a child process may have a copy of.
package protocol LendableDescriptor: Sendable {
    /// Lends the number for one call; it must not outlive the body.
    func withNumber<Result, Failure: Error>(_ body: (CInt) throws(Failure) -> Result) throws(Failure) -> Result
}
