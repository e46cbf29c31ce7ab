import Glibc
import PluginHost
import Testing

@testable import LinuxSystem

@Suite("The settling of a file (HR-1, HR-2)")
struct FileSettlingTests {
    private static func policy(_ strategy: ReloadStrategy = .debounced(.seconds(1))) -> WatchPolicy {
        var configuration = HostConfiguration(pluginDirectories: [], stateDirectory: "")
        configuration.strategy = strategy
        return WatchPolicy(configuration)
    }

    private static func at(_ milliseconds: Int) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: 1_000_000_000_000).advanced(by: .milliseconds(milliseconds))
    }

    /// A regular file that differs from the other ones.
    private static func file(_ version: Int) -> FileStatus {
        var status = stat()
        status.st_mode = S_IFREG | 0o644
        status.st_ino = 7
        status.st_size = off_t(version)
        return FileStatus(status)
    }

    private static func look(_ version: Int, complete: Bool = true, writer: Bool = false) -> FileSettling.Look {
        .init(status: file(version), content: .init(isComplete: complete, hasWriter: writer))
    }

    private static let gone = FileSettling.Look(status: nil)

    /// A machine that has reported version 1, long ago.
    private static func settled(_ policy: WatchPolicy = policy(), hasEvents: Bool = true) -> FileSettling {
        FileSettling(policy: policy, hasEvents: hasEvents, settledAs: file(1))
    }

    @Test("takes what is there at the start at once if it is complete and not being written")
    func boots() {
        var machine = FileSettling(policy: Self.policy())
        #expect(machine.isBlank)
        #expect(machine.noticed(.initial, now: Self.at(0)) == .look(content: true))
        #expect(machine.looked(Self.look(1), now: Self.at(0)) == .settled(Self.file(1)))
        #expect(!machine.isBlank)
        #expect(!machine.isBusy)
    }

    @Test("waits for the quiet with what is incomplete at the start")
    func bootsIncomplete() {
        var machine = FileSettling(policy: Self.policy())
        _ = machine.noticed(.initial, now: Self.at(0))
        #expect(machine.looked(Self.look(1, complete: false), now: Self.at(0)) == .wake(at: Self.at(1000)))
        #expect(machine.woke(now: Self.at(1000)) == .look(content: true))
        #expect(machine.looked(Self.look(1, complete: false), now: Self.at(1000)) == .settled(Self.file(1)))
    }

    @Test("starts the window anew with each real change, and opens the file only at its end")
    func debounces() {
        var machine = Self.settled()
        for (version, time) in [(2, 0), (3, 400), (4, 900)] {
            #expect(machine.noticed(.changed, now: Self.at(time)) == .look(content: false))
            let look = FileSettling.Look(status: Self.file(version))
            #expect(machine.looked(look, now: Self.at(time)) == .wake(at: Self.at(time + 1000)))
        }
        // An event that changed nothing does not.
        #expect(machine.noticed(.changed, now: Self.at(1000)) == .look(content: false))
        #expect(machine.looked(.init(status: Self.file(4)), now: Self.at(1000)) == .wake(at: Self.at(1900)))
        // A wake-up that comes too early is sent back.
        #expect(machine.woke(now: Self.at(1000)) == .wake(at: Self.at(1900)))
        #expect(machine.woke(now: Self.at(1900)) == .look(content: true))
        #expect(machine.looked(Self.look(4), now: Self.at(1900)) == .settled(Self.file(4)))
        #expect(machine.woke(now: Self.at(5000)) == .none)
    }

    @Test("does nothing for a file that is as it was reported")
    func ignoresTheSame() {
        var machine = Self.settled()
        for hint in [FileSettling.Hint.changed, .closed, .placed, .found, .created] {
            _ = machine.noticed(hint, now: Self.at(0))
            #expect(machine.looked(Self.look(1), now: Self.at(0)) == .none)
        }
    }

    @Test("takes a rename at once after quiet, and lets later ones in the window coalesce")
    func takesRenames() {
        var machine = Self.settled()
        #expect(machine.noticed(.placed, now: Self.at(0)) == .look(content: true))
        #expect(machine.looked(Self.look(2), now: Self.at(0)) == .settled(Self.file(2)))
        for (version, time) in [(3, 300), (4, 600)] {
            #expect(machine.noticed(.placed, now: Self.at(time)) == .look(content: false))
            #expect(machine.looked(Self.look(version), now: Self.at(time)) == .wake(at: Self.at(time + 1000)))
        }
        #expect(machine.woke(now: Self.at(1600)) == .look(content: true))
        #expect(machine.looked(Self.look(4), now: Self.at(1600)) == .settled(Self.file(4)))
        #expect(machine.noticed(.placed, now: Self.at(1700)) == .look(content: true))
    }

    @Test("does not take a rename at once if the file is incomplete, or the policy says no")
    func refusesRenames() {
        var machine = Self.settled()
        _ = machine.noticed(.placed, now: Self.at(0))
        #expect(machine.looked(Self.look(2, complete: false), now: Self.at(0)) == .wake(at: Self.at(1000)))
        var policy = Self.policy()
        policy.takesRenamesAtOnce = false
        var strict = Self.settled(policy)
        #expect(strict.noticed(.placed, now: Self.at(0)) == .look(content: false))
        #expect(strict.looked(Self.look(2), now: Self.at(0)) == .wake(at: Self.at(1000)))
    }

    @Test(
        "takes the first complete change at once if it is to be immediate",
        arguments: [FileSettling.Hint.closed, .placed, .created]
    )
    func isImmediate(hint: FileSettling.Hint) {
        var machine = Self.settled(Self.policy(.immediate))
        #expect(machine.noticed(.changed, now: Self.at(0)) == .look(content: false))
        #expect(machine.looked(.init(status: Self.file(2)), now: Self.at(0)) == .wake(at: Self.at(1000)))
        #expect(machine.noticed(hint, now: Self.at(1)) == .look(content: true))
        #expect(machine.looked(Self.look(2), now: Self.at(1)) == .settled(Self.file(2)))
        #expect(machine.noticed(hint, now: Self.at(2)) == .look(content: true))
        #expect(machine.looked(Self.look(3), now: Self.at(2)) == .settled(Self.file(3)))
    }

    @Test("does not take an incomplete file at once, even if it is to be immediate")
    func immediateIncomplete() {
        var machine = Self.settled(Self.policy(.immediate))
        _ = machine.noticed(.closed, now: Self.at(0))
        #expect(machine.looked(Self.look(2, complete: false), now: Self.at(0)) == .wake(at: Self.at(1000)))
        _ = machine.noticed(.closed, now: Self.at(500))
        #expect(machine.looked(Self.look(3), now: Self.at(500)) == .settled(Self.file(3)))
    }

    @Test("waits for a writer: checks soon at first, and ever more rarely")
    func waitsForWriter() {
        var machine = Self.settled()
        _ = machine.noticed(.changed, now: Self.at(0))
        _ = machine.looked(.init(status: Self.file(2)), now: Self.at(0))
        var now = 1000
        for pause in [1, 2, 4, 8, 16] {
            #expect(machine.woke(now: Self.at(now)) == .look(content: true))
            #expect(machine.looked(Self.look(2, writer: true), now: Self.at(now)) == .wake(at: Self.at(now + pause)))
            now += pause
        }
        // The kernel reports the close a moment before the writer counts as gone.
        #expect(machine.noticed(.closed, now: Self.at(now - 5)) == .look(content: true))
        #expect(machine.looked(Self.look(2, writer: true), now: Self.at(now - 5)) == .wake(at: Self.at(now - 4)))
        #expect(machine.woke(now: Self.at(now - 4)) == .look(content: true))
        #expect(machine.looked(Self.look(2), now: Self.at(now - 4)) == .settled(Self.file(2)))
    }

    @Test("checks for a writer at the pace of the scans where there are no events", arguments: [true, false])
    func pausesAtMost(hasEvents: Bool) {
        var machine = Self.settled(hasEvents: hasEvents)
        _ = machine.noticed(.changed, now: Self.at(0))
        _ = machine.looked(.init(status: Self.file(2)), now: Self.at(0))
        var now = Self.at(1000)
        var pause = Duration.zero
        for _ in 0..<20 {
            guard case .wake(let next) = machine.looked(Self.look(2, writer: true), now: now) else { break }
            pause = now.duration(to: next)
            now = next
        }
        #expect(pause == (hasEvents ? .seconds(60) : .seconds(2)))
    }

    @Test("starts anew when a writer goes on after a pause that was longer than the window")
    func slowWriter() {
        var machine = Self.settled()
        for (version, time) in [(2, 0), (3, 5000), (4, 10000)] {
            _ = machine.noticed(.changed, now: Self.at(time))
            let look = FileSettling.Look(status: Self.file(version))
            #expect(machine.looked(look, now: Self.at(time)) == .wake(at: Self.at(time + 1000)))
            #expect(machine.woke(now: Self.at(time + 1000)) == .look(content: true))
            let held = machine.looked(Self.look(version, writer: true), now: Self.at(time + 1000))
            #expect(held == .wake(at: Self.at(time + 1001)))
        }
        #expect(machine.noticed(.closed, now: Self.at(12000)) == .look(content: true))
        #expect(machine.looked(Self.look(4), now: Self.at(12000)) == .settled(Self.file(4)))
    }

    @Test("reports a removal only after the grace time")
    func removes() {
        var machine = Self.settled()
        _ = machine.noticed(.changed, now: Self.at(0))
        #expect(machine.looked(Self.gone, now: Self.at(0)) == .wake(at: Self.at(2000)))
        _ = machine.noticed(.found, now: Self.at(500))
        #expect(machine.looked(Self.gone, now: Self.at(500)) == .wake(at: Self.at(2000)))
        #expect(machine.woke(now: Self.at(2000)) == .look(content: false))
        #expect(machine.looked(Self.gone, now: Self.at(2000)) == .removed)
        #expect(machine.isBlank)
    }

    @Test("goes on when the file comes back within the grace time", arguments: [1, 2])
    func comesBack(version: Int) {
        var machine = Self.settled()
        _ = machine.noticed(.changed, now: Self.at(0))
        _ = machine.looked(Self.gone, now: Self.at(0))
        _ = machine.noticed(.created, now: Self.at(100))
        let action = machine.looked(Self.look(version), now: Self.at(100))
        #expect(action == (version == 1 ? .none : .wake(at: Self.at(1100))))
        #expect(machine.isBusy == (version == 2))
    }

    @Test("forgets a file that went before it was reported")
    func forgets() {
        var machine = FileSettling(policy: Self.policy())
        _ = machine.noticed(.created, now: Self.at(0))
        #expect(machine.looked(.init(status: Self.file(1)), now: Self.at(0)) == .wake(at: Self.at(1000)))
        #expect(machine.woke(now: Self.at(1000)) == .look(content: true))
        #expect(machine.looked(Self.gone, now: Self.at(1000)) == .none)
        #expect(machine.isBlank)
    }

    @Test("reports a file that was removed and comes again, though it is the same")
    func reportsAgain() {
        var machine = Self.settled()
        _ = machine.noticed(.changed, now: Self.at(0))
        _ = machine.looked(Self.gone, now: Self.at(0))
        _ = machine.woke(now: Self.at(2000))
        #expect(machine.looked(Self.gone, now: Self.at(2000)) == .removed)
        _ = machine.noticed(.placed, now: Self.at(3000))
        #expect(machine.looked(Self.look(1), now: Self.at(3000)) == .settled(Self.file(1)))
    }

    @Test("reports again what was no longer as reported when it was read, though it has not changed since")
    func doubts() {
        var machine = Self.settled()
        machine.doubt()
        // A writer who came just then, and who closes the file without having written to it.
        #expect(machine.noticed(.changed, now: Self.at(0)) == .look(content: false))
        #expect(machine.looked(.init(status: Self.file(1)), now: Self.at(0)) == .look(content: true))
        let recheck = machine.looked(Self.look(1, writer: true), now: Self.at(0))
        #expect(recheck == .wake(at: Self.at(1)))
        #expect(machine.noticed(.closed, now: Self.at(1)) == .look(content: true))
        #expect(machine.looked(Self.look(1), now: Self.at(1)) == .settled(Self.file(1)))
        // Once is enough.
        #expect(machine.noticed(.changed, now: Self.at(50)) == .look(content: false))
        #expect(machine.looked(.init(status: Self.file(1)), now: Self.at(50)) == .none)
    }

    @Test("still doubts a file that went and is back as it was")
    func doubtsAfterReturn() {
        var machine = Self.settled()
        machine.doubt()
        _ = machine.noticed(.changed, now: Self.at(0))
        #expect(machine.looked(Self.gone, now: Self.at(0)) == .wake(at: Self.at(2000)))
        _ = machine.noticed(.placed, now: Self.at(100))
        #expect(machine.looked(Self.look(1), now: Self.at(100)) == .settled(Self.file(1)))
    }

    @Test("opens nothing when a scan finds everything as it was")
    func scansCheaply() {
        var machine = Self.settled(Self.policy(.immediate))
        #expect(machine.noticed([.found, .placed], now: Self.at(0)) == .look(content: false))
        #expect(machine.looked(.init(status: Self.file(1)), now: Self.at(0)) == .none)
    }
}
