internal import CLinux
internal import Glibc

/// A thread that nobody waits for.
package enum DetachedThread {
    private final class Start {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Starts a thread, or says no where the machine, the user or the control group may have no more.
    package typealias Starter = @Sendable (_ name: String, _ body: @escaping @Sendable () -> Void) -> Bool

    /// Starts a thread without which nothing can go on; its name, cut at 15 bytes, is what debuggers and `top` show.
    package static func start(name: String, _ body: @escaping @Sendable () -> Void) {
        precondition(
            startIfPossible(name: name, body),
            "no thread \(name) can be made: the limit of threads is reached"
        )
    }

    /// Starts a thread; `false` if there may be no more.
    package static func startIfPossible(name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
        let start = Start(name: String(decoding: name.utf8.prefix(15), as: UTF8.self), body: body)
        let argument = unsafe Unmanaged.passRetained(start)
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                _ = unsafe start.name.withCString { unsafe clinux_name_thread($0) }
                start.body()
                return nil
            },
            unsafe argument.toOpaque()
        )
        guard code == 0 else {
            unsafe argument.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
