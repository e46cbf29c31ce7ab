import Glibc
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("The trust in a file (TR-1)", .mayBlock, .timeLimit(.minutes(10)))
final class FileTrustTests {
    private let scratch: TemporaryDirectory
    private var root: String { scratch.path }
    private var file: String { "\(root)/plugins/a.so" }

    init() throws {
        scratch = try TemporaryDirectory()
        mkdir("\(root)/plugins", 0o755)
        try write("good", to: file)
    }

    private func write(_ text: String, to path: String) throws {
        let file = try OwnedFileDescriptor.open(path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
        try file.write(Array(text.utf8))
    }

    private func trust(_ change: (inout HostConfiguration) -> Void) -> FileTrust {
        var configuration = HostConfiguration(pluginDirectories: ["\(root)/plugins"], stateDirectory: "\(root)/state")
        change(&configuration)
        return FileTrust(configuration, rule: OwnerRule(user: geteuid(), privateGroup: nil))
    }

    private func refusal(_ trust: FileTrust) -> String {
        let error = #expect(throws: PluginError.self) { _ = try trust.read(file) }
        #expect(error?.code == .untrusted)
        return error?.message ?? ""
    }

    @Test("comes from its owners by default, and the refusal says which place, its mode, why, and what to do")
    func owner() throws {
        let trust = trust { _ in }
        #expect(try trust.read(file).bytes == Array("good".utf8))
        chmod("\(root)/plugins", 0o757)
        let message = refusal(trust)
        #expect(message.hasPrefix("\(file): it is not trusted: \(root)/plugins (drwxr-xrwx "))
        #expect(message.contains("can be changed by everybody; run 'chmod o-w \(root)/plugins'"))
        chmod("\(root)/plugins", 0o755)
        chmod(file, 0o664)
        #expect(refusal(trust).contains("the file (-rw-rw-r-- "))
        chmod(file, 0o644)
        #expect(throws: Never.self) { try trust.read(file) }
        // Whatever the owners: nothing that is no file, and nothing that is not there.
        #expect(throws: PluginError(code: .notFound, message: "\(root)/x: there is no such file; check the path")) {
            try trust.read("\(root)/x")
        }
    }

    @Test("asks for nothing where it is switched off")
    func any() throws {
        chmod("\(root)/plugins", 0o777)
        let trust = trust { $0.trust = .any }
        #expect(throws: Never.self) { try trust.read(file) }
        #expect(trust.warnings(stateDirectory: root).count == 1)
    }

    @Test("comes from the content alone where that is pinned, wherever it lies")
    func pinned() throws {
        let pin = SHA256(of: Array("good".utf8)).description
        chmod("\(root)/plugins", 0o777)
        let trust = trust { ($0.trust, $0.pins) = (.pinned, [pin]) }
        #expect(try trust.read(file).bytes == Array("good".utf8))
        try write("evil", to: file)
        #expect(refusal(trust).contains("add \"\(SHA256(of: Array("evil".utf8)))\" to \"pins\""))
        try write("good\n", to: file)
        #expect(refusal(trust).contains("not among the pins"))
    }

    @Test("is in the bytes that are handed on, whatever becomes of the file meanwhile")
    func race() throws {
        // Long enough that a writer comes in between.
        let good = [UInt8](repeating: 0x67, count: 30_000)
        let evil = [UInt8](repeating: 0x65, count: 30_000)
        let trust = trust { ($0.trust, $0.pins) = (.pinned, [SHA256(of: good).description]) }
        let path = file
        let writer = WaitableThread { isOver in
            var turn = 0
            while !isOver() {
                turn += 1
                let isRenaming = turn % 4 > 1
                let target = isRenaming ? path + ".tmp" : path
                guard let file = try? OwnedFileDescriptor.open(target, flags: O_WRONLY | O_CREAT, mode: 0o644) else {
                    continue
                }
                try? file.write(turn % 2 == 0 ? good : evil)
                if isRenaming { rename(target, path) }
            }
        }
        var (trusted, refused) = (0, 0)
        while trusted < 20 || refused < 20 {
            do throws(PluginError) {
                let bytes = try trust.read(path).bytes
                #expect(bytes == good)
                trusted += 1
            } catch {
                #expect(error.code == .untrusted)
                refused += 1
            }
        }
        writer.end()
    }

    // MARK: Signatures

    private static let hasTool = KeyTool() != nil

