import Glibc
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("The way to a file (TR-1)", .mayBlock, .timeLimit(.minutes(10)))
final class TrustWalkTests {
    private let scratch: TemporaryDirectory
    private let rule = OwnerRule(user: geteuid(), privateGroup: nil)
    private var root: String { scratch.path }

    init() throws {
        scratch = try TemporaryDirectory()
        for name in ["plugins", "store", "store/v1"] { mkdir("\(root)/\(name)", 0o755) }
        try write("good", to: "store/v1/a.so")
        try write("good", to: "plugins/b.so")
    }

    private func write(_ text: String, to name: String) throws {
        let file = try OwnedFileDescriptor.open("\(root)/\(name)", flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
        try file.write(Array(text.utf8))
    }

    private func link(_ name: String, to target: String) {
        #expect(symlink(target, "\(root)/\(name)") == 0)
    }

    private func content(_ walk: TrustWalk) throws -> String {
        String(decoding: try ImageFile.read(walk, "x"), as: UTF8.self)
    }

    /// The places below the directory of the test, by their names.
    private func places(_ walk: TrustWalk) -> [String] {
        walk.places.filter { $0.path.hasPrefix(root + "/") }.map {
            "\($0.role.rawValue) \($0.path.dropFirst(root.count + 1))"
        }
    }

    @Test("is every directory from the root on, the last one as the one that it lies in")
    func plain() throws {
        let walk = TrustWalk("\(root)/plugins/b.so")
        #expect(try content(walk) == "good")
        #expect(places(walk) == ["directory plugins", "file plugins/b.so"])
        #expect(walk.places.first?.path == "/" && walk.places.first?.role == .parent)
        #expect(rule.firstFault(in: walk.places) == nil)
        #expect(places(TrustWalk("\(root)//plugins/./../plugins/b.so")).last == "file plugins/b.so")
    }

    @Test("goes through links, each with what it leads through")
    func links() throws {
        link("plugins/..data", to: "../store/v1")
        link("plugins/a.so", to: "..data/a.so")
        let walk = TrustWalk("\(root)/plugins/a.so")
        #expect(try content(walk) == "good")
        #expect(
            places(walk) == [
                "directory plugins", "link plugins/a.so", "link plugins/..data", "parent store", "directory store/v1",
                "file store/v1/a.so",
            ]
        )
        link("absolute.so", to: "\(root)/plugins/a.so")
        #expect(try content(TrustWalk("\(root)/absolute.so")) == "good")
        #expect(places(TrustWalk("\(root)/absolute.so")).count == 7)
    }

    @Test("ends where links go in circles, to nothing, or through a file")
    func deadEnds() {
        link("plugins/loop.so", to: "loop.so")
        link("plugins/none.so", to: "../nowhere/x.so")
        link("plugins/through.so", to: "b.so/x")
        for (name, code) in [("loop.so", ELOOP), ("none.so", ENOENT), ("through.so", ENOTDIR), ("b.so/..", nil)] {
            let walk = TrustWalk("\(root)/plugins/\(name)")
            guard case .failure(let failure) = walk.file else {
                Issue.record("\(name) led to a file")
                continue
            }
            guard let code else { continue }
            guard case .system(let error, _) = failure else {
                Issue.record("\(name): \(failure)")
                continue
            }
            #expect(error.code == code)
        }
    }

    @Test("never waits for, and never opens, what is no file")
    func otherKinds() throws {
        #expect(mkfifo("\(root)/plugins/pipe.so", 0o644) == 0)
        mkdir("\(root)/plugins/dir.so", 0o755)
        let listener = try SocketListener(path: "\(root)/plugins/s.so")
        link("plugins/null.so", to: "/dev/null")
        link("plugins/topipe.so", to: "pipe.so")
        for name in ["pipe.so", "s.so", "null.so", "topipe.so", "dir.so"] {
            let path = "\(root)/plugins/\(name)"
            guard case .failure(let failure) = TrustWalk(path).file else {
                Issue.record("\(name) was opened")
                continue
            }
            #expect(failure == (name == "dir.so" ? .directory : .notAFile))
            let error = #expect(throws: PluginError.self) { try ImageFile.read(path) }
            #expect(error?.code == .notAPlugin)
            #expect(error?.message.contains(name == "dir.so" ? "a directory" : "a pipe, a socket or a device") == true)
        }
        listener.removeFile()
    }

    @Test(
        "shows what others can write to, wherever that is",
        arguments: ["store", "store/v1", "store/v1/a.so", "plugins"]
    )
    func writable(name: String) throws {
        link("plugins/a.so", to: "../store/v1/a.so")
        #expect(chmod("\(root)/\(name)", 0o777) == 0)
        let walk = TrustWalk("\(root)/plugins/a.so")
        let found = try #require(rule.firstFault(in: walk.places))
        #expect(found.place.path == "\(root)/\(name)")
        #expect(found.fault == .writableByAll)
    }

    @Test(
        "shows what belongs to others, a link too",
        .enabled(if: geteuid() == 0, "only root can give files away"),
        arguments: ["store", "store/v1", "store/v1/a.so", "plugins", "plugins/a.so"]
    )
    func foreign(name: String) throws {
        link("plugins/a.so", to: "../store/v1/a.so")
        #expect(lchown("\(root)/\(name)", 65_534, 65_534) == 0)
        let found = try #require(rule.firstFault(in: TrustWalk("\(root)/plugins/a.so").places))
        #expect(found.place.path == "\(root)/\(name)")
        #expect(found.fault == .foreignOwner)
    }

    @Test("shows somebody else's link in a directory for everybody", .enabled(if: geteuid() == 0, "needs two users"))
    func stickyLink() throws {
        mkdir("\(root)/tmp", 0o755)
        #expect(chmod("\(root)/tmp", 0o1777) == 0)
        link("tmp/link", to: "../plugins")
        #expect(rule.firstFault(in: TrustWalk("\(root)/tmp/link/b.so").places) == nil)
        #expect(lchown("\(root)/tmp/link", 65_534, 65_534) == 0)
        #expect(rule.firstFault(in: TrustWalk("\(root)/tmp/link/b.so").places)?.fault == .foreignOwner)
        // Even one's own file does not belong there directly: anybody could put others beside it.
        try write("good", to: "tmp/c.so")
        #expect(rule.firstFault(in: TrustWalk("\(root)/tmp/c.so").places)?.fault == .shared)
    }

    /// A directory of this user and one of somebody else's change places all the time; what is read as trusted is never
    /// the other's.
    @Test("is not to be misled by a swap on the way", .enabled(if: geteuid() == 0, "needs two users"))
    func swaps() throws {
        mkdir("\(root)/evil", 0o755)
        try write("evil", to: "evil/b.so")
        #expect(chown("\(root)/evil", 65_534, 65_534) == 0)
        link("way", to: "plugins")
        let path = root
        let swapper = WaitableThread { isOver in
            var isEvil = false
            while !isOver() {
                isEvil.toggle()
                unlink("\(path)/next")
                symlink(isEvil ? "evil" : "plugins", "\(path)/next")
                rename("\(path)/next", "\(path)/way")
            }
        }
        var (trusted, refused) = (0, 0)
        while trusted < 50 || refused < 50 {
            let walk = TrustWalk("\(root)/way/b.so")
            guard case .success = walk.file else { continue }
            if rule.firstFault(in: walk.places) == nil {
                #expect(try content(walk) == "good")
                trusted += 1
            } else {
                refused += 1
            }
        }
        swapper.end()
    }
}
