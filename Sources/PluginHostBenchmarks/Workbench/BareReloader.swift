internal import CBenchmarkFloor

/// The least that reloads a file: a thread that waits for it, and takes each new build.
@safe
final class BareReloader {
    private let reloader: OpaquePointer

    init(directory: String, file: String) throws {
        guard let reloader = unsafe floor_reloader_start(directory, file) else {
            throw BenchmarkFailure.failed("\(directory): it can't be watched without a host")
        }
        unsafe self.reloader = reloader
    }

    deinit {
        unsafe floor_reloader_stop(reloader)
    }

    /// Calls the newest build for its tag; 0 if there is none.
    var tag: UInt64 { unsafe floor_reloader_tag(reloader) }
}
