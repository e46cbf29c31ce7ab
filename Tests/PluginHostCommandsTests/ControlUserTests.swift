import Glibc
import LinuxSystem
import PluginHost
import Synchronization
import TestSupport
import Testing

@testable import PluginHostCommands

@Suite("The user at the other end of the control socket", .mayBlock, .timeLimit(.minutes(10)))
struct ControlUserTests {
    private let directory: TemporaryDirectory
    private var path: String { "\(directory.path)/host.sock" }

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test(
        "is served only if it is the host's or root, whatever the rights of the socket are",
        arguments: [4711, nil, 0] as [UInt32?]
    )
    func otherUsers(user: UInt32?) async throws {
        let user = user == 4711 ? geteuid() + 4711 : user
        let dispatcher = ControlDispatcher(host: HostDouble())
        let server = try ControlServer(path: path, dispatcher: dispatcher, peer: { _ in user })
        server.start()
        var client = try ControlClient(path: path)
        if user == 0 {
            #expect(try client.request("status").result(HostStatus.self).host.pid == 42)
        } else {
            var raw = try RawClient(path)
            #expect(try raw.nextErrorCode() == -32000)
            #expect(try raw.next() == nil)
            #expect(throws: ControlClientError.self) { try client.request("status") }
        }
        await server.stop()
    }

    @Test("is refused where no thread can be made for it, and costs no other client anything")
    func noMoreThreads() async throws {
        let asked = Atomic(0)
        let dispatcher = ControlDispatcher(host: HostDouble())
        let server = try ControlServer(
            path: path,
            dispatcher: dispatcher,
            startThread: { name, body in
                guard asked.wrappingAdd(1, ordering: .relaxed).oldValue != 1 else { return false }
                return DetachedThread.startIfPossible(name: name, body)
            }
        )
        server.start()
        var first = try ControlClient(path: path)
        #expect(try first.request("status").result(HostStatus.self).host.pid == 42)
        var second = try RawClient(path)
        #expect(try second.nextErrorCode() == -32000)
        #expect(try second.next() == nil)
        #expect(try first.request("status").result(HostStatus.self).host.pid == 42)
        var third = try ControlClient(path: path)
        #expect(try third.request("status").result(HostStatus.self).host.pid == 42)
        #expect(await server.stop() == 0)
    }

    @Test("is trusted by a client only if it is the client's or root, or the client is root")
    func otherHosts() async throws {
        let server = try ControlServer(path: path, host: HostDouble())
        server.start()
        for (own, host, isTrusted) in [(1000, 1000, true), (1000, 0, true), (0, 1000, true), (1000, 1001, false)] {
            do {
                _ = try ControlClient(path: path, as: UInt32(own)) { _ in UInt32(host) }
                #expect(isTrusted, "\(own) to \(host)")
            } catch {
                #expect(!isTrusted && "\(error)".contains("another user listens there"), "\(own) to \(host): \(error)")
            }
        }
        #expect(throws: ControlClientError.self) { try ControlClient(path: path, as: 1000) { _ in nil } }
        await server.stop()
    }
}