    private func makeKey(_ name: String) throws -> String {
        let path = "\(root)/\(name)"
        let tool = try #require(KeyTool())
        let process = try ChildProcess(
            executable: tool.path,
            arguments: ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path],
            environment: [:]
        )
        process.readOutput { _ in }
        #expect(try process.wait() == .exited(0))
        let key = try OwnedFileDescriptor.open(path + ".pub", flags: O_RDONLY).readToEnd()
        return String(decoding: key.dropLast(), as: UTF8.self)
    }

    private func sign(_ text: String, by key: String, for namespace: String = "plugin-host") throws {
        let tool = try #require(KeyTool())
        let answer = try tool.sign(Array(text.utf8), key: "\(root)/\(key)", namespace: namespace, environment: [:])
        #expect(answer.succeeded, "\(answer.output)")
        let lines = answer.output.split(separator: "\n").drop { !$0.hasPrefix("-----BEGIN") }
        try write(lines.joined(separator: "\n") + "\n", to: file + ".sig")
    }

    private func signed(_ signers: [String: [String]] = [:]) -> FileTrust {
        trust { ($0.trust, $0.allowedSigners, $0.signers) = (.signed, "\(root)/allowed", signers) }
    }

    @Test(
        "comes from a signature for this content by somebody who is allowed",
        .enabled(if: hasTool, "needs ssh-keygen")
    )
    func signature() throws {
        try write("alice@example.org \(try makeKey("alice"))\n", to: "\(root)/allowed")
        _ = try makeKey("mallory")
        let trust = signed()
        #expect(refusal(trust).contains("there is no signature \(file).sig; run 'plugin-host sign"))
        try sign("good", by: "alice")
        #expect(try trust.read(file).bytes == Array("good".utf8))
        #expect(try trust.read(file).plugin == nil)
        // The owners are not asked: the content is what is trusted.
        chmod("\(root)/plugins", 0o777)
        #expect(throws: Never.self) { try trust.read(file) }

        try write("evil", to: file)
        #expect(refusal(trust).contains("its signature by alice@example.org does not fit"))
        try sign("evil", by: "mallory")
        #expect(refusal(trust).contains("nobody in \(root)/allowed has the key of its signature"))
        try sign("evil", by: "alice", for: "git")
        #expect(refusal(trust).contains("was made for 'git'"))
        try write("no signature", to: file + ".sig")
        #expect(refusal(trust).contains("is no OpenSSH signature"))
        unlink(file + ".sig")
        #expect(mkfifo(file + ".sig", 0o644) == 0)
        #expect(refusal(trust).contains("is no OpenSSH signature"))
    }

    @Test(
        "is bound to the plugin that the signature names, for who is bound",
        .enabled(if: hasTool, "needs ssh-keygen")
    )
    func binding() throws {
        let (alice, bob) = (try makeKey("alice"), try makeKey("bob"))
        try write("alice \(alice)\nbob,builds \(bob)\n", to: "\(root)/allowed")
        let trust = signed(["bob": ["text.*"]])
        try sign("good", by: "alice")
        #expect(throws: Never.self) { try trust.read(file) }
        try sign("good", by: "bob")
        #expect(refusal(trust).contains("bob may provide text.* only, and its signature doesn't name a plugin"))
        try sign("good", by: "bob", for: "plugin-host:auth")
        #expect(refusal(trust).contains("bob may provide text.* only, and signed it as auth"))
        try sign("good", by: "bob", for: "plugin-host:text.upper")
        #expect(try trust.read(file).plugin == "text.upper")
        try sign("good", by: "alice", for: "plugin-host:auth")
        #expect(try trust.read(file).plugin == "auth")
        // The list itself may say what a key is for.
        try write("bob namespaces=\"plugin-host:text.*\" \(bob)\n", to: "\(root)/allowed")
        try sign("good", by: "bob", for: "plugin-host:text.upper")
        #expect(throws: Never.self) { try signed().read(file) }
        try sign("good", by: "bob")
        _ = refusal(signed())
    }

    @Test("needs a list of signers that nobody else can write to", .enabled(if: hasTool, "needs ssh-keygen"))
    func list() throws {
        try write("alice \(try makeKey("alice"))\n", to: "\(root)/allowed")
        try sign("good", by: "alice")
        #expect(throws: Never.self) { try signed().read(file) }
        chmod("\(root)/allowed", 0o666)
        #expect(refusal(signed()).contains("run 'chmod go-w \(root)/allowed'"))
        unlink("\(root)/allowed")
        #expect(refusal(signed()).contains("\(root)/allowed can't be read"))
        try write("", to: "\(root)/allowed")
        #expect(refusal(signed()).contains("nobody in"))
        try write("rubbish\n\u{0}\n* * *\n", to: "\(root)/allowed")
        #expect(refusal(signed()).contains("nobody in"))
    }
}
