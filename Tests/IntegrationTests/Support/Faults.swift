import Glibc
import LinuxSystem
import PluginHost
import Synchronization

/// The system's calls, of which some fail, or wait, as long as a test wants it.
final class Faults: Sendable {
    /// A call of which a test may say what becomes of it.
    enum Call: String, CaseIterable, Sendable {
        case open
        case write
        case synchronise
        case close
        case rename
        case openLibrary
    }

    typealias Rule = @Sendable (Call, _ path: String) -> CInt?

    private struct State {
        var rule: Rule?
        /// The path of each descriptor: a write does not say where it goes.
        var paths: [CInt: String] = [:]
        var met = 0
    }

    private let state = Mutex(State())

    /// From now on calls fail for which the rule has an error number; it may also wait.
    func begin(_ rule: @escaping Rule) {
        state.withLock { state in
            state.rule = rule
            state.met = 0
        }
    }

    /// From now on nothing fails.
    func end() {
        state.withLock { $0.rule = nil }
    }

    /// How many calls have failed since the rule was given.
    var met: Int { state.withLock { $0.met } }

    /// The calls, for a host.
    var calls: HostCalls {
        var calls = HostCalls.live
        let live = FileCalls.live
        calls.files.open = { [self] (path, flags, mode) throws(SystemCallError) in
            // What only reads is left alone, as on a full disk.
            if flags & (O_WRONLY | O_RDWR) != 0 { try check(.open, path) }
            let descriptor = try live.open(path, flags, mode)
            let number = descriptor.withNumber { $0 }
            state.withLock { $0.paths[number] = path }
            return descriptor
        }
        calls.files.write = { [self] (descriptor, bytes, start) throws(SystemCallError) in
            try check(.write, path(descriptor.withNumber { $0 }))
            return try live.write(descriptor, bytes, start)
        }
        calls.files.synchronise = { [self] (descriptor) throws(SystemCallError) in
            try check(.synchronise, path(descriptor.withNumber { $0 }))
            try live.synchronise(descriptor)
        }
        calls.files.close = { [self] (descriptor) throws(SystemCallError) in
            let path = path(descriptor.withNumber { $0 })
            try live.close(descriptor)
            try check(.close, path)
        }
        calls.files.rename = { [self] (old, new) throws(SystemCallError) in
            try check(.rename, new)
            try live.rename(old, new)
        }
        calls.openLibrary = { [self] (path) throws(DynamicLibrary.Failure) in
            if let code = failure(.openLibrary, path) {
                throw DynamicLibrary.Failure(
                    reason: "\(path): failed to map segment from shared object: \(String(cString: strerror(code)))"
                )
            }
            return try HostCalls.live.openLibrary(path)
        }
        return calls
    }

    private func path(_ number: CInt) -> String {
        state.withLock { $0.paths[number] ?? "" }
    }

    private func failure(_ call: Call, _ path: String) -> CInt? {
        guard let code = state.withLock({ $0.rule })?(call, path) else { return nil }
        state.withLock { $0.met += 1 }
        return code
    }

    private func check(_ call: Call, _ path: String) throws(SystemCallError) {
        if let code = failure(call, path) { throw SystemCallError(call: call.rawValue, code: code) }
    }
}
