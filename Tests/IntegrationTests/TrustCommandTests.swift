import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("The commands about trust (TR-1)", .limited, .serialized, .timeLimit(.minutes(10)))
struct TrustCommandTests {
    @Test("tell whether a file is trusted, and what to do if not")
    func report() async throws {
        try await ProgramBench.run { bench async throws in
            try bench.shop.install("id=a")
            let file = bench.shop.path("liba.so")
            let good = try await bench.command("trust", file)
            #expect(good.end == .exited(0) && good.output.hasPrefix("\(file): trusted (policy owner)\n"))
            #expect(chmod(file, 0o757) == 0)
            let bad = try await bench.command("trust", file)
            #expect(bad.end == .exited(1))
            #expect(bad.output.hasPrefix("\(file): not trusted (policy owner)") && bad.output.contains("chmod o-w"))
            let json = try await bench.command("trust", "--json", file)
            let reports: JSONValue = try JSONCoding.decode(from: Array(json.output.utf8))
            #expect(json.end == .exited(1) && reports.elements.map(\.["isTrusted"]) == [.bool(false)])
        }
    }

    @Test("print the pin of a build, with which a host of that configuration trusts it, and of nothing else")
    func pin() async throws {
        try await ProgramBench.run { bench async throws in
            try bench.shop.install("id=a")
            let file = bench.shop.path("liba.so")
            let pin = try await bench.output("trust", "--pin", file)
            let build = SHA256(of: Array(try Workshop.adaptable("id=a"))).description
            #expect(pin == "\"\(build)\", // liba.so\n")
            let configuration = "\(bench.shop.root)/host.json"
            try Workshop.write(Data("{\"trust\": \"pinned\", \"pins\": [\n\(pin)]}".utf8), to: configuration)
            #expect(try await bench.command("trust", "--config", configuration, file).end == .exited(0))
            try bench.shop.install("id=a;tag=2")
            let other = try await bench.command("trust", "--config", configuration, file)
            #expect(other.end == .exited(1) && other.output.contains("(policy pinned)"))
            let text = "\(bench.shop.root)/text.so"
            try Workshop.write(Data("no plugin".utf8), to: text)
            let refused = try await bench.command("trust", "--pin", text)
            #expect(refused.end == .exited(1) && refused.output == "" && refused.errors.contains(text))
        }
    }

    @Test(
        "sign a file, which hosts with the key among the allowed then trust",
        .enabled(if: KeyTool() != nil, "needs ssh-keygen")
    )
    func sign() async throws {
        try await ProgramBench.run { bench async throws in
            try bench.shop.install("id=a")
            let (file, key) = (bench.shop.path("liba.so"), "\(bench.shop.root)/key")
            let tool = try #require(KeyTool())
            let words = ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key]
            let process = try ChildProcess(executable: tool.path, arguments: words, environment: [:])
            process.readOutput { _ in }
            try #require(try process.wait() == .exited(0))
            let allowed = "\(bench.shop.root)/allowed"
            try Workshop.write(
                Data("alice \(try String(contentsOfFile: key + ".pub", encoding: .utf8))".utf8),
                to: allowed
            )
            // A group that may write is none of this test's.
            #expect(chmod(allowed, 0o644) == 0)
            let configuration = "\(bench.shop.root)/host.json"
            let json = #"{"trust": "signed", "allowedSigners": "\#(allowed)", "signers": {"alice": ["a"]}}"#
            try Workshop.write(Data(json.utf8), to: configuration)
            func isTrusted() async throws -> Bool {
                try await bench.command("trust", "--config", configuration, file).end == .exited(0)
            }
            #expect(try await !isTrusted())
            #expect(try await bench.command("sign", file).end == .exited(2))
            #expect(try await bench.command("sign", file, "--key", "\(key).not").end == .exited(1))
            #expect(try await bench.command("sign", file, "--key", key, "--plugin", "../a").end == .exited(2))
            let signed = try await bench.output("sign", file, "--key", key, "--plugin", "a")
            #expect(signed == "\(file).sig: signed with \(key) for the plugin a\n")
            #expect(try await isTrusted())
            try bench.shop.install("id=a;tag=2")
            #expect(try await !isTrusted())
        }
    }
}
