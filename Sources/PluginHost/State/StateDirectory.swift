internal import Glibc
package import LinuxSystem
internal import Synchronization

/// The directory in which one host keeps all that outlives it.
///
/// ```
/// lock                 held by the host, with its process id
/// crash-record         left by a crash without a supervisor, for the next host
/// crashed-files.json   the builds that are not loaded though nobody knows which plugins they are
/// events.jsonl         the events of late; events.1.jsonl those before
/// file-crashes/        reports of files that crashed before they said which plugin they are
/// images/              the private copies that are mapped
/// shared-state         the shared values that are kept
/// plugins/ID/          journal.json, snapshots/, builds/, crashes/
/// signatures/          of the builds, where only signed ones are loaded
/// ```
///
/// All functions block; any thread may call them.
package final class StateDirectory: Sendable {
    /// The path of the directory.
    package let path: String
    private let historyLimit: Int
    let calls: FileCalls
    private let lock: Mutex<DirectoryLock?>
    /// What was put right when the directory was taken.
    package let warnings: [String]
    /// One store for each plugin, because two would give the same name to two snapshots.
    private let stores = Mutex<[String: PluginStore]>([:])

    /// Makes the directory if there is none, and locks it; another host that has it is named in the error.
    package init(path: String, historyLimit: Int = 10, calls: FileCalls = .live) throws(PluginError) {
        self.path = path
        self.historyLimit = historyLimit
        self.calls = calls
        do {
            try Directory.makeLasting(path, calls: calls)
        } catch {
            throw .storage("make the state directory", path, error)
        }
        warnings = try Self.close(path)
        do throws(DirectoryLock.Failure) {
            lock = Mutex(try DirectoryLock(path))
        } catch {
            throw Self.explain(error, path)
        }
        do {
            try Directory.makeLasting("\(path)/plugins", calls: calls)
            try Directory.make("\(path)/images")
        } catch {
            throw .storage("make directories in", path, error)
        }
    }

    /// Lets another host have the directory; nothing may be written to it afterwards.
    package func unlock() {
        lock.withLock { $0 = nil }
    }

    /// Where events are kept.
    package var eventsPath: String { "\(path)/events.jsonl" }

    /// Where shared values are kept.
    package var sharedStatePath: String { "\(path)/shared-state" }

    /// Where the private copies of images lie if the configuration names no other place.
    package var imagesPath: String { "\(path)/images" }

    /// The signatures of the builds in the archive.
    var signatures: SignatureArchive { SignatureArchive(directory: "\(path)/signatures") }

    /// Removes the signatures of builds that are not kept any more.
    func pruneSignatures() {
        let builds = ((try? knownPlugins()) ?? []).reduce(into: Set<String>()) { builds, id in
            builds.formUnion(BuildArchive(directory: "\(path)/plugins/\(id)/builds").builds)
        }
        signatures.prune(keeping: builds)
    }

    /// The store of a plugin; nothing is made for one that is new.
    package func plugin(_ id: String) throws(PluginError) -> PluginStore {
        guard Self.isFileName(id) else {
            let rule = "letters, digits, '.', '_' and '-', at most 128, the first a letter or a digit"
            throw PluginError(code: .badDescriptor, message: "'\(id)' can't be a plugin's id: it may have \(rule)")
        }
        return try stores.withLock { stores throws(PluginError) in
            if let store = stores[id] { return store }
            let directory = "\(path)/plugins/\(id)"
            let store = try PluginStore(id: id, directory: directory, historyLimit: historyLimit, calls: calls)
            stores[id] = store
            return store
        }
    }

    /// The ids of all plugins of which something is kept, sorted.
    package func knownPlugins() throws(PluginError) -> [String] {
        do {
            return try Directory.names("\(path)/plugins").filter(Self.isFileName).sorted()
        } catch {
            throw .storage("list the plugins in", "\(path)/plugins", error)
        }
    }

    /// Whether an id is safe as the name of a directory.
    package static func isFileName(_ id: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: false
            }
        }
        guard let first = id.utf8.first, isAlphanumeric(first), id.utf8.count <= 128 else { return false }
        return id.utf8.allSatisfy { isAlphanumeric($0) || "._-".utf8.contains($0) }
    }

    private static func explain(_ failure: DirectoryLock.Failure, _ path: String) -> PluginError {
        switch failure {
        case .held(let pid):
            let holder = pid.map { "process \($0)" } ?? "another process"
            let remedy = "stop it, or choose another state directory (stateDirectory)"
            return PluginError(code: .busy, message: "\(holder) is using the state directory \(path); \(remedy)")
        case .system(let cause): return .storage("lock the state directory", path, cause)
        }
    }
}
