internal import CBenchmarkFloor
internal import Glibc

/// A plugin without a host: the floor under everything.
@safe
final class BarePlugin: Sendable {
    private nonisolated(unsafe) let plugin: OpaquePointer

    /// Maps a file, which stays mapped for ever.
    init(_ path: String) throws {
        guard let plugin = unsafe floor_open(path) else {
            throw BenchmarkFailure.failed("\(path): it can't be opened without a host: \(Self.reason)")
        }
        unsafe self.plugin = plugin
    }

    /// Starts the instance, which makes a state if it was given none.
    func start() throws {
        guard unsafe floor_start(plugin) == 0 else {
            throw BenchmarkFailure.failed("a plugin without a host can't start")
        }
    }

    deinit {
        unsafe floor_close(plugin)
    }

    /// Calls the plugin so often, and drops the answers.
    func call(_ method: String, times: Int) throws {
        try check(unsafe floor_calls(plugin, method, UInt64(times)))
    }

    /// Calls the plugin so often, and copies each answer.
    func call(_ method: String, _ input: [UInt8], times: Int) throws {
        try check(unsafe floor_copied_calls(plugin, method, input, UInt64(input.count), UInt64(times)))
    }

    private func check(_ failures: UInt64) throws {
        guard failures == 0 else { throw BenchmarkFailure.failed("\(failures) calls without a host failed") }
    }

    /// Moves the state to another plugin; how many microseconds that took.
    func moveState(to other: BarePlugin) throws -> Double {
        let time = unsafe floor_move_state(plugin, other.plugin)
        guard time >= 0 else { throw BenchmarkFailure.failed("the state could not be moved without a host") }
        return Double(time) / 1000
    }

    private static var reason: String {
        unsafe dlerror().map { unsafe String(cString: $0) } ?? "it is no plugin"
    }
}
