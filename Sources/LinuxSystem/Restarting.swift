internal import Glibc

/// Runs a call that throws, again as long as a signal interrupts it.
package func restarting<Value: ~Copyable>(
    _ body: () throws(SystemCallError) -> Value
) throws(SystemCallError) -> Value {
    while true {
        do {
            return try body()
        } catch {
            guard error.code == EINTR else { throw error }
        }
    }
}
