import Glibc
import LinuxSystem
import Synchronization
import Testing

@testable import PluginHost

/// A directory of plugins, a watcher on it, and what the watcher has reported.
final class WatchScene: Sendable {
    /// A report, with what the file held when it came.
    struct Seen: Sendable {
        let report: WatchReport
        let content: String?
    }

    /// The parent of everything; removed at the end.
    let base: String
    /// The watched directory.
    let plugins: String
    let loop: EventLoop
    private let collected: Box<[Seen]>
    private let watcher: DirectoryWatcher
    private let pulse = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// Makes the directories `plugins` and `source` with a file `new` in the latter; the watcher is not started yet.
    init(
        path: String = "plugins",
        and others: [String] = [],
        calls: WatchCalls = .live,
        _ change: (inout WatchPolicy) -> Void = { _ in }
    ) throws {
        var template = Array("/tmp/watch-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        base = String(cString: made)
        plugins = base + "/" + path
        var policy = WatchPolicy()
        policy.window = .milliseconds(150)
        policy.removalGrace = .milliseconds(400)
        policy.rescanInterval = .milliseconds(100)
        policy.maximumEventsPerSecond = 10_000
        change(&policy)
        loop = try EventLoop(name: "watch")
        let (log, pulse) = (Box<[Seen]>([]), self.pulse)
        collected = log
        watcher = DirectoryWatcher(
            directories: ([path] + others).map { [base] in "\(base)/\($0)" },
            policy: policy,
            loop: loop,
            calls: calls,
            isComplete: { (try? $0.readToEnd()).map { String(decoding: $0, as: UTF8.self) }?.hasSuffix("END") == true },
            report: { report in
                var content: String?
                if case .settled(let path, _) = report { content = WatchScene.read(path) }
                log.value.withLock { $0.append(Seen(report: report, content: content)) }
                pulse.continuation.yield()
            }
        )
        try shell("mkdir -p plugins source; printf 'new END' > source/new")
    }

    deinit {
        watcher.stop()
        loop.stop()
        _ = Glibc.system("rm -rf '\(base)'")
    }

    /// Starts to watch, and waits for the first scan.
    func start() async throws {
        watcher.start()
        try await until { $0.contains { $0.report == .initialScanFinished } }
    }

    /// Starts to watch, and does something before anything else can happen there.
    func start(then body: @escaping @Sendable () -> Void) async throws {
        loop.perform { [watcher] in
            watcher.start()
            body()
        }
        try await until { $0.contains { $0.report == .initialScanFinished } }
    }

    /// Everything that was reported.
    var reports: [Seen] { collected.value.withLock { $0 } }

    /// What was reported as settled of one file.
    func contents(of name: String = "p.so") -> [String?] {
        reports.compactMap {
            if case .settled(let path, _) = $0.report, path == plugins + "/" + name { $0.content } else { nil }
        }
    }

    /// Waits until the reports fulfil a condition.
    func until(_ condition: ([Seen]) -> Bool) async throws {
        var pulses = pulse.stream.makeAsyncIterator()
        while !condition(reports) { try #require(await pulses.next() != nil, "\(reports)") }
    }

    /// Waits until a file was reported with a content.
    func untilSettled(_ content: String, _ name: String = "p.so") async throws {
        try await until { _ in contents(of: name).contains(content) }
    }

    /// Waits until everything that had happened before must have been reported.
    func fence() async throws {
        let name = "fence\(contents(of: "fence.so").count).so"
        try shell("printf 'fence END' > plugins/\(name)")
        try await untilSettled("fence END", name)
    }

    /// What the watcher has done.
    var counters: WatchCounters {
        get async { await watcher.counters }
    }

    /// How many files the watcher would recognise under another name.
    var recognised: Int {
        get async { await watcher.names.count }
    }

    /// Scans again, and waits for that.
    func rescan() async {
        loop.perform { [watcher] in watcher.assumeIsolated { $0.scanAll() } }
        _ = await watcher.counters
    }

    /// Runs a script in the base directory.
    func shell(_ script: String) throws {
        let status = Glibc.system("cd '\(base)' && { \(script)\n} 2>&1")
        try #require(status == 0, "\(script) ended with \(status)")
    }

    static func read(_ path: String) -> String? {
        guard let file = try? OwnedFileDescriptor.open(path, flags: O_RDONLY), let bytes = try? file.readToEnd() else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A value that handlers and the test share.
final class Box<Value: Sendable>: Sendable {
    let value: Mutex<Value>
    init(_ value: Value) { self.value = Mutex(value) }
}
