internal import Glibc
internal import LinuxSystem
internal import Synchronization

/// Keeps shared values on the disk: written as a whole, so that a crash leaves the values of before or of after.
final class SharedStateKeeper: Sendable {
    private struct State {
        var isQueued = false
        var hasComplained = false
        var contents: @Sendable () -> SharedStateFile.Contents = { SharedStateFile.Contents() }
    }

    private let path: String
    private let storage: WorkerPool
    private let calls: FileCalls
    private let warn: @Sendable (String) -> Void
    private let state = Mutex(State())

    init(path: String, storage: WorkerPool, calls: FileCalls, warn: @escaping @Sendable (String) -> Void) {
        self.path = path
        self.storage = storage
        self.calls = calls
        self.warn = warn
    }

    /// Gives what is to be written when its turn comes.
    var contents: @Sendable () -> SharedStateFile.Contents {
        get { state.withLock { $0.contents } }
        set { state.withLock { $0.contents = newValue } }
    }

    /// Has what is there by then written; changes that come before are written with it.
    func write() {
        let isFirst = state.withLock { state in
            defer { state.isQueued = true }
            return !state.isQueued
        }
        guard isFirst else { return }
        storage.perform { [self] _ in
            let contents = state.withLock { state in
                state.isQueued = false
                return state.contents
            }
            save(contents())
        }
    }

    /// Writes once more what the disk did not take before.
    func catchUp() {
        if state.withLock({ $0.hasComplained }) { write() }
    }

    private func save(_ contents: SharedStateFile.Contents) {
        do throws(PluginError) {
            let bytes = try SharedStateFile.encode(contents)
            do throws(SystemCallError) {
                try AtomicFile.replace(path, with: bytes, calls: calls)
            } catch {
                throw .storage("keep the shared values in", path, error)
            }
            state.withLock { $0.hasComplained = false }
        } catch {
            // Once is enough, until it has gone well again.
            let isFirst = state.withLock { state in
                defer { state.hasComplained = true }
                return !state.hasComplained
            }
            if isFirst { warn(error.message) }
        }
    }

    /// Reads what was kept; a file that is damaged is set aside and said so.
    func load() -> SharedStateFile.Contents {
        let bytes: [UInt8]
        do throws(SystemCallError) {
            bytes = try calls.read(path, limit: 1 << 31, followingLinks: true)
        } catch {
            if error.code != ENOENT { warn(PluginError.storage("read the shared values in", path, error).message) }
            return SharedStateFile.Contents()
        }
        do throws(SnapshotDamage) {
            return try SharedStateFile.decode(bytes)
        } catch {
            let aside = "\(path).damaged"
            let isAside = (try? calls.rename(path, aside)) != nil
            let fate = isAside ? "it was set aside as \(aside)" : "it could not be set aside"
            warn("the shared values in \(path) are lost: \(error); \(fate), and the host begins without them")
            return SharedStateFile.Contents()
        }
    }
}
