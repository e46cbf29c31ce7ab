import Glibc
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("Every way to write a file (HR-9)", .limited, .timeLimit(.minutes(10)))
struct WriterTests {
    /// A way to put `source/new` at `plugins/p.so`.
    struct Writer: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let script: String

        init(_ name: String, _ script: String) {
            testDescription = name
            self.script = script
        }
    }

    static let writers = [
        Writer("cp", "cp source/new plugins/p.so"),
        Writer("cp -p", "cp -p source/new plugins/p.so"),
        Writer("cp --remove-destination", "cp --remove-destination source/new plugins/p.so"),
        Writer("mv", "mv source/new plugins/p.so"),
        Writer("install", "install -m 755 source/new plugins/p.so"),
        Writer("rsync", "cp source/new plugins/.p.so.Xy12Zz; mv plugins/.p.so.Xy12Zz plugins/p.so"),
        Writer("rsync in place", "dd if=source/new of=plugins/p.so conv=notrunc status=none"),
        Writer("ln -sf", "ln -sf ../source/new plugins/p.so"),
        Writer("hard link", "ln -f source/new plugins/p.so"),
        Writer("tar", "cp source/new source/p.so; tar cf a.tar -C source p.so; tar xf a.tar -C plugins"),
        Writer("editor", "cp source/new plugins/p.so.tmp; mv plugins/p.so.tmp plugins/p.so"),
        Writer("editor with backup", "mv plugins/p.so plugins/p.so~; cp source/new plugins/p.so; rm plugins/p.so~"),
        Writer("linker", "rm plugins/p.so; cp source/new plugins/p.so"),
        Writer("slow", "exec 3>plugins/p.so; for s in n e 'w E' ND; do sleep 0.2; printf \"$s\" >&3; done; exec 3>&-"),
        Writer("pieces", "printf n >plugins/p.so; for s in e 'w E' ND; do printf \"$s\" >>plugins/p.so; done"),
        Writer("swap of directories", "mkdir x; cp source/new x/p.so; mv plugins y; mv x plugins"),
    ]

    /// A shell may need some time for its next step, in which there is no file, or half of one that nobody has open.
    private static func giveTime(to writer: Writer, _ policy: inout WatchPolicy) {
        policy.removalGrace = .seconds(30)
        if writer.testDescription == "pieces" { policy.window = .seconds(3) }
    }

    @Test("ends in one report of the final content", arguments: writers)
    func settlesOnce(writer: Writer) async throws {
        let scene = try WatchScene { Self.giveTime(to: writer, &$0) }
        try scene.shell("printf 'old END' > plugins/p.so")
        try await scene.start()
        #expect(scene.contents() == ["old END"])
        try scene.shell(writer.script)
        try await scene.untilSettled("new END")
        try await scene.fence()
        #expect(scene.contents() == ["old END", "new END"])
        #expect(!scene.reports.contains { $0.report == .removed(path: scene.plugins + "/p.so") })
    }

    @Test("never reports half a file at once, and ends on the final content", arguments: writers)
    func immediate(writer: Writer) async throws {
        let scene = try WatchScene {
            Self.giveTime(to: writer, &$0)
            $0.isImmediate = true
        }
        try scene.shell("printf 'old END' > plugins/p.so")
        try await scene.start()
        try scene.shell(writer.script)
        try await scene.untilSettled("new END")
        try await scene.fence()
        #expect(scene.contents().last == "new END")
        #expect(scene.contents().allSatisfy { $0 == "old END" || $0 == "new END" })
    }

    @Test("discovers a new file", arguments: writers.filter { !$0.script.contains("plugins/p.so~") })
    func discovers(writer: Writer) async throws {
        let scene = try WatchScene { Self.giveTime(to: writer, &$0) }
        try await scene.start()
        try scene.shell(writer.script.replacing("rm plugins/p.so;", with: ""))
        try await scene.untilSettled("new END")
        try await scene.fence()
        #expect(scene.contents() == ["new END"])
    }

    @Test("follows a Kubernetes volume from swap to swap")
    func kubernetes() async throws {
        let scene = try WatchScene()
        func publish(_ name: String, _ content: String) throws {
            try scene.shell(
                """
                cd plugins; mkdir ..\(name); printf '\(content)' > ..\(name)/p.so
                ln -s ..\(name) ..data_tmp; mv -T ..data_tmp ..data
                """
            )
        }
        try publish("1", "old END")
        try scene.shell("ln -s ..data/p.so plugins/p.so")
        try await scene.start()
        #expect(scene.contents() == ["old END"])
        for number in 2...4 {
            try publish("\(number)", "\(number) END")
            try scene.shell("rm -r plugins/..\(number - 1)")
            try await scene.untilSettled("\(number) END")
        }
        try await scene.fence()
        #expect(scene.contents() == ["old END", "2 END", "3 END", "4 END"])
    }

    @Test("sees a symbolic link's target change in another directory")
    func followsTargets() async throws {
        let scene = try WatchScene()
        try scene.shell("ln -s ../source/new plugins/p.so")
        try await scene.start()
        #expect(scene.contents() == ["new END"])
        try scene.shell("printf 'newer END' > source/new")
        try await scene.untilSettled("newer END")
        try scene.shell("printf 'newest END' > source/x; mv source/x source/new")
        try await scene.untilSettled("newest END")
        try await scene.fence()
        #expect(scene.contents() == ["new END", "newer END", "newest END"])
    }

    @Test("sees a file change that is written by another name, in another directory")
    func followsOtherNames() async throws {
        let scene = try WatchScene()
        try scene.shell("ln source/new plugins/p.so; ln source/new plugins/q.so")
        try await scene.start()
        #expect(scene.contents() == ["new END"])
        try scene.shell("printf 'newer END' > source/new")
        try await scene.untilSettled("newer END")
        try await scene.untilSettled("newer END", "q.so")
        // One of the names goes: the other is still followed.
        try scene.shell("rm plugins/q.so; printf 'newest END' > source/new")
        try await scene.untilSettled("newest END")
        // Its own file from here on; what happens to the other one is nothing to it.
        try scene.shell("printf 'own END' > source/x; mv source/x plugins/p.so; printf 'other END' > source/new")
        try await scene.untilSettled("own END")
        try await scene.fence()
        #expect(scene.contents() == ["new END", "newer END", "newest END", "own END"])
    }

    @Test("reports a rename as a rename, and nothing else")
    func renames() async throws {
        let scene = try WatchScene()
        try scene.shell("printf 'old END' > plugins/p.so")
        try await scene.start()
        try scene.shell("mv plugins/p.so plugins/q.so")
        let (old, new) = (scene.plugins + "/p.so", scene.plugins + "/q.so")
        try await scene.until { $0.contains { $0.report == .moved(from: old, to: new) } }
        try scene.shell("rm plugins/q.so")
        try await scene.until { $0.contains { $0.report == .removed(path: new) } }
        #expect(scene.contents(of: "q.so").isEmpty)
        #expect(!scene.reports.contains { $0.report == .removed(path: old) })
    }

    @Test("reports a file as removed after the grace time, and again when it is back")
    func removes() async throws {
        let scene = try WatchScene()
        try scene.shell("printf 'old END' > plugins/p.so")
        try await scene.start()
        try scene.shell("rm plugins/p.so")
        try await scene.until { $0.contains { $0.report == .removed(path: scene.plugins + "/p.so") } }
        try scene.shell("printf 'back END' > plugins/p.so")
        try await scene.untilSettled("back END")
    }

    @Test("waits for the writer, however long its pauses are")
    func waitsForWriter() async throws {
        let scene = try WatchScene()
        try await scene.start()
        let writer = try OwnedFileDescriptor.open(scene.plugins + "/p.so", flags: O_WRONLY | O_CREAT)
        try writer.write(Array("looks like the END".utf8))
        try await scene.fence()
        try await scene.fence()
        #expect(scene.contents().isEmpty)
        try writer.write(Array(", but this is the END".utf8))
        try writer.close()
        try await scene.untilSettled("looks like the END, but this is the END")
        #expect(scene.contents().count == 1)
    }

    @Test("takes a file at the start that somebody has open for another moment")
    func waitsAtStart() async throws {
        let scene = try WatchScene()
        try scene.shell("printf 'old END' > plugins/p.so; printf 'other END' > plugins/q.so")
        let writer = open(scene.plugins + "/p.so", O_WRONLY | O_CLOEXEC)
        try await scene.start { _ = close(writer) }
        // Before the end of the first scan, which is what a host waits for that starts.
        #expect(scene.reports.last?.report == .initialScanFinished)
        #expect(scene.contents() == ["old END"] && scene.contents(of: "q.so") == ["other END"])
    }

    @Test("does not wait for long at the start for whoever goes on writing")
    func doesNotWaitAtStart() async throws {
        let scene = try WatchScene()
        try scene.shell("printf 'old END' > plugins/p.so")
        let writer = try OwnedFileDescriptor.open(scene.plugins + "/p.so", flags: O_WRONLY)
        try await scene.start()
        #expect(scene.contents().isEmpty)
        try writer.close()
        try await scene.untilSettled("old END")
        try await scene.fence()
        #expect(scene.contents() == ["old END"])
        #expect(scene.reports.count { $0.report == .initialScanFinished } == 1)
    }

    @Test("reports a file that stays incomplete, once nobody writes to it")
    func reportsTruncated() async throws {
        let scene = try WatchScene()
        try await scene.start()
        try scene.shell("printf 'cut of' > plugins/p.so")
        try await scene.untilSettled("cut of")
    }

    @Test("opens no pipes, and takes none for a plugin")
    func ignoresPipes() async throws {
        let scene = try WatchScene()
        try scene.shell(
            "mkfifo plugins/p.so; mkdir plugins/d.so; ln -s nowhere plugins/l.so; ln -s l2.so plugins/l2.so"
        )
        try await scene.start()
        try await scene.fence()
        #expect(scene.contents().isEmpty)
        #expect(!scene.reports.contains { if case .trouble = $0.report { true } else { false } })
    }
}
