import Foundation
import LinuxSystem
import PluginHost
import Synchronization
import Testing

/// A place where a test works with the real `plugin-host`, and where no process is left behind.
final class ProgramBench: Sendable {
    /// What a command has said.
    struct Result {
        let end: ChildProcess.End
        let output: String
        let errors: String
    }

    static let executable = Workshop.products + "/plugin-host"

    let shop: Workshop
    private let started = Mutex<[Program]>([])

    private init() throws {
        shop = try Workshop()
    }

    /// Runs a test, and ends every process that it has started, whatever happens.
    static func run(_ body: (ProgramBench) async throws -> Void) async throws {
        let bench = try ProgramBench()
        let outcome: Swift.Result<Void, any Error>
        do {
            outcome = .success(try await body(bench))
        } catch {
            outcome = .failure(error)
        }
        let programs = bench.started.withLock { $0 }
        programs.forEach { $0.kill() }
        // A cancelled test sleeps no more, but SIGKILL lets nobody wait for long.
        while !programs.allSatisfy(\.hasEnded) { await Task.yield() }
        try outcome.get()
    }

    var socket: String { shop.state + "/plugin-host.sock" }

    // MARK: Starting

    /// Starts any program, in the environment of a user who has said nothing.
    func start(
        _ words: [String],
        input: Data = Data(),
        environment: [String: String] = [:]
    ) throws -> Program {
        var variables = ProcessInfo.processInfo.environment.filter { name, _ in
            !name.hasPrefix("XDG_") && !name.hasPrefix("PLUGIN_HOST")
                && ![
                    "STATE_DIRECTORY", "RUNTIME_DIRECTORY", "INVOCATION_ID", "NOTIFY_SOCKET", "SYSTEMD_EXEC_PID",
                ].contains(name)
        }
        variables["HOME"] = shop.root
        variables.merge(environment) { $1 }
        let program = try Program(words, in: shop.root, input: input, environment: variables)
        started.withLock { $0.append(program) }
        return program
    }

    /// Starts `plugin-host run`, and waits until it is ready; without a supervisor the program is the host itself.
    func startHost(
        _ words: String...,
        strategy: String? = "immediate",
        isSupervised: Bool = false,
        environment: [String: String] = [:]
    ) async throws -> Program {
        let chosen = (strategy.map { ["--strategy", $0] } ?? []) + (isSupervised ? [] : ["--no-supervise"])
        let host = try start([Self.executable, "run"] + places + chosen + words, environment: environment)
        try await until("the host is ready") {
            host.errors.contains("ready: the control socket is") || host.hasEnded
        }
        try #require(!host.hasEnded, "the host has ended: \(host.errors)")
        return host
    }

    /// The options that keep a host inside the place of the test.
    var places: [String] { ["--plugins", shop.plugins, "--state-dir", shop.state] }

    /// Carries out a command to its end.
    func command(_ words: String..., input: Data = Data()) async throws -> Result {
        try await command(words, input: input)
    }

    func command(
        _ words: [String],
        input: Data = Data(),
        environment: [String: String]? = nil
    ) async throws -> Result {
        let program = try start(
            [Self.executable] + words,
            input: input,
            environment: environment ?? ["PLUGIN_HOST_SOCKET": socket]
        )
        let end = try await program.ended()
        return Result(end: end, output: program.output, errors: program.errors)
    }

    // MARK: Asking

    /// Carries out a command that has to go well, and gives back what it prints.
    func output(_ words: String..., input: Data = Data()) async throws -> String {
        let result = try await command(words, input: input)
        try #require(result.end == .exited(0), "\(words): \(result.errors)")
        #expect(result.errors == "")
        return result.output
    }

    /// What a command prints with `--json`.
    func json(_ words: String...) async throws -> JSONValue {
        let result = try await command(words + ["--json"])
        try #require(result.end == .exited(0), "\(words): \(result.errors)")
        return try JSONDecoder().decode(JSONValue.self, from: Data(result.output.utf8))
    }

    /// The fields of a plugin in `status --json`.
    func plugin(_ id: String = "counter") async throws -> JSONValue {
        let plugins = try await json("status")["plugins"].elements
        return try #require(plugins.first { $0["id"] == .string(id) })
    }

    /// Reloads a plugin on command: what was put in place before serves, and is on the disk, when this returns.
    func reload(_ id: String = "counter") async throws {
        let results = try await json("reload", id)
        #expect(results.elements.map(\.["success"]) == [.bool(true)])
    }

    // MARK: Waiting

    /// Waits until a condition holds; the test's time limit ends a wait in vain.
    func until(_ what: String, _ condition: () async throws -> Bool) async throws {
        while try await !condition() {
            try Task.checkCancellation()
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Waits until the status of a plugin is as wanted.
    func until(_ what: String, plugin id: String = "counter", _ holds: (JSONValue) -> Bool) async throws {
        try await until(what) { holds(try await plugin(id)) }
    }
}
