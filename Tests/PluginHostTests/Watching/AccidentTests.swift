import Glibc
import LinuxSystem
import PluginHost
import Synchronization
import TestSupport
import Testing

@Suite("Every accident of a watched directory (HR-10)", .limited, .timeLimit(.minutes(10)))
struct AccidentTests {
    private func hasTrouble(_ seen: [WatchScene.Seen]) -> Bool {
        let last = seen.last {
            switch $0.report {
            case .trouble, .troubleOver: true
            default: false
            }
        }
        if case .trouble = last?.report { return true }
        return false
    }

    @Test(
        "waits for a directory that is missing at the start",
        arguments: ["mkdir -p a/b/plugins", "mkdir -p x/b/plugins; mv x a", "mkdir -p x/b/plugins; ln -s x a"]
    )
    func missing(script: String) async throws {
        let scene = try WatchScene(path: "a/b/plugins")
        try await scene.start()
        #expect(hasTrouble(scene.reports))
        try scene.shell("\(script); printf 'new END' > a/b/plugins/p.so")
        try await scene.untilSettled("new END")
        #expect(!hasTrouble(scene.reports))
    }

    @Test(
        "survives what happens to the directory or above it",
        arguments: [
            "rm -r a; mkdir -p a/b/plugins",
            "mv a/b/plugins x; mkdir a/b/plugins",
            "mv a x; mkdir -p a/b/plugins",
            "mv a/b x; mkdir -p y/plugins; mv y a/b",
            "mv a x; mkdir -p y/b/plugins; ln -s y a",
            "(cd a/b/plugins; rm -r ../../../a; mkdir -p ../../../a/b/plugins || cd / )",
            "mkdir x; rm -r a/b/plugins; ln -s ../../x a/b/plugins",
            "rm -r a/b/plugins; printf x > a/b/plugins; rm a/b/plugins; mkdir a/b/plugins",
        ]
    )
    func replaced(script: String) async throws {
        let scene = try WatchScene(path: "a/b/plugins")
        try scene.shell("mkdir -p a/b/plugins; printf 'old END' > a/b/plugins/p.so")
        try await scene.start()
        for number in 1...3 {
            // Back to plain directories, so that each round is the same.
            if number > 1 { try scene.shell("rm -rf a x y; mkdir -p a/b/plugins") }
            try scene.shell("\(script); mkdir -p a/b/plugins; printf '\(number) END' > a/b/plugins/p.so")
            try await scene.untilSettled("\(number) END")
            try scene.shell("printf '\(number)' > a/b/plugins/p.so; printf ' again END' >> a/b/plugins/p.so")
            try await scene.untilSettled("\(number) again END")
        }
        #expect(!hasTrouble(scene.reports))
    }

    @Test("ends on what is there after the directories were replaced many times in a row")
    func churns() async throws {
        let scene = try WatchScene(path: "a/plugins")
        try scene.shell("mkdir -p a/plugins")
        try await scene.start()
        for round in 1...20 {
            for _ in 0..<(10 + round) {
                rename(scene.base + "/a", scene.base + "/x")
                mkdir(scene.base + "/a", 0o700)
                rmdir(scene.base + "/x/plugins")
                rmdir(scene.base + "/x")
                mkdir(scene.plugins, 0o700)
            }
            try scene.shell("printf '\(round) END' > a/plugins/p.so")
            try await scene.untilSettled("\(round) END")
            try scene.shell("rm a/plugins/p.so")
        }
        try await scene.until { !hasTrouble($0) }
    }

    @Test("notices a directory that is made again while a shell stands in the one that was deleted")
    func standingInside() async throws {
        let scene = try WatchScene()
        try await scene.start()
        let inside = try OwnedFileDescriptor.open(scene.plugins, flags: O_RDONLY | O_DIRECTORY)
        try scene.shell("rmdir plugins")
        try await scene.until(hasTrouble)
        try scene.shell("mkdir plugins; printf 'new END' > plugins/p.so")
        try await scene.untilSettled("new END")
        try inside.close()
    }

    @Test("reports the files of a directory that has gone as removed")
    func removesAll() async throws {
        let scene = try WatchScene()
        try scene.shell("for n in 1 2 3; do printf 'END' > plugins/$n.so; done")
        try await scene.start()
        try scene.shell("rm -r plugins")
        try await scene.until { seen in
            (1...3).allSatisfy { number in
                seen.contains { $0.report == .removed(path: scene.plugins + "/\(number).so") }
            }
        }
        #expect(hasTrouble(scene.reports))
    }

