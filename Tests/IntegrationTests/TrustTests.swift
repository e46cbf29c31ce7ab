import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("A host's trust (TR-1)", .limited, .timeLimit(.minutes(10)))
struct TrustTests {
    private func build(_ behaviour: String) throws -> String {
        SHA256(of: Array(try Workshop.adaptable(behaviour))).description
    }

    /// Whether a file failed because it is not trusted, and nothing was set aside for that.
    private func isRefused(_ test: TestHost, saying text: String) -> Bool {
        test.events(.reloadFailed).contains {
            $0.error?.hasPrefix("untrusted: ") == true && $0.error?.contains(text) == true
        }
    }

    /// The plugins whose code has run: only code tells an id, and until then a file is known by its name.
    private func hasRun(_ test: TestHost) async -> [String] {
        await test.host.status().plugins.map(\.id).filter { !$0.hasSuffix(".so") }
    }

    // MARK: Owners

    @Test("comes back with the rights of the file, and of the directories above it", arguments: ["liba.so", ".", ".."])
    func returnsWithRights(name: String) async throws {
        // The host's own places are not to be touched.
        let (shop, elsewhere) = (try Workshop(), try Workshop())
        try shop.install("id=a")
        let place = name == ".." ? shop.root : shop.path(name)
        #expect(chmod(place, 0o757) == 0)
        try await TestHost.run(shop.configuration { $0.stateDirectory = elsewhere.state }) { test async throws in
            try await test.until("a refusal") { isRefused(test, saying: "chmod o-w") }
            #expect(await test.host.quarantines().isEmpty)
            #expect(await test.host.status().plugins.map(\.generation) == [0])
            #expect(chmod(place, 0o755) == 0)
            try await test.until(generation: 1)
            #expect(try await test.status().lastError == nil)
        }
    }

