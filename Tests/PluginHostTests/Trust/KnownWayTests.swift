import Glibc
import LinuxSystem
import TestSupport
import Testing

@testable import PluginHost

@Suite("A way that was walked before (TR-1)", .mayBlock, .timeLimit(.minutes(10)))
final class KnownWayTests {
    /// What may happen to a way.
    enum Change: String, CaseIterable {
        case openedToAll, openedToGroup, directoryExchanged, parentExchanged, linkTurned, linkMadeOfDirectory
    }

    private let scratch: TemporaryDirectory
    private let rule = OwnerRule(user: geteuid(), privateGroup: nil)
    private let ways = KnownWays()
    private var root: String { scratch.path }

    init() throws {
        scratch = try TemporaryDirectory()
        for name in ["outer", "outer/plugins", "other", "other/plugins"] { mkdir("\(root)/\(name)", 0o755) }
        for directory in ["outer", "other"] { try write(directory, to: "\(directory)/plugins/a.so") }
        #expect(symlink("outer", "\(root)/link") == 0)
    }

    private func write(_ text: String, to name: String) throws {
        let file = try OwnedFileDescriptor.open("\(root)/\(name)", flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
        try file.write(Array(text.utf8))
    }

    private func content(_ walk: TrustWalk) throws -> String {
        String(decoding: try ImageFile.read(walk, "x"), as: UTF8.self)
    }

    @Test("leads to the same file with the same places as the first walk")
    func isTheSame() throws {
        for path in ["outer/plugins/a.so", "link/plugins/a.so"].map({ "\(root)/\($0)" }) {
            let first = ways.walk(path)
            // Whoever makes a file in a directory above, which all may do, has it walked once more.
            let again = (0..<1000).lazy.map { [ways] _ in ways.walk(path) }.first { $0.way == nil } ?? first
            // A way with a link on it is not kept.
            #expect((first.way == nil) == path.contains("/link/"))
            #expect(again.way == nil)
            #expect(first.places == again.places)
            #expect(first.places == TrustWalk(path).places)
            #expect(try content(again) == "outer")
        }
        try write("new", to: "outer/plugins/b.so")
        #expect(try content(ways.walk("\(root)/outer/plugins/b.so")) == "new")
    }

    @Test("is walked again for a link, a pipe, and what is not there")
    func otherEnds() throws {
        _ = ways.walk("\(root)/outer/plugins/a.so")
        #expect(symlink("../../other/plugins/a.so", "\(root)/outer/plugins/b.so") == 0)
        #expect(mkfifo("\(root)/outer/plugins/c.so", 0o600) == 0)
        let walk = ways.walk("\(root)/outer/plugins/b.so")
        #expect(try content(walk) == "other")
        #expect(walk.places.contains { $0.path == "\(root)/other/plugins" })
        for name in ["c.so", "d.so", ".."] {
            let path = "\(root)/outer/plugins/\(name)"
            let (known, fresh) = (ways.walk(path), TrustWalk(path))
            #expect(known.places == fresh.places)
            #expect(throws: TrustWalk.Failure.self) { try known.file.get() }
        }
    }

    /// What is walked for the third time is watched since the second.
    @Test("is judged by what it has become", arguments: Change.allCases, [1, 2, 3])
    func changes(change: Change, walks: Int) throws {
        let path = change == .linkTurned ? "\(root)/link/plugins/a.so" : "\(root)/outer/plugins/a.so"
        for _ in 1..<walks { _ = ways.walk(path) }
        #expect(rule.firstFault(in: ways.walk(path).places.filter { $0.path.hasPrefix(root) }) == nil)
        switch change {
        case .openedToAll: chmod("\(root)/outer", 0o777)
        case .openedToGroup: chmod("\(root)/outer/plugins", 0o775)
        case .directoryExchanged:
            rename("\(root)/outer/plugins", "\(root)/outer/old")
            rename("\(root)/other/plugins", "\(root)/outer/plugins")
        case .parentExchanged:
            rename("\(root)/outer", "\(root)/old")
            rename("\(root)/other", "\(root)/outer")
        case .linkTurned:
            unlink("\(root)/link")
            #expect(symlink("other", "\(root)/link") == 0)
        case .linkMadeOfDirectory:
            rename("\(root)/outer", "\(root)/real")
            #expect(symlink("real", "\(root)/outer") == 0)
        }
        let (known, fresh) = (ways.walk(path), TrustWalk(path))
        #expect(known.places == fresh.places)
        #expect(try content(known) == content(fresh))
        let fault = rule.firstFault(in: known.places.filter { $0.path.hasPrefix(root) })?.fault
        switch change {
        case .openedToAll: #expect(fault == .writableByAll)
        case .openedToGroup: #expect(fault == .writableByGroup)
        default: #expect(fault == nil)
        }
    }
}
