internal import Glibc
internal import LinuxSystem

/// What prints.
enum Printing {
    /// Runs what prints, and tells a reader that has gone from other failures.
    static func attempt(_ body: () throws -> Void) throws(CommandFailure) {
        do {
            try body()
        } catch let error as SystemCallError where error.code == EPIPE {
            throw .brokenPipe
        } catch let error as CommandFailure {
            throw error
        } catch {
            throw .failed("\(error)")
        }
    }
}
