internal import Glibc

/// A system call that failed: which one, and with which error number.
package struct SystemCallError: Error, Hashable, CustomStringConvertible {
    /// The name of the call, as in its manual page.
    package let call: String
    /// The error number, as in `errno`.
    package let code: CInt

    package init(call: String, code: CInt) {
        self.call = call
        self.code = code
    }

    /// Takes the error number of the call that has just failed; nothing may run between the two.
    package static func last(_ call: String) -> SystemCallError {
        SystemCallError(call: call, code: errno)
    }

    package var description: String {
        "\(call): \(reason)"
    }

    /// The kernel's words for the error number.
    package var reason: String {
        unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
}

/// Runs a call that reports failure as -1, restarting it when a signal interrupts it.
package func retryingOnInterrupt<Value: FixedWidthInteger & SignedInteger>(
    _ call: String,
    _ body: () -> Value
) throws(SystemCallError) -> Value {
    while true {
        let result = body()
        if result != -1 { return result }
        let code = errno
        guard code == EINTR else { throw SystemCallError(call: call, code: code) }
    }
}
