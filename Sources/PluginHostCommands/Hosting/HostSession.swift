internal import LinuxSystem
internal import PluginHost

/// A host with its control socket, from the start to the end of a program.
struct HostSession: Sendable {
    private enum Step: Sendable {
        case started(PluginError?)
        case terminated
    }

    let host: any ManagedHost
    private let server: ControlServer
    private let events: @Sendable (PluginEvent) async -> Void

    /// Makes the control socket; a host that listens there already is an error.
    init(
        host: any ManagedHost,
        socket: String,
        heard: ControlDispatcher.CallListener? = nil,
        events: @escaping @Sendable (PluginEvent) async -> Void
    ) throws(CommandFailure) {
        self.host = host
        self.events = events
        let directory = socket.lastIndex(of: "/").map { String(socket[..<$0]) } ?? "."
        do throws(SystemCallError) {
            if !directory.isEmpty { try Directory.make(directory) }
        } catch {
            throw .failed("the directory \(directory) of the control socket can't be made: \(error)")
        }
        do throws(PluginError) {
            server = try ControlServer(path: socket, dispatcher: ControlDispatcher(host: host, heard: heard))
        } catch {
            throw .failed(error.message)
        }
    }

    /// Runs the host until the program is to end, and stops it in order.
    func run(
        untilTerminated: @escaping @Sendable () async -> Void,
        whenReady: @Sendable () async -> Void,
        whenStopping: @Sendable () async -> Void
    ) async throws(CommandFailure) {
        let stream = host.events()
        let watcher = Task { [events] in
            for await event in stream { await events(event) }
        }
        let (steps, continuation) = AsyncStream.makeStream(of: Step.self)
        Task { [host] in
            do throws(PluginError) {
                try await host.start()
                continuation.yield(.started(nil))
            } catch {
                continuation.yield(.started(error))
            }
        }
        Task {
            await untilTerminated()
            continuation.yield(.terminated)
        }
        var failure: PluginError?
        for await step in steps {
            guard case .started(nil) = step else {
                if case .started(let error) = step { failure = error }
                break
            }
            server.start()
            await whenReady()
        }
        if failure == nil { await whenStopping() }
        await stop(watcher)
        if let failure { throw .failed(failure.message) }
    }

    private func stop(_ watcher: Task<Void, Never>) async {
        // No new client, then the host with the calls in flight, then the answers to them.
        await server.stop(within: .zero)
        await host.stop()
        await server.stop(within: .seconds(2))
        // The last events are on their way; a stream that does not end is not waited for.
        let limit = Task {
            try? await Task.sleep(for: .milliseconds(500))
            watcher.cancel()
        }
        await watcher.value
        limit.cancel()
    }
}
