internal import LinuxSystem
internal import Synchronization

/// Reads and judges files that are there at the start, and names their builds, while the watcher still looks at the others.
///
/// What was read counts only if the file turns out to be as it was then (``StillFile``). No more is held than a bound; what is
/// beyond is read when it is loaded.
final class ReadingsAtStart: Sendable {
    private struct State {
        /// The files, in the order in which they were found.
        var paths: [String] = []
        /// How many of them were begun.
        var begun = 0
        var readings: [String: (reading: StillFile.Reading<ReadImage>, end: MonotonicInstant)] = [:]
        /// How many bytes were read.
        var size = 0
        var threads = 0
        var isOver = false
    }

    /// From then on it says too little of who may write to the file.
    private static let freshness = Duration.seconds(1)

    /// Where images are made at the start.
    let workers: WorkerPool
    /// How many of these threads read ahead; the watcher needs a processor too.
    private let limit: Int
    /// How many bytes of files are read ahead.
    private let bound: Int
    private let trust: FileTrust
    private let state = Mutex(State())

    /// Begins with no files; for one alone there is never a thread.
    init(_ trust: FileTrust, processors: Int = ProcessFacts.processorCount, bound: Int = 64 << 20) {
        self.trust = trust
        self.bound = bound
        limit = min(processors, 4) - 1
        // A reading that hangs must not take the place of a thread that makes images.
        workers = WorkerPool(name: "plugin-start", limit: min(processors, 4) + limit)
    }

    /// Begins to read a file soon.
    func add(_ path: String) {
        let needsThread = state.withLock { state in
            guard !state.isOver else { return false }
            state.paths.append(path)
            guard state.paths.count > 1, state.threads < limit, state.size < bound else { return false }
            state.threads += 1
            return true
        }
        if needsThread { workers.perform { [self] _ in read() } }
    }

    /// Whether anything is being read.
    var isReading: Bool { state.withLock { $0.threads > 0 } }

    /// Begins no more readings: what follows can use all processors.
    func end() {
        state.withLock { $0.isOver = true }
    }

    /// Takes the reading of a file; `nil` if there is none yet.
    func take(_ path: String) -> StillFile.Reading<ReadImage>? {
        let taken = state.withLock { $0.readings.removeValue(forKey: path) }
        return taken.flatMap { MonotonicInstant.now < $0.end ? $0.reading : nil }
    }

    private func read() {
        while let path = next() {
            let reading = StillFile.Reading(path) { path throws(PluginError) in try ReadImage(path, trust) }
            _ = try? reading.content?.image.get().build.digest
            let end = MonotonicInstant.now.advanced(by: Self.freshness)
            state.withLock { state in
                state.size += reading.content?.file.bytes.count ?? 0
                state.readings[path] = (reading, end)
            }
        }
    }

    private func next() -> String? {
        state.withLock { state in
            guard !state.isOver, state.begun < state.paths.count, state.size < bound else {
                state.threads -= 1
                return nil
            }
            defer { state.begun += 1 }
            return state.paths[state.begun]
        }
    }
}
