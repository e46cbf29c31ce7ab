import Foundation
import PluginHost
import TestSupport
import Testing

@testable import PluginHostCommands

@Suite("Completions of the command line", .mayBlock, .timeLimit(.minutes(10)))
struct CompletionsTests {
    private let directory: TemporaryDirectory
    private let captured = CapturedOutput()

    init() throws { directory = try TemporaryDirectory() }

    private static func shell(_ name: String) -> String? {
        let directories = ProcessInfo.processInfo.environment["PATH", default: ""].split(separator: ":")
        return directories.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private func run(_ words: [String]) throws -> String {
        let (process, pipe) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        process.currentDirectoryURL = URL(fileURLWithPath: directory.path)
        (process.standardOutput, process.standardError) = (pipe, pipe)
        try process.run()
        let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return text
    }

    /// Makes a program that answers the scripts as a host with two plugins and a task would.
    private func makeHost() throws -> String {
        let host = "\(directory.path)/plugin-host"
        if FileManager.default.fileExists(atPath: host) { return host }
        let script = """
            #!/bin/sh
            [ "$3" = --socket ] && echo "asked-$4"
            case $2 in plugins) echo counter; echo greeter ;; tasks) echo counter/save ;; esac
            """
        try directory.write(script, to: "plugin-host")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: host)
        awaitLastWriter(of: host)
        return host
    }

    private func script(_ shell: String) async -> String {
        let script = CapturedOutput()
        #expect(await script.run("completions", shell) == 0)
        return script.output
    }

    /// What bash offers for a line whose last word is being typed.
    private func offers(_ line: [String]) async throws -> [String] {
        let words = ([try makeHost()] + line).map { "'\($0)'" }.joined(separator: " ")
        let body = """
            \(await script("bash"))
            COMP_WORDS=(\(words)); COMP_CWORD=\(line.count)
            _plugin_host
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let path = "\(directory.path)/test.bash"
        try Data(body.utf8).write(to: URL(fileURLWithPath: path))
        return try run([try #require(Self.shell("bash")), "--norc", path]).split(separator: "\n").map(String.init)
    }

    /// What zsh is given to choose from, for a line whose last word is being typed.
    private func zshOffers(_ line: [String]) async throws -> [String] {
        try Data((await script("zsh")).utf8).write(to: URL(fileURLWithPath: "\(directory.path)/_plugin-host"))
        let words = ([try makeHost()] + line).map { "'\($0)'" }.joined(separator: " ")
        let body = """
            compdef() { : }
            source ./_plugin-host
            compadd() { shift; print -rl -- "$@" }
            _files() { print files }
            words=(\(words)); CURRENT=$#words
            _plugin_host
            """
        let path = "\(directory.path)/test.zsh"
        try Data(body.utf8).write(to: URL(fileURLWithPath: path))
        return try run([try #require(Self.shell("zsh")), "-f", path]).split(separator: "\n").map(String.init)
    }

    @Test("in bash offer verbs, options, words, files, and what the running host knows")
    func bash() async throws {
        #expect(try await offers(["sta"]) == ["status", "start", "statistics"])
        #expect(try await offers(["help", "metr"]) == ["metrics"])
        #expect(try await offers(["reload", "--to"]) == ["--together"])
        #expect(try await offers(["reload", "c"]) == ["counter"])
        #expect(try await offers(["reload", "--json", "counter", "g"]) == ["greeter"])
        #expect(try await offers(["reload", "--socket", "/x", ""]) == ["asked-/x", "counter", "greeter"])
        #expect(try await offers(["call", "counter", "g"]) == [])
        #expect(try await offers(["run", "--strategy", "m"]) == ["manual"])
        #expect(try await offers(["graph", "--format", "d"]) == ["dot"])
        #expect(try await offers(["top", "--sort", "me"]) == ["memory"])
        #expect(try await offers(["doctor", "--isolation", "p"]) == ["process"])
        #expect(try await offers(["quarantine", "l"]) == ["list"])
        #expect(try await offers(["quarantine", "clear", "gr"]) == ["greeter"])
        #expect(try await offers(["tasks", "run", ""]) == ["counter/save"])
        #expect(try await offers(["service", "k"]) == ["kubernetes"])
        #expect(try await offers(["inspect", "plugin-h"]) == ["plugin-host"])
        #expect(try await offers(["nonsense", "--h"]) == ["--help"])
    }

    @Test("in zsh offer the same", .enabled(if: CompletionsTests.shell("zsh") != nil))
    func zsh() async throws {
        #expect(try await zshOffers(["help", ""]).contains("metrics"))
        #expect(try await zshOffers(["reload", "--"]).contains("--together"))
        #expect(try await zshOffers(["reload", "--json", "counter", ""]) == ["counter", "greeter"])
        #expect(try await zshOffers(["reload", "--socket", "/x", ""]) == ["asked-/x", "counter", "greeter"])
        #expect(try await zshOffers(["call", "counter", ""]) == [])
        #expect(try await zshOffers(["run", "--strategy", ""]) == ["immediate", "debounced", "manual", "on-idle"])
        #expect(try await zshOffers(["quarantine", ""]) == ["list", "clear"])
        #expect(try await zshOffers(["tasks", "run", ""]) == ["counter/save"])
        #expect(try await zshOffers(["inspect", ""]) == ["files"])
    }

    @Test("in fish are understood by fish", .enabled(if: CompletionsTests.shell("fish") != nil))
    func fish() async throws {
        #expect(await captured.run("completions", "fish") == 0)
        let path = "\(directory.path)/plugin-host.fish"
        try Data(captured.output.utf8).write(to: URL(fileURLWithPath: path))
        #expect(try run([try #require(Self.shell("fish")), "--no-execute", path]) == "")
    }

    @Test("name every verb and every option", arguments: ["bash", "zsh", "fish"])
    func complete(shell: String) async {
        #expect(await captured.run("completions", shell) == 0)
        for command in CommandTable.commands {
            #expect(captured.output.contains(command.name))
            for option in command.options {
                #expect(captured.output.contains(shell == "fish" ? "-l \(option.name.dropFirst(2))" : option.name))
            }
        }
    }

    @Test("ask the host quietly: without one there are no words, and nothing is said")
    func quiet() async throws {
        #expect(await captured.run("completions", "plugins", "--socket", "\(directory.path)/s") == 0)
        #expect(await captured.run("completions", "tasks") == 0)
        #expect(captured.output == "" && captured.error == "")
        let server = try ControlServer(path: "\(directory.path)/s", host: HostDouble())
        server.start()
        for kind in CompletionKind.allCases {
            let before = captured.output
            // A shell does not wait for a host that is busy; a test does.
            while captured.output == before {
                #expect(await captured.run("completions", kind.rawValue, "--socket", "\(directory.path)/s") == 0)
            }
        }
        await server.stop()
        #expect(captured.output == "counter\nweb\ncounter/save\nhost/heartbeat\nroll_dice\n")
        #expect(await captured.run("completions", "bsh") == 2)
    }
}
