/// How long a file was left alone in a state that is nobody's build.
///
/// Between two looks a host can't tell such a file from a finished one: what was quiet for the whole window counts as
/// finished. So the writers of a test never leave a half-written file for that long; when the machine stops them in the
/// middle, the input was another one than was meant, and this says so.
struct WriterPace {
    private let limit: Duration
    private var writers = 0
    /// The inodes that a writer has open: a host waits for those.
    private var open: [UInt64] = []
    private var lastStep = ContinuousClock.now
    /// Two writers were at it at once, so that the file may hold something of both.
    private var isShared = false
    /// Whether what stands in the file is a build, as far as the pace can tell.
    private(set) var isWhole = true
    /// Whether half a file was left alone for too long.
    private(set) var wasTooSlow = false

    init(limit: Duration) {
        self.limit = limit
    }

    mutating func begin() {
        writers += 1
        if writers > 1 { isShared = true }
        isWhole = false
    }

    mutating func end() {
        writers -= 1
        guard writers == 0 else { return }
        isWhole = !isShared
        isShared = false
    }

    func isOpen(_ inode: UInt64?) -> Bool {
        inode.map(open.contains) ?? false
    }

    /// Takes note of a step that has changed the file, or might have.
    ///
    /// It was quiet from the beginning of the step before to the end of this one, at most.
    mutating func step(since start: ContinuousClock.Instant, wasOpen: Bool) {
        if !isWhole, !wasOpen, lastStep.duration(to: .now) > limit { wasTooSlow = true }
        lastStep = max(lastStep, start)
    }

    mutating func opened(_ inode: UInt64) {
        open.append(inode)
    }

    mutating func closed(_ inode: UInt64) {
        if let index = open.firstIndex(of: inode) { open.remove(at: index) }
    }

    /// Takes note of the time for which one writer had the file closed, but not finished.
    mutating func paused(since start: ContinuousClock.Instant) {
        if start.duration(to: .now) > limit { wasTooSlow = true }
    }

    mutating func startRound() {
        wasTooSlow = false
        isWhole = true
        lastStep = .now
    }
}
