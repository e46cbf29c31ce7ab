internal import Synchronization

/// Notices for an instance that is serving a call, until it can be told.
final class NoticeQueue: Sendable {
    // Read before each call, and nearly always false.
    private let filled = Atomic(false)
    private let notices = Mutex<[DependencyNotice]>([])

    var isFilled: Bool { filled.load(ordering: .relaxed) }

    func append(_ notice: DependencyNotice) {
        notices.withLock { $0.append(notice) }
        filled.store(true, ordering: .releasing)
    }

    func takeAll() -> [DependencyNotice] {
        guard filled.exchange(false, ordering: .acquiring) else { return [] }
        return notices.withLock { notices in
            defer { notices = [] }
            return notices
        }
    }
}
