internal import CCallCounts
internal import Glibc
internal import Synchronization

/// The counts of all threads that call plugins.
///
/// A thread has a count for each of a few lanes, and a lane its fixed place among them. The calls of a lane that has lost its
/// place to another, and of threads that call rarely, are counted in the lane itself.
enum CallCounts {
    /// Those of living threads, and those that another one may take over.
    private static let rows = Mutex<(used: [CallRow], free: [CallRow])>(([], []))

    /// Its value makes the end of a thread known.
    private static let key: pthread_key_t? = {
        var key = pthread_key_t()
        let result = unsafe pthread_key_create(&key) { row in
            guard let row = unsafe row else { return }
            unsafe CallCounts.giveBack(CallRow(at: row))
        }
        return result == 0 ? key : nil
    }()

    /// Has the present thread count the calls of a lane by itself from now on, unless it is in a call of the lane whose count has
    /// the place.
    static func take(_ lane: UInt64, sum: UnsafePointer<CallSum>) {
        // Without barriers, who waits for the end of calls could sleep through it.
        guard call_counts_can_settle(), let row = CallRow.own ?? newRow() else { return }
        let count = unsafe row.place(of: lane)
        guard unsafe count.pointee.inFlight == 0 else { return }
        rows.withLock { _ in unsafe count.pointee.begin(lane, sum: sum) }
    }

    /// What a lane has counted, and what the threads have counted for it; none of it moves from here to there meanwhile.
    static func sum(
        of lane: UInt64,
        _ own: () -> UInt64,
        _ figure: (borrowing CallCount) -> UInt64
    ) -> UInt64 {
        rows.withLock { rows in
            rows.used.reduce(own()) { sum, row in
                guard let count = unsafe row[lane] else { return sum }
                return unsafe sum &+ figure(count.pointee)
            }
        }
    }

    /// Has each thread that counts a call out at the moment be seen, or see what was written to its lane.
    static func settle() {
        call_counts_settle()
    }

    /// A row for the present thread; `nil` where its end can't be made known.
    private static func newRow() -> CallRow? {
        guard let key else { return nil }
        let row = rows.withLock { rows in
            let row = rows.free.popLast() ?? .make()
            rows.used.append(row)
            return row
        }
        guard unsafe pthread_setspecific(key, row.address) == 0 else {
            giveBack(row)
            return nil
        }
        row.giveToThread()
        return row
    }

    /// Takes back the row of a thread that ends.
    private static func giveBack(_ row: CallRow) {
        call_counts_set(nil)
        rows.withLock { rows in
            row.clear()
            rows.used.removeAll { $0 == row }
            rows.free.append(row)
        }
    }
}
