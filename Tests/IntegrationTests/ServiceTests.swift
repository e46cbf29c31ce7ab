import Foundation
import LinuxSystem
import PluginHost
import Synchronization
import TestSupport
import Testing

/// A service manager that writes down what it is told.
private final class Manager: Sendable {
    let address = "@service-\(UUID().uuidString)"
    private let messages = Mutex<[String]>([])

    init() throws {
        let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(address.utf8)
        withUnsafeMutableBytes(of: &name.sun_path) { path in
            path.copyBytes(from: bytes)
            path[0] = 0
        }
        let size = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let bound = withUnsafePointer(to: &name) { name in
            name.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, size) }
        }
        try #require(bound == 0)
        Thread.detachNewThread { [weak self] in
            var bytes = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = recv(number, &bytes, bytes.count, 0)
                guard count > 0, let self else { break }
                let message = String(decoding: bytes.prefix(count), as: UTF8.self)
                messages.withLock { $0.append(message) }
            }
            close(number)
        }
    }

    var all: [String] { messages.withLock { $0 } }
    /// What was said but for the signs of life, and without the moments.
    var said: [String] {
        all.filter { $0 != "WATCHDOG=1" }.map { $0.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") ? "RELOADING=1" : $0 }
    }
}

@Suite("A host as a service", .limited, .timeLimit(.minutes(10)))
struct ServiceTests {
    private func environment(of process: String) -> String? {
        (try? String(contentsOfFile: "/proc/\(process)/environ", encoding: .utf8))
    }

    /// The processes that a process has started.
    private func children(of parent: Int32) -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.filter { name in
            guard Int32(name) != nil, let text = try? String(contentsOfFile: "/proc/\(name)/status", encoding: .utf8)
            else { return false }
            return text.contains("\nPPid:\t\(parent)\n")
        }
    }

    @Test("tells its manager of start, life, reloads and end, and lets nobody else speak for it")
    func notifies() async throws {
        try await ProgramBench.run { bench async throws in
            let manager = try Manager()
            let file = bench.shop.root + "/host.json"
            func write(_ text: String) throws { try Workshop.write(Data(text.utf8), to: file) }
            try write(#"{"plugins": {"greeter": {"settings": {"greeting": "Hello"}}}}"#)
            try bench.shop.install(try Workshop.product("Greeter"), as: "libGreeter.so")
            let host = try await bench.startHost(
                "--config",
                file,
                environment: ["NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "100000"]
            )
            try await bench.until("it is ready") { manager.said == ["READY=1\nSTATUS=1 plugin, 1 serving"] }
            try await bench.until("it lives") { manager.all.count { $0 == "WATCHDOG=1" } > 2 }
            let children = children(of: host.processID)
            #expect(!children.isEmpty)
            for child in children { #expect(environment(of: child)?.contains("NOTIFY_SOCKET") != true) }

            _ = kill(host.processID, SIGHUP)
            let taken = "READY=1\nSTATUS=configuration read: 0 plugins with new settings"
            try await bench.until("it has reloaded") { manager.said.dropFirst() == ["RELOADING=1", taken] }
            try write(#"{"colldown": 1}"#)
            _ = kill(host.processID, SIGHUP)
            try await bench.until("it refuses") {
                manager.said.last?.contains("there is no key 'colldown'; did you mean 'cooldown'?") == true
            }
            #expect(try await bench.output("call", "greeter", "greet", "you").hasPrefix("Hello"))
            host.terminate()
            #expect(try await host.ended() == .exited(0))
            // What was said before the end may be read after it.
            try await bench.until("it is told of the end") { manager.said.last == "STOPPING=1\nSTATUS=stopping" }
        }
    }

    @Test("takes SIGHUP for what it is, also by way of its supervisor, and without a configuration")
    func hangup() async throws {
        try await ProgramBench.run { bench async throws in
            let host = try await bench.startHost(isSupervised: true)
            _ = kill(host.processID, SIGHUP)
            try await bench.until("it says so") { host.errors.contains("started without --config") }
            #expect(try await bench.output("health", "--probe", "live") == "the host answers: 0 plugins, 0 serving\n")
            #expect(!host.hasEnded)
            host.terminate()
            #expect(try await host.ended() == .exited(0))
        }
    }

    @Test("answers probes only when it has started, and no longer")
    func probes() async throws {
        try await ProgramBench.run { bench async throws in
            #expect(try await bench.command("health", "--probe", "startup").end == .exited(3))
            try bench.shop.install("id=a;health=unhealthy")
            try bench.shop.install(try Workshop.product("Counter"), as: "libCounter.so")
            let host = try await bench.startHost()
            #expect(try await bench.command("health", "--probe", "live").end == .exited(0))
            #expect(try await bench.command("health", "--probe", "ready").end == .exited(1))
            #expect(try await bench.command("health", "--probe", "ready", "counter").end == .exited(0))
            host.terminate()
            _ = try await host.ended()
            #expect(try await bench.command("health", "--probe", "live").end == .exited(3))
        }
    }
}
