internal import Glibc

/// A value behind a lock, with two conditions to wait on until a deadline of CLOCK_MONOTONIC.
///
/// For the slow paths of code whose fast path is an atomic: who waits, waits here, and whoever changes what is waited for
/// signals after having had the lock, so that no signal is lost.
@safe
package final class Monitor<State: Sendable>: Sendable {
    /// What a thread waits for.
    package enum Condition: Int, Sendable {
        case entry
        case drained
    }

    // The memory is this object's own from init to deinit. The pthread calls are made for use from many threads, and the
    // state is touched only between lock and unlock.
    private nonisolated(unsafe) let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private nonisolated(unsafe) let conditions: UnsafeMutablePointer<pthread_cond_t>
    private nonisolated(unsafe) let state: UnsafeMutablePointer<State>

    package init(_ initial: State) {
        unsafe mutex = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe pthread_mutex_init(mutex, nil)

        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe conditions = .allocate(capacity: 2)
        for index in 0..<2 {
            unsafe (conditions + index).initialize(to: pthread_cond_t())
            unsafe pthread_cond_init(conditions + index, &attributes)
        }
        unsafe pthread_condattr_destroy(&attributes)

        unsafe state = .allocate(capacity: 1)
        unsafe state.initialize(to: initial)
    }

    deinit {
        for index in 0..<2 { unsafe pthread_cond_destroy(conditions + index) }
        unsafe pthread_mutex_destroy(mutex)
        unsafe conditions.deallocate()
        unsafe mutex.deallocate()
        unsafe state.deinitialize(count: 1)
        unsafe state.deallocate()
    }

    /// Runs the body with the lock held.
    package func withLock<Result, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return try unsafe body(&state.pointee)
    }

    /// Makes an attempt with the lock held, and again after each signal, until it gives a result.
    ///
    /// Returns `nil` if the last attempt, made after the deadline, gave none.
    package func wait<Result>(
        for condition: Condition,
        until deadline: MonotonicInstant?,
        _ attempt: (inout State) -> Result?
    ) -> Result? {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if let result = unsafe attempt(&state.pointee) { return result }
            guard sleep(for: condition, until: deadline) else { return unsafe attempt(&state.pointee) }
        }
    }

    /// Wakes one thread that waits.
    package func signal(_ condition: Condition) {
        unsafe pthread_cond_signal(conditions + condition.rawValue)
    }

    /// Wakes all threads that wait.
    package func broadcast(_ condition: Condition) {
        unsafe pthread_cond_broadcast(conditions + condition.rawValue)
    }

    /// Gives the lock up until a signal comes; says `false` when the deadline has passed.
    private func sleep(for condition: Condition, until deadline: MonotonicInstant?) -> Bool {
        let condition = unsafe conditions + condition.rawValue
        guard let deadline else {
            unsafe pthread_cond_wait(condition, mutex)
            return true
        }
        var time = timespec(
            tv_sec: Int(clamping: deadline.nanoseconds / 1_000_000_000),
            tv_nsec: Int(deadline.nanoseconds % 1_000_000_000)
        )
        return unsafe pthread_cond_timedwait(condition, mutex, &time) != ETIMEDOUT
    }
}
