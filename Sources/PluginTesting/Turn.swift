internal import Glibc
internal import PluginSDK

/// Lets a test into an instance as a host does: alone, or beside others that can bear it.
///
/// A thread that is in alone already is refused, since it would wait for itself.
@safe
final class Turn: Sendable {
    // Made once and freed at the end; the functions of the system guard what it holds.
    private nonisolated(unsafe) let lock: UnsafeMutablePointer<pthread_rwlock_t>

    init() {
        unsafe lock = .allocate(capacity: 1)
        unsafe pthread_rwlock_init(lock, nil)
    }

    deinit {
        unsafe pthread_rwlock_destroy(lock)
        unsafe lock.deallocate()
    }

    /// Runs a body while nobody else is in.
    func alone<Success>(_ body: () throws(PluginFailure) -> Success) throws(PluginFailure) -> Success {
        guard unsafe pthread_rwlock_wrlock(lock) == 0 else { throw Self.circle }
        defer { unsafe pthread_rwlock_unlock(lock) }
        return try body()
    }

    /// Runs a body beside others that came in the same way.
    func shared<Success>(_ body: () throws(PluginFailure) -> Success) throws(PluginFailure) -> Success {
        guard unsafe pthread_rwlock_rdlock(lock) == 0 else { throw Self.circle }
        defer { unsafe pthread_rwlock_unlock(lock) }
        return try body()
    }

    private static var circle: PluginFailure {
        PluginFailure("the plugin is called by itself in a circle; let it publish an event instead")
    }
}
