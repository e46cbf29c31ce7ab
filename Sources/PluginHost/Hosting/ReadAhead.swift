internal import LinuxSystem
internal import Synchronization

/// Reads and inspects a file that is about to be reported, while the watcher still looks at it.
///
/// What was read counts only if the file turns out to be as it was then (``StillFile``). There is one reading at most.
final class ReadAhead: Sendable {
    private struct State {
        var path: String?
        /// `nil` while it is under way.
        var reading: StillFile.Reading<ReadImage>?
        /// From when on it says too little of who may write to the file.
        var end: MonotonicInstant?
    }

    private static let freshness = Duration.milliseconds(100)

    /// How long to wait for a reading without sleeping.
    private static let patience = 200_000 as UInt64

    private let workers: WorkerPool
    private let trust: FileTrust
    private let state = Monitor(State())

    init(on workers: WorkerPool, _ trust: FileTrust) {
        self.workers = workers
        self.trust = trust
    }

    /// Begins to read a file, if there is a thread to spare, and does before what else can be done.
    func begin(_ path: String, before: @escaping @Sendable () -> Void) {
        workers.expectJob(
            preparing: { [self] in
                before()
                state.withLock { $0 = State(path: path) }
                let reading = StillFile.Reading(path) { path throws(PluginError) in try ReadImage(path, trust) }
                let end = MonotonicInstant.now.advanced(by: Self.freshness)
                state.withLock { $0 = State(path: path, reading: reading, end: end) }
                state.signal(.entry)
            },
            inVain: { [self] in state.withLock { if $0.path == path { $0 = State() } } }
        )
    }

    /// Takes the reading of a file, which may still be under way; `nil` if there is none.
    func take(_ path: String) -> StillFile.Reading<ReadImage>? {
        let end = MonotonicInstant.now.advanced(byNanoseconds: Self.patience)
        while MonotonicInstant.now < end {
            if let taken = state.withLock({ Self.take(path, from: &$0) }) { return taken }
            Processors.giveWay()
        }
        return state.wait(for: .entry, until: nil) { Self.take(path, from: &$0) } ?? nil
    }

    /// The outer `nil` means to wait.
    private static func take(_ path: String, from state: inout State) -> StillFile.Reading<ReadImage>?? {
        guard state.path == path else { return .some(nil) }
        guard let reading = state.reading, let end = state.end else { return nil }
        state = State()
        return .some(MonotonicInstant.now < end ? reading : nil)
    }
}

/// The bytes of a file that may be loaded, and what they are.
struct ReadImage: Sendable {
    let file: TrustedFile
    /// The image, or why it is none.
    let image: Result<InspectedImage, PluginError>

    init(_ file: TrustedFile, path: String) {
        self.file = file
        image = Result { () throws(PluginError) in try ImageInspector.inspect(file.bytes, path: path) }
    }

    /// Reads a file if it is trusted.
    init(_ path: String, _ trust: FileTrust) throws(PluginError) {
        self.init(try trust.read(path), path: path)
    }
}
