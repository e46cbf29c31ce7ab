import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("A watched directory of the real program, by torture", .limited, .timeLimit(.minutes(Torture.isLong ? 20 : 10)))
struct WatchProgramTortureTests {
    /// Whether a command goes well on this machine, with the program's rights.
    private static func works(_ script: String) -> Bool {
        system("(\(script)) >/dev/null 2>&1") == 0
    }

    private static let canMount = works("unshare -m mount -t tmpfs none /mnt && command -v nsenter")
    private static let canBeAnother = works("\(asNobody) test -x '\(ProgramBench.executable)' && test $(id -u) = 0")
    private static let canLimit = works(
        "unshare -Ur sh -c 'echo 1 >/proc/sys/user/max_inotify_watches' && command -v nsenter"
    )
    private static let asNobody = "setpriv --reuid=65534 --regid=65534 --clear-groups"

    /// Starts the program by a shell script, in which `$run` is its command.
    private func startHost(_ bench: ProgramBench, _ script: String) async throws -> Program {
        let run = ([ProgramBench.executable, "run", "--no-supervise"] + bench.places + ["--strategy", "immediate"])
            .map { "'\($0)'" }.joined(separator: " ")
        let host = try bench.start(["sh", "-ec", script.replacingOccurrences(of: "$run", with: run)])
        try await bench.until("the host is ready") {
            host.errors.contains("ready: the control socket is") || host.hasEnded
        }
        try #require(!host.hasEnded, "the host has ended: \(host.errors)")
        return host
    }

    private func shell(_ bench: ProgramBench, _ words: [String]) async throws {
        let program = try bench.start(words)
        let end = try await program.ended()
        try #require(end == .exited(0), "\(words): \(program.errors)")
    }

    private func untilServes(_ bench: ProgramBench, _ tag: Int) async throws {
        try await bench.until("build \(tag) serves") {
            let result = try await bench.command("call", "a", "tag")
            return result.output == "\(tag)"
        }
    }

    /// Checks that each content was announced once, and that what went wrong is only what had to.
    private func check(_ bench: ProgramBench, reloads: Int, allowing expected: String? = nil) async throws {
        var events: [JSONValue] = []
        try await bench.until("\(reloads) reloads") {
            let lines = try await bench.output("events", "--json").split(separator: "\n")
            events = try lines.map { try JSONDecoder().decode(JSONValue.self, from: Data($0.utf8)) }
            return events.filter { $0["event"] == .string("reload-completed") }.count >= reloads
        }
        let completed = events.filter { $0["event"] == .string("reload-completed") }
        #expect(completed.map(\.["generation"].whole) == (0..<reloads).map { Int64($0) + 2 })
        let errors = events.compactMap(\.["error"].text)
        #expect(errors.allSatisfy { error in expected.map { error.contains($0) } == true }, "\(errors)")
    }

    @Test(
        "covered by a file system and uncovered serves what is seen there (HR-10)",
        .enabled(if: canMount, "mounting needs root and a namespace of one's own")
    )
    func mounts() async throws {
        try await ProgramBench.run { bench async throws in
            let (shop, plugins) = (bench.shop, bench.shop.plugins)
            try Workshop.write(try Workshop.adaptable("id=a;tag=0"), to: shop.root + "/0.so")
            let host = try await startHost(
                bench,
                """
                exec unshare -m sh -ec "mount -t tmpfs -o mode=755 none '\(plugins)'; cp '\(shop.root)/0.so' '\(plugins)/liba.so'
                exec $run"
                """
            )
            try await untilServes(bench, 0)
            let rounds = Torture.rounds(short: 1, long: 20)
            for tag in stride(from: 1, to: 2 * rounds, by: 2) {
                // Hidden by the mount, and seen when that has gone.
                try shop.install("id=a;tag=\(tag)")
                let inside = ["nsenter", "-t", "\(host.processID)", "-m", "sh", "-ec"]
                try await shell(bench, inside + ["umount '\(plugins)'"])
                try await untilServes(bench, tag)
                try Workshop.write(try Workshop.adaptable("id=a;tag=\(tag + 1)"), to: shop.root + "/0.so")
                try await shell(
                    bench,
                    inside + [
                        "mount -t tmpfs -o mode=755 none '\(plugins)'; cp '\(shop.root)/0.so' '\(plugins)/liba.so'"
                    ]
                )
                try await untilServes(bench, tag + 1)
            }
            try await check(bench, reloads: 2 * rounds)
        }
    }

    @Test(
        "serves the last content after rights were taken and given (HR-10)",
        .enabled(if: canBeAnother, "rights don't bind root, and only root can become somebody else")
    )
    func permissions() async throws {
        try await ProgramBench.run { bench async throws in
            let shop = bench.shop
            try shop.install("id=a;tag=0")
            try FileManager.default.createDirectory(atPath: shop.state, withIntermediateDirectories: true)
            try #require(chown(shop.state, 65534, 65534) == 0)
            let host = try await startHost(bench, "exec \(Self.asNobody) $run")
            try await untilServes(bench, 0)
            var tag = 0
            for _ in 0..<Torture.rounds(short: 1, long: 20) {
                // The directory: what changes in it can't be read, and then can.
                chmod(shop.plugins, 0o700)
                try shop.install("id=a;tag=\(tag + 1)")
                try await bench.until("the trouble is told") { host.errors.contains("give the host the right to read") }
                chmod(shop.plugins, 0o755)
                try await untilServes(bench, tag + 1)
                // The file.
                let next = shop.root + "/next.so"
                try Workshop.write(try Workshop.adaptable("id=a;tag=\(tag + 2)"), to: next)
                chmod(next, 0o600)
                rename(next, shop.path("liba.so"))
                try await bench.until("the refusal is told") {
                    try await bench.plugin("a")["lastError"].text?.contains("can't be read") == true
                }
                chmod(shop.path("liba.so"), 0o644)
                try await untilServes(bench, tag + 2)
                tag += 2
            }
            try await check(bench, reloads: tag, allowing: "can't be read")
        }
    }

    @Test(
        "with a limit of watches that is reached scans instead, and watches again when it is raised (HR-10)",
        .enabled(if: canLimit, "the limits of a user namespace can't be set"),
        arguments: ["max_inotify_watches", "max_inotify_instances"]
    )
    func watchLimit(limit: String) async throws {
        try await ProgramBench.run { bench async throws in
            try bench.shop.install("id=a;tag=0")
            let file = "/proc/sys/user/\(limit)"
            let host = try await startHost(bench, "exec unshare -Ur sh -ec \"echo 0 >\(file); exec $run\"")
            try await untilServes(bench, 0)
            #expect(host.errors.contains("can't be watched"))
            try bench.shop.install("id=a;tag=1")
            try await untilServes(bench, 1)
            try await shell(
                bench,
                ["nsenter", "-t", "\(host.processID)", "-U", "--preserve-credentials", "sh", "-ec", "echo 99 >\(file)"]
            )
            try await bench.until("the trouble is over") { host.errors.contains("watched again") }
            try bench.shop.install("id=a;tag=2")
            try await untilServes(bench, 2)
            try await check(bench, reloads: 2)
        }
    }
}
