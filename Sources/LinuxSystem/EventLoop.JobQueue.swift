extension EventLoop {
    /// The jobs that wait for the loop's thread, and whether that thread has to be woken for them.
    struct JobQueue {
        enum Item: Sendable {
            case job(UnownedJob)
            case body(@Sendable () -> Void)
        }

        /// What the one who has queued a job has to do.
        enum Duty {
            case nothing
            case signal
            case startThread
        }

        /// What the thread does when it has done its jobs.
        enum Pause {
            /// Looks at the descriptors without waiting, since there are jobs.
            case poll
            case sleep
            case end
        }

        private enum Thread {
            case awake
            /// In the kernel, or on its way there; nobody has signalled yet.
            case asleep
            case ended
        }

        private var items: [Item] = []
        private var thread = Thread.awake
        private(set) var isStopping = false

        mutating func append(_ item: Item) -> Duty {
            items.append(item)
            switch thread {
            case .awake: return .nothing
            case .asleep:
                thread = .awake
                return .signal
            case .ended:
                thread = .awake
                return .startThread
            }
        }

        /// Gives out all jobs for an empty array, whose memory is used for the next ones.
        mutating func exchange(_ batch: inout [Item]) {
            swap(&items, &batch)
        }

        mutating func pause() -> Pause {
            guard items.isEmpty else { return .poll }
            thread = isStopping ? .ended : .asleep
            return isStopping ? .end : .sleep
        }

        mutating func awake() {
            thread = .awake
        }

        /// Asks the thread to end; says whether it has to be signalled.
        mutating func stop() -> Bool {
            isStopping = true
            guard thread == .asleep else { return false }
            thread = .awake
            return true
        }

        /// Takes note that no thread could be started.
        mutating func threadIsMissing() {
            thread = .ended
        }
    }
}
