internal import Glibc

/// A file descriptor that this process owns and closes exactly once.
package struct OwnedFileDescriptor: ~Copyable, Sendable {
    let number: CInt

    /// Takes over a descriptor that nobody else will close.
    package init(adopting number: CInt) {
        precondition(number >= 0, "\(number) is no file descriptor")
        self.number = number
    }

    /// Lends the number for one call; it must not outlive the body.
    package borrowing func withNumber<Result: ~Copyable, Failure: Error>(
        _ body: (CInt) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(number)
    }

    /// Gives the descriptor away without closing it.
    package consuming func release() -> CInt {
        let number = number
        discard self
        return number
    }

    /// Closes the descriptor and reports a failed write-back.
    package consuming func close() throws(SystemCallError) {
        let number = number
        discard self
        // Linux frees the number even when the call fails, so it is never tried again.
        guard Glibc.close(number) == 0 else { throw .last("close") }
    }

    deinit { _ = Glibc.close(number) }
}
