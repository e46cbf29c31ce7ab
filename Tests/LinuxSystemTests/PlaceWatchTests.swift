import Glibc
import LinuxSystem
import TestSupport
import Testing

@Suite("Watched places", .mayBlock, .timeLimit(.minutes(10)))
final class PlaceWatchTests {
    /// What tells of a change of a directory above another.
    enum Change: String, CaseIterable {
        case rights, rename, removal
    }

    private let scratch: TemporaryDirectory
    private let watch = PlaceWatch()
    private var outer: String { scratch.path + "/outer" }

    init() throws {
        scratch = try TemporaryDirectory()
        mkdir(outer, 0o755)
    }

    @Test("are at another moment after each change that counts, also after the second", arguments: Change.allCases)
    func change(_ change: Change) throws {
        for _ in 1...2 {
            mkdir(outer, 0o755)
            let since = try #require(watch.add([scratch.path, outer]))
            switch change {
            case .rights: chmod(outer, 0o700)
            case .rename: rename(outer, scratch.path + "/other")
            case .removal: rmdir(outer)
            }
            #expect(watch.moment != since)
            _ = (rmdir(scratch.path + "/other"), chmod(outer, 0o755))
        }
    }

    @Test("are at the same moment whatever comes and goes below")
    func content() throws {
        // Somebody may mount something meanwhile, but not every time.
        let isSame = try (0..<1000).contains { _ in
            let since = try #require(watch.add([scratch.path, outer]))
            for name in ["a", "b"] {
                let file = try OwnedFileDescriptor.open("\(outer)/\(name)", flags: O_WRONLY | O_CREAT, mode: 0o600)
                try file.write([1])
            }
            try #require(rename("\(outer)/a", "\(outer)/b") == 0)
            try #require(unlink("\(outer)/b") == 0)
            try #require(mkdir("\(outer)/c", 0o700) == 0)
            try #require(rmdir("\(outer)/c") == 0)
            return watch.moment == since
        }
        #expect(isSame)
    }

    @Test("can't be what is not there")
    func missing() {
        #expect(watch.add([outer, outer + "/none"]) == nil)
    }

    private static let canMount: Bool = {
        guard let directory = try? TemporaryDirectory() else { return false }
        return mountOver(directory.path)
    }()

    /// Mounts something on a directory, and takes it away again.
    private static func mountOver(_ path: String) -> Bool {
        mount("none", path, "tmpfs", 0, nil) == 0 && umount2(path, 0) == 0
    }

    @Test("are at another moment when something is mounted", .enabled(if: canMount, "this user may not mount"))
    func mounts() throws {
        let since = try #require(watch.add([outer]))
        try #require(Self.mountOver(outer))
        #expect(watch.moment != since)
    }
}
