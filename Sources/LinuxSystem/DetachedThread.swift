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

    /// Starts a thread; its name, cut at 15 bytes, is what debuggers and `top` show.
    package static func start(name: String, _ body: @escaping @Sendable () -> Void) {
        let start = Start(name: String(decoding: name.utf8.prefix(15), as: UTF8.self), body: body)
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
            Unmanaged.passRetained(start).toOpaque()
        )
        // The limit of threads of the whole machine or user: nothing that the host does can go on without this one.
        precondition(code == 0, "no thread \(name) can be made: \(SystemCallError(call: "pthread_create", code: code))")
        pthread_detach(thread)
    }
}
