import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite(
    "Torture: a real disk that is full, or can't be written",
    .limited,
    .serialized,
    .timeLimit(.minutes(10)),
    .enabled(if: MountNamespace.isPossible, "needs the right to mount")
)
struct FullDiskTortureTests {
    /// Runs a test against a host whose state directory is a small file system that only it can see.
    private static func run(
        _ options: String,
        _ body: (ProgramBench, Program) async throws -> Void
    ) async throws {
        try await ProgramBench.run { bench async throws in
            try bench.shop.install("id=a;tag=0")
            try Workshop.write(
                Data(#"{"checkpointInterval": "0.02s", "probation": "0s", "maximumAttempts": 1}"#.utf8),
                to: bench.shop.root + "/host.json"
            )
            try FileManager.default.createDirectory(atPath: bench.shop.state, withIntermediateDirectories: true)
            let mount = #"mount -t tmpfs -o mode=700,\#(options) none "$0" && exec "$@""#
            let host = try bench.start(
                ["unshare", "-m", "sh", "-c", mount, bench.shop.state, ProgramBench.executable, "run"]
                    + ["--config", bench.shop.root + "/host.json", "--strategy", "manual", "--socket", socket(bench)]
                    + bench.places
            )
            try await body(bench, host)
        }
    }

    private static func socket(_ bench: ProgramBench) -> String { bench.shop.root + "/host.sock" }

    private static func command(_ bench: ProgramBench, _ words: String...) async throws -> ProgramBench.Result {
        try await bench.command(words, environment: ["PLUGIN_HOST_SOCKET": socket(bench)])
    }

    private static func untilReady(_ bench: ProgramBench, _ host: Program) async throws {
        try await bench.until("the host is ready") { host.errors.contains("ready: ") || host.hasEnded }
        try #require(!host.hasEnded, "\(host.errors)")
    }

    /// A reload while the disk takes nothing, and the same one when it does again.
    private static func survive(
        _ bench: ProgramBench,
        _ host: Program,
        reason: String,
        begin: () async throws -> Void,
        end: () async throws -> Void
    ) async throws {
        #expect(try await command(bench, "call", "a", "increment", "7").output == "7")
        try await begin()
        try bench.shop.install("id=a;tag=1")
        _ = try await command(bench, "reload", "a")
        // Whether it was refused or serves unwritten: it is said what failed, where, why, and what helps.
        try await bench.until("it is said") { host.errors.contains(reason) }
        let line = try #require(host.errors.split(separator: "\n").first { $0.contains(reason) })
        #expect(line.contains(bench.shop.state) && line.contains("; "), "\(line)")
        #expect(try await command(bench, "call", "a", "increment").output == "8")
        try await end()
        let again = try await command(bench, "reload", "a")
        #expect(again.end == .exited(0), "\(again)")
        #expect(try await command(bench, "call", "a", "tag").output == "1")
        #expect(try await command(bench, "call", "a", "increment").output == "9")
        // What was missing on the disk is there now.
        let state = "/proc/\(host.processID)/root" + bench.shop.state
        try await bench.until("the state is on the disk") {
            let directory = state + "/plugins/a"
            guard let bytes = FileManager.default.contents(atPath: directory + "/journal.json"),
                let journal = try? JSONDecoder().decode(JSONValue.self, from: bytes),
                let name = journal["latestSnapshot"].text
            else { return false }
            let snapshot = try? SnapshotStore(directory: directory + "/snapshots", plugin: "a").load(name)
            return snapshot?.bytes == Array("9".utf8) && snapshot?.generation == 2
        }
    }

    @Test("and full keeps the old generation and its state, and the same reload succeeds with space (HR-4, HR-6)")
    func full() async throws {
        try await Self.run("size=2m") { bench, host async throws in
            try await Self.untilReady(bench, host)
            let fill = "/proc/\(host.processID)/root" + bench.shop.state + "/fill"
            try await Self.survive(
                bench,
                host,
                reason: "No space left on device",
                begin: {
                    let file = try OwnedFileDescriptor.open(fill, flags: O_WRONLY | O_CREAT)
                    #expect(throws: SystemCallError.self) {
                        while true { try file.write([UInt8](repeating: 1, count: 4096)) }
                    }
                },
                end: { try FileManager.default.removeItem(atPath: fill) }
            )
        }
    }

    @Test("and read-only keeps the old generation and its state, and the same reload succeeds when it is not (HR-4)")
    func readOnly() async throws {
        try await Self.run("size=2m") { bench, host async throws in
            try await Self.untilReady(bench, host)
            let inside = ["nsenter", "-t", "\(host.processID)", "-m"]
            let script = #"mount --bind "$0" "$0" && mount -o remount,bind,ro "$0""#
            try await Self.survive(
                bench,
                host,
                reason: "Read-only file system",
                begin: {
                    let mount = try bench.start(inside + ["sh", "-c", script, bench.shop.state])
                    #expect(try await mount.ended() == .exited(0), "\(mount.errors)")
                },
                end: {
                    let unmount = try bench.start(inside + ["umount", bench.shop.state])
                    #expect(try await unmount.ended() == .exited(0), "\(unmount.errors)")
                }
            )
        }
    }

    @Test("and read-only from the start is refused with the path, the reason and what helps")
    func readOnlyFromStart() async throws {
        try await Self.run("ro") { bench, host async throws in
            #expect(try await host.ended() == .exited(1))
            #expect(host.errors.contains(bench.shop.state) && host.errors.contains("Read-only file system"))
            #expect(host.errors.contains("--state-dir"))
        }
    }
}

/// A view of the file systems that one process has for itself.
enum MountNamespace {
    static let isPossible: Bool = {
        guard geteuid() == 0,
            let trial = try? ChildProcess(
                executable: "/bin/sh",
                arguments: ["-c", "command -v nsenter && unshare -m mount -t tmpfs none /mnt"],
                environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
            )
        else { return false }
        return (try? trial.wait()) == .exited(0)
    }()
}
