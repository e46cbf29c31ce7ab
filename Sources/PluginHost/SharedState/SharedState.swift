internal import LinuxSystem
internal import Synchronization

/// The values that plugins, and the program that embeds the host, share: typed, by key (PL-6).
///
/// All functions can be called from any thread. Values that are to be kept are written to the state directory soon after
/// they were set, and at the latest when the host stops.
public final class SharedState: Sendable {
    private struct State {
        var values: [String: Entry] = [:]
        var bytes = 0
        var version: UInt64
        /// Changes that nobody was told of yet, in their order.
        var untold: [Change] = []
        var isTelling = false
        var handlers: [@Sendable (Change) -> Void] = []
    }

    private let limits: SharedStateLimits
    private let keeper: SharedStateKeeper?
    private let state: Mutex<State>
    private let listeners = Listeners<Change>()

    init(_ limits: SharedStateLimits, keeper: SharedStateKeeper? = nil, contents: SharedStateFile.Contents = .init()) {
        self.limits = limits
        self.keeper = keeper
        var state = State(version: contents.version)
        state.values = contents.values
        state.bytes = contents.values.reduce(0) { $0 + Self.size(of: $1.key, $1.value) }
        self.state = Mutex(state)
        keeper?.contents = { [weak self] in self?.kept ?? contents }
    }

    // MARK: Reading

    /// The value of a key; `nil` if there is none.
    public func value(of key: String) -> Entry? {
        state.withLock { $0.values[key] }
    }

    /// The keys that begin with a text, in order.
    public func keys(beginningWith prefix: String = "") -> [String] {
        state.withLock { $0.values.keys.filter { $0.hasPrefix(prefix) } }.sorted()
    }

    /// The changes from now on, in their order; a listener that is slow loses the oldest.
    public func changes() -> AsyncStream<Change> { listeners.stream() }

    /// Calls the handler after each change, in their order, on the thread of one of those who change.
    func onChange(_ handler: @escaping @Sendable (Change) -> Void) {
        state.withLock { $0.handlers.append(handler) }
    }

    // MARK: Changing

    /// Sets a value, whatever was there.
    ///
    /// - Parameters:
    ///   - key: 1 to 128 of `a-z A-Z 0-9 . _ - / :`.
    ///   - bytes: The value.
    ///   - type: What the bytes are: `json`, `text`, `bytes`, `int`, or another word of the same letters, 64 at most.
    ///   - isKept: Whether it survives a restart of the host.
    /// - Returns: The version of the value, which no other one of the key has.
    /// - Throws: ``PluginError`` with `bad-payload` for a key or type that is none, and `exhausted` if there is no room for it.
    @discardableResult
    public func set(
        _ key: String,
        to bytes: [UInt8],
        type: String = "bytes",
        isKept: Bool = false
    ) throws(PluginError) -> UInt64 {
        try set(key, bytes, type, isKept, from: nil, by: nil).version
    }

    /// Sets a value if nobody has changed it since it was read.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - version: The version that was read; 0 for a key without a value.
    ///   - bytes: The value.
    ///   - type: What the bytes are.
    ///   - isKept: Whether it survives a restart of the host.
    /// - Returns: Whether it was set, and the version that the key has then; 0 for no value.
    /// - Throws: As ``set(_:to:type:isKept:)``.
    public func compareAndSet(
        _ key: String,
        from version: UInt64,
        to bytes: [UInt8],
        type: String = "bytes",
        isKept: Bool = false
    ) throws(PluginError) -> (isSet: Bool, version: UInt64) {
        let change = try set(key, bytes, type, isKept, from: version, by: nil)
        return (change.isSet, change.version)
    }

    /// Removes a value; says whether there was one.
    @discardableResult
    public func remove(_ key: String) -> Bool {
        remove(key, by: nil) != nil
    }