    @Test("reports the files of a watched directory that is moved out of another one as removed")
    func removesNested() async throws {
        let scene = try WatchScene(and: ["plugins/inner"])
        try scene.shell("mkdir plugins/inner; printf 'END' > plugins/inner/p.so")
        try await scene.start()
        #expect(scene.contents(of: "inner/p.so") == ["END"])
        try scene.shell("mv plugins/inner elsewhere")
        try await scene.until { seen in
            seen.contains { $0.report == .removed(path: scene.plugins + "/inner/p.so") }
        }
    }

    @Test("keeps nothing of the files that a name stood for before")
    func forgetsReplaced() async throws {
        let scene = try WatchScene()
        try await scene.start()
        for number in 1...10 {
            // All of them exist at once, so that none gets the inode of one before.
            try scene.shell("printf '\(number) END' > \(number); ln \(number) kept\(number); mv \(number) plugins/p.so")
            try await scene.untilSettled("\(number) END")
        }
        #expect(await scene.recognised == 1)
        try scene.shell("rm plugins/p.so")
        try await scene.until { seen in seen.contains { $0.report == .removed(path: scene.plugins + "/p.so") } }
        #expect(await scene.recognised == 0)
    }

    @Test("follows a symbolic link in the middle of the path when it is swapped")
    func swapsLinks() async throws {
        let scene = try WatchScene(path: "current/plugins")
        try scene.shell(
            "mkdir -p v1/plugins v2/plugins; printf '1 END' >v1/plugins/p.so; printf '2 END' >v2/plugins/p.so"
        )
        try scene.shell("ln -s v1 current")
        try await scene.start()
        #expect(scene.contents() == ["1 END"])
        try scene.shell("ln -s v2 t; mv -T t current")
        try await scene.untilSettled("2 END")
        try scene.shell("ln -s v1 t; mv -T t current")
        try await scene.until { _ in scene.contents().count == 3 }
        #expect(scene.contents() == ["1 END", "2 END", "1 END"])
    }

    @Test("scans everything when the kernel's queue overflows")
    func overflows() async throws {
        let scene = try WatchScene()
        try scene.shell("printf 'old END' > plugins/p.so; touch plugins/0.tmp plugins/1.tmp")
        try await scene.start()
        let count = try queueLimit() + 10
        // The loop is kept busy until the queue is full and the change has been made: its event is lost.
        let (plugins, hold) = (scene.plugins, Box(true))
        await withCheckedContinuation { isHeld in
            scene.loop.perform {
                isHeld.resume()
                while hold.value.withLock({ $0 }) { usleep(1000) }
            }
        }
        // Two names in turn, since the kernel joins equal events.
        for number in 0..<count { chmod(plugins + "/\(number % 2).tmp", 0o600) }
        try scene.shell("printf 'new END' > plugins/p.so")
        hold.value.withLock { $0 = false }
        try await scene.untilSettled("new END")
        let counters = await scene.counters
        #expect(counters.overflows == 1)
        #expect(!hasTrouble(scene.reports))
    }

    /// How many events the kernel keeps; such files have to be read at once.
    private func queueLimit() throws -> Int {
        let file = try OwnedFileDescriptor.open("/proc/sys/fs/inotify/max_queued_events", flags: O_RDONLY)
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = file.withNumber { read($0, &bytes, bytes.count) }
        return try #require(Int(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).prefix { $0.isNumber }))
    }

    @Test("scans slowly and says so while the limit of watches is reached", arguments: [ENOSPC, EMFILE, EACCES])
    func lacksWatches(code: CInt) async throws {
        let isFull = Box(true)
        var calls = WatchCalls.live
        calls.add = { (inotify, path, mask) throws(SystemCallError) -> CInt in
            if isFull.value.withLock({ $0 }) { throw SystemCallError(call: "inotify_add_watch", code: code) }
            return try inotify.add(path, for: mask)
        }
        let scene = try WatchScene(calls: calls)
        try await scene.start()
        #expect(hasTrouble(scene.reports))
        try scene.shell("printf 'new END' > plugins/p.so")
        try await scene.untilSettled("new END")
        isFull.value.withLock { $0 = false }
        try await scene.until { !hasTrouble($0) }
        try scene.shell("printf 'newer END' > plugins/p.so")
        try await scene.untilSettled("newer END")
    }