    @Test("does not end what serves already; that goes on until the file is trusted again")
    func keepsServing() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1")
        try await TestHost.run(shop.configuration()) { test async throws in
            _ = try await test.call("increment", "41")
            #expect(chmod(shop.plugins, 0o777) == 0)
            try shop.install("id=a;tag=2")
            try await test.until("a refusal") { isRefused(test, saying: "\(shop.plugins) (drwxrwxrwx") }
            #expect(try await test.call("tag") == "1")
            let result = await test.host.reload(["a"])
            #expect(result.map(\.code) == ["untrusted"])
            #expect(await test.host.quarantines().isEmpty)
            #expect(chmod(shop.plugins, 0o755) == 0)
            try await test.until(generation: 2)
            #expect(try await test.call("value") == "41")
        }
    }

    @Test("never runs what belongs to another user", .enabled(if: geteuid() == 0, "needs two users"))
    func foreign() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        #expect(chown(shop.path("liba.so"), 65_534, 65_534) == 0)
        try await TestHost.run(shop.configuration()) { test async throws in
            try await test.until("a refusal") { isRefused(test, saying: "chown root") }
            #expect(await hasRun(test) == [])
            #expect(chown(shop.path("liba.so"), 0, 0) == 0)
            try await test.until(generation: 1)
        }
    }

    @Test("is not shaken by pipes, sockets, directories and links to devices in the directory")
    func otherKinds() async throws {
        let shop = try Workshop()
        #expect(mkfifo(shop.path("libpipe.so"), 0o644) == 0)
        #expect(mkdir(shop.path("libdir.so"), 0o755) == 0)
        #expect(symlink("/dev/zero", shop.path("libzero.so")) == 0)
        let listener = try SocketListener(path: shop.path("libs.so"))
        try shop.install("id=a")
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(try await test.call("increment") == "1")
            #expect(await test.host.status().plugins.count == 1)
        }
        listener.removeFile()
    }

    @Test("that is switched off is told at each start")
    func any() async throws {
        let shop = try Workshop()
        #expect(chmod(shop.plugins, 0o777) == 0)
        try shop.install("id=a")
        for _ in 1...2 {
            try await TestHost.run(shop.configuration { $0.trust = .any }) { test async throws in
                #expect(test.log.contains { $0.level == .warning && $0.message.contains("\"trust\" is \"any\"") })
                #expect(try await test.status().state == "running")
            }
        }
    }

    @Test("does not reach into an archive that others can write to")
    func archive() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1")
        try await TestHost.run(shop.configuration()) { test async throws in
            try shop.install("id=a;tag=2")
            try await test.until(generation: 2)
            #expect(chmod("\(shop.state)/plugins/a/builds", 0o777) == 0)
            let result = try await test.host.rollBack("a")
            #expect(result.code == "untrusted" && !result.success)
            #expect(try await test.call("tag") == "2")
            #expect(chmod("\(shop.state)/plugins/a/builds", 0o700) == 0)
            #expect(try await test.host.rollBack("a").success)
        }
    }

    @Test("does not lay images where others could exchange them", arguments: [TrustPolicy.owner, .pinned])
    func images(policy: TrustPolicy) async throws {
        let shop = try Workshop()
        let shared = "\(shop.root)/shared"
        #expect(mkdir(shared, 0o700) == 0 && chmod(shared, 0o777) == 0)
        let configuration = shop.configuration { ($0.trust, $0.imageDirectory) = (policy, "\(shared)/images") }
        let error = #expect(throws: PluginError.self) { _ = try PluginHost(configuration) }
        #expect(error?.code == .untrusted)
        #expect(
            error?.message.contains("\(shared) (drwxrwxrwx") == true
                && error?.message.contains("imageDirectory") == true
        )
        #expect(chmod(shared, 0o755) == 0)
        try await TestHost.run(configuration) { _ in }
    }

    // MARK: Pins

    @Test("in pins loads these builds and no others, from wherever")
    func pins() async throws {
        let shop = try Workshop()
        #expect(chmod(shop.plugins, 0o777) == 0)
        let good = try build("id=a;tag=1")
        try shop.install("id=a;tag=1")
        try shop.install("id=b", as: "libb.so")
        let configuration = shop.configuration { ($0.trust, $0.pins) = (.pinned, [good]) }
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("tag") == "1")
            try await test.until("a refusal") { isRefused(test, saying: "not among the pins") }
            #expect(await hasRun(test) == ["a"])
        }
        // A build that is pinned no more is not taken from the archive either.
        try await TestHost.run(shop.configuration { $0.trust = .pinned }) { test async throws in
            #expect(await test.host.status().plugins.allSatisfy { $0.generation == 0 })
            #expect(test.log.contains { $0.level == .warning && $0.message.contains("there are no pins") })
        }
    }

    /// The bytes that were checked are the bytes that are mapped: two writers, in place and by renaming, change the file
    /// between a pinned and an evil build while the host is told to reload.
    @Test("lets no unchecked code run, however a writer races the check")
    func race() async throws {
        let shop = try Workshop()
        let rounds = Torture.rounds(short: 3, long: 1000)
        let builds = (0..<8).map { "id=a;tag=\($0)" }
        let evil = try Workshop.adaptable("id=evil")
        let good = try builds.map { try Workshop.adaptable($0) }
        let pins = good.map { SHA256(of: Array($0)).description }
        try shop.install(good[0], as: "liba.so")
        let isOver = Flag()
        let configuration = shop.configuration {
            ($0.trust, $0.pins) = (.pinned, pins)
            // Only the commands below load.
            $0.strategy = .manual
            $0.retiredGenerationsWarning = 100_000
        }
        try await TestHost.run(configuration) { test async throws in
            let path = shop.path("liba.so")
            let overwriter = OnThread {
                var turn = 0
                while !isOver.isSet {
                    turn += 1
                    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
                    try file.write(contentsOf: turn % 2 == 0 ? good[turn / 2 % good.count] : evil)
                    try file.close()
                    // The host takes only a file that is still while it is read.
                    usleep(.random(in: 0...5000))
                }
            }
            let renamer = OnThread {
                var turn = 0
                while !isOver.isSet {
                    turn += 1
                    try shop.install(turn % 2 == 0 ? good[turn / 2 % good.count] : evil, as: "liba.so")
                    // The host takes only a file that is still while it is read.
                    usleep(.random(in: 0...5000))
                }
            }
            var (loaded, refused) = (0, 0)
            // The test has raced only if the host has met both.
            while loaded < rounds || refused < rounds {
                for result in await test.host.reload(["a"]) {
                    if result.success { loaded += 1 } else if result.code == "untrusted" { refused += 1 }
                }
            }
            isOver.set()
            _ = try await (overwriter.value, renamer.value)
            #expect(await hasRun(test) == ["a"])
            #expect(try FileStatus.of("\(shop.state)/plugins/evil") == nil)
            let history = try await test.host.history(of: "a")
            #expect(history.allSatisfy { pins.contains($0.build) })
        }
    }

    // MARK: Signatures

    /// What signs in a test.
    private struct Signer {
        let shop: Workshop

        init(_ shop: Workshop) throws {
            self.shop = shop
            try run(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", "\(shop.root)/key"])
            try allow(true)
        }

        func allow(_ isAllowed: Bool) throws {
            let key = try String(contentsOfFile: "\(shop.root)/key.pub", encoding: .utf8)
            try Workshop.write(Data((isAllowed ? "alice \(key)" : "").utf8), to: "\(shop.root)/allowed")
            // A group that may write is none of this test's.
            chmod("\(shop.root)/allowed", 0o644)
        }

        /// Puts the signature of a content beside a file.
        func sign(_ bytes: Data, as file: String, for namespace: String = "plugin-host") throws {
            let copy = "\(shop.root)/\(UUID().uuidString)"
            try Workshop.write(bytes, to: copy)
            try run(["-q", "-Y", "sign", "-n", namespace, "-f", "\(shop.root)/key", copy])
            #expect(rename("\(copy).sig", shop.path("\(file).sig")) == 0)
        }

        private func run(_ words: [String]) throws {
            let tool = try #require(KeyTool())
            let process = try ChildProcess(executable: tool.path, arguments: words, environment: [:])
            process.readOutput { _ in }
            try #require(try process.wait() == .exited(0))
        }
    }

    private func signed(_ shop: Workshop, _ signers: [String: [String]] = [:]) -> HostConfiguration {
        shop.configuration { ($0.trust, $0.allowedSigners, $0.signers) = (.signed, "\(shop.root)/allowed", signers) }
    }

    @Test("in signatures waits for one that comes after the file", .enabled(if: KeyTool() != nil, "needs ssh-keygen"))
    func signatureArrives() async throws {
        let shop = try Workshop()
        let signer = try Signer(shop)
        try await TestHost.run(signed(shop)) { test async throws in
            try shop.install("id=a;tag=1")
            try await test.until("a refusal") { isRefused(test, saying: "there is no signature") }
            #expect(await hasRun(test) == [])
            try signer.sign(try Workshop.adaptable("id=a;tag=1"), as: "liba.so")
            try await test.until(generation: 1)
            try shop.install("id=a;tag=2")
            try await test.until("a refusal of the next") { isRefused(test, saying: "by alice does not fit") }
            #expect(try await test.call("tag") == "1")
            try signer.sign(try Workshop.adaptable("id=a;tag=2"), as: "liba.so")
            try await test.until(generation: 2)
            // The archive has the signature of the build before.
            #expect(try await test.host.rollBack("a").success)
            try signer.allow(false)
            let result = try await test.host.rollBack("a", to: 2)
            #expect(result.code == "untrusted", "\(result)")
        }
        // Nobody is allowed any more: nothing runs, from wherever.
        try await TestHost.run(signed(shop)) { test async throws in
            #expect(await test.host.status().plugins.allSatisfy { $0.generation == 0 })
        }
    }

    @Test(
        "in a bound signer runs nothing of a plugin that is not the signer's",
        .enabled(if: KeyTool() != nil, "needs ssh-keygen")
    )
    func bound() async throws {
        let shop = try Workshop()
        let signer = try Signer(shop)
        let bytes = try Workshop.adaptable("id=auth")
        try shop.install(bytes, as: "liba.so")
        try signer.sign(bytes, as: "liba.so")
        try await TestHost.run(signed(shop, ["alice": ["text.*"]])) { test async throws in
            try await test.until("a refusal") { isRefused(test, saying: "doesn't name a plugin") }
            try signer.sign(bytes, as: "liba.so", for: "plugin-host:auth")
            try await test.until("a refusal of the plugin") { isRefused(test, saying: "signed it as auth") }
            #expect(await hasRun(test) == [])
            // A signature for a plugin that it is not: it is never created.
            try signer.sign(bytes, as: "liba.so", for: "plugin-host:text.upper")
            try await test.until("a refusal of the name") {
                isRefused(test, saying: "made for the plugin text.upper, and it is auth")
            }
            #expect(await test.host.status().plugins.allSatisfy { $0.generation == 0 })
            let upper = try Workshop.adaptable("id=text.upper")
            try shop.install(upper, as: "libupper.so")
            try signer.sign(upper, as: "libupper.so", for: "plugin-host:text.upper")
            try await test.until(generation: 1, of: "text.upper")
        }
    }
}