    /// Sets a value, from a version if one is given; without a stay it is only judged, and told what it would be told.
    func set(
        _ key: String,
        _ bytes: [UInt8],
        _ type: String,
        _ isKept: Bool,
        from expected: UInt64?,
        by plugin: String?,
        stays: Bool = true
    ) throws(PluginError) -> (isSet: Bool, version: UInt64, before: Entry?) {
        guard SharedKey.isValid(key) else { throw SharedKey.refusal(key) }
        guard SharedKey.isValid(type), type.utf8.count <= 64 else { throw SharedKey.refusal(type, of: "type") }
        let (outcome, touchesFile) = try state.withLock { state throws(PluginError) in
            let old = state.values[key]
            if let expected, expected != old?.version ?? 0 {
                return ((isSet: false, version: old?.version ?? 0, before: old), false)
            }
            var new = Entry(type: type, version: state.version + 1, isKept: isKept, bytes: bytes)
            let total = state.bytes - (old.map { Self.size(of: key, $0) } ?? 0) + Self.size(of: key, new)
            try limits.check(values: state.values.count + (old == nil ? 1 : 0), bytes: total, for: key)
            guard stays else { return ((isSet: true, version: new.version, before: old), false) }
            state.version += 1
            new.version = state.version
            state.values[key] = new
            state.bytes = total
            state.untold.append(Change(key: key, value: new, plugin: plugin))
            return ((isSet: true, version: new.version, before: old), isKept || old?.isKept == true)
        }
        if touchesFile { keeper?.write() }
        tell()
        return outcome
    }

    /// Removes a value; gives the one that was there.
    func remove(_ key: String, by plugin: String?) -> Entry? {
        let old = state.withLock { state in
            let old = state.values.removeValue(forKey: key)
            if let old {
                state.bytes -= Self.size(of: key, old)
                state.untold.append(Change(key: key, value: nil, plugin: plugin))
            }
            return old
        }
        if old?.isKept == true { keeper?.write() }
        tell()
        return old
    }

    /// Makes what takes a change back, unless the value has been changed again by then: the one of before is there again, or none.
    func takingBack(_ key: String, from version: UInt64?, to before: Entry?) -> Standing.Undo {
        Standing.Undo(bytes: before?.bytes.count ?? 0) { [weak self] in
            self?.takeBack(key, from: version, to: before)
        }
    }

    private func takeBack(_ key: String, from version: UInt64?, to before: Entry?) {
        let touchesFile = state.withLock { state in
            let now = state.values[key]
            guard now?.version == version else { return false }
            state.bytes += (before.map { Self.size(of: key, $0) } ?? 0) - (now.map { Self.size(of: key, $0) } ?? 0)
            state.values[key] = before
            state.untold.append(Change(key: key, value: before, plugin: nil))
            return now?.isKept == true || before?.isKept == true
        }
        if touchesFile { keeper?.write() }
        tell()
    }

    /// Tells of all changes that nobody was told of; one thread at a time does, so that they keep their order.
    private func tell() {
        while true {
            let (changes, handlers) = state.withLock { state in
                guard !state.isTelling, !state.untold.isEmpty else {
                    return ([Change](), [@Sendable (Change) -> Void]())
                }
                state.isTelling = true
                defer { state.untold = [] }
                return (state.untold, state.handlers)
            }
            guard !changes.isEmpty else { return }
            for change in changes {
                for handler in handlers { handler(change) }
                listeners.yield(change)
            }
            state.withLock { $0.isTelling = false }
        }
    }

    /// Ends all streams, and has what is not on the disk written.
    func finish() {
        keeper?.catchUp()
        listeners.finish()
    }

    private var kept: SharedStateFile.Contents {
        state.withLock { SharedStateFile.Contents(version: $0.version, values: $0.values.filter(\.value.isKept)) }
    }

    private static func size(of key: String, _ value: Entry) -> Int {
        key.utf8.count + value.type.utf8.count + value.bytes.count
    }
}

extension SharedState {
    /// A value that is shared.
    public struct Entry: Hashable, Sendable {
        /// What the bytes are, as whoever set them said.
        public var type: String
        /// Which of the key's values it is; later ones have higher numbers.
        public var version: UInt64
        /// Whether it survives a restart of the host.
        public var isKept: Bool
        /// The value.
        public var bytes: [UInt8]
    }

    /// One change of a value.
    public struct Change: Hashable, Sendable {
        /// The key.
        public var key: String
        /// The new value; `nil` if it was removed.
        public var value: Entry?
        /// The plugin that has changed it; `nil` for the program that embeds the host.
        public var plugin: String?
    }
}