    @Test("scans slowly where the kernel doesn't notice changes")
    func scansRemote() async throws {
        var calls = WatchCalls.live
        calls.kind = { (_) throws(SystemCallError) -> FileSystemKind in FileSystemKind(number: 0x6969) }
        calls.add = { (inotify, path, _) throws(SystemCallError) -> CInt in try inotify.add(path, for: .selfDeleted) }
        let scene = try WatchScene(calls: calls)
        try await scene.start()
        try scene.shell("printf 'new END' > plugins/p.so")
        try await scene.untilSettled("new END")
        try scene.shell("rm plugins/p.so")
        try await scene.until { $0.contains { $0.report == .removed(path: scene.plugins + "/p.so") } }
        #expect(!hasTrouble(scene.reports))
    }

    @Test("scans again when the rights of the directory change, for it may see more")
    func noticesRights() async throws {
        let scene = try WatchScene()
        try await scene.start()
        let before = await scene.counters
        try scene.shell("chmod 700 plugins")
        try await scene.fence()
        let after = await scene.counters
        #expect(after.rescans == before.rescans + 1)
    }

    @Test("looks at one file when one of many has changed")
    func looksAtOne() async throws {
        let scene = try WatchScene()
        try scene.shell("cd plugins; for n in $(seq 2000); do printf END > $n.so; done")
        try await scene.start()
        let before = await scene.counters
        try scene.shell("printf 'new END' > source/t; mv source/t plugins/7.so")
        try await scene.untilSettled("new END", "7.so")
        let after = await scene.counters
        #expect(after.rescans == before.rescans)
        #expect(after.filesLookedAt - before.filesLookedAt <= 2)
    }

    @Test("handles so many events a second, and loses none of the others")
    func coalesces() async throws {
        let scene = try WatchScene { $0.maximumEventsPerSecond = 10 }
        let began = ContinuousClock.now
        try await scene.start()
        try scene.shell("cd plugins; for n in $(seq 200); do printf END > $n.so; done; printf 'last END' > p.so")
        try await scene.untilSettled("last END")
        try await scene.until { _ in
            Set(scene.reports.compactMap { if case .settled(let path, _) = $0.report { path } else { nil } }).count
                == 201
        }
        let counters = await scene.counters
        #expect(counters.eventsCoalesced > 100)
        let seconds = Int(began.duration(to: .now) / .seconds(1))
        #expect(counters.eventsHandled <= 10 * (seconds + 2))
        #expect(counters.overflows == 0)
    }

    @Test("watches the directories inside, if asked to", arguments: [true, false])
    func recursion(isRecursive: Bool) async throws {
        let scene = try WatchScene { $0.isRecursive = isRecursive }
        try scene.shell("mkdir -p plugins/a; printf 'a END' > plugins/a/p.so")
        try await scene.start()
        try scene.shell(
            "mkdir -p plugins/b/c plugins/d.tmp; printf 'c END' > plugins/b/c/p.so; cp source/new plugins/d.tmp/p.so"
        )
        if isRecursive { try await scene.untilSettled("c END", "b/c/p.so") }
        try await scene.fence()
        #expect(scene.contents(of: "a/p.so") == (isRecursive ? ["a END"] : []))
        #expect(scene.contents(of: "b/c/p.so") == (isRecursive ? ["c END"] : []))
        #expect(scene.contents(of: "d.tmp/p.so").isEmpty)
        guard isRecursive else { return }
        try scene.shell("rm -r plugins/b")
        try await scene.until { $0.contains { $0.report == .removed(path: scene.plugins + "/b/c/p.so") } }
    }

    @Test("finds what it was not told of when it is asked to scan again")
    func rescans() async throws {
        var calls = WatchCalls.live
        calls.add = { (inotify, path, _) throws(SystemCallError) -> CInt in try inotify.add(path, for: .selfDeleted) }
        let scene = try WatchScene(calls: calls)
        try await scene.start()
        try scene.shell("cp source/new plugins/p.so")
        await scene.rescan()
        try await scene.untilSettled("new END")
    }
}
