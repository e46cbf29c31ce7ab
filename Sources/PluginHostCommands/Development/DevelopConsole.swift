internal import Glibc
internal import LinuxSystem
internal import PluginHost
internal import Synchronization

/// Does what a developer asks for with a key, to the plugin that was touched last.
final class DevelopConsole: Sendable {
    /// A call of a plugin, as a client has made it.
    struct Call: Sendable {
        let plugin: String
        let method: String
        let input: [UInt8]
    }

    private let host: any ManagedHost
    private let tell: @Sendable (String) -> Void
    private let plugin = Mutex<String?>(nil)
    private let lastCall = Mutex<Call?>(nil)

    init(host: any ManagedHost, tell: @escaping @Sendable (String) -> Void) {
        self.host = host
        self.tell = tell
    }

    /// Takes note of the plugin that the developer works on now.
    func touch(_ id: String) { plugin.withLock { $0 = id } }

    /// Takes note of a call that can be made again.
    func note(_ call: Call) {
        lastCall.withLock { $0 = call }
        touch(call.plugin)
    }

    /// Does what the keys say, until there are no more.
    func read(_ keys: KeyInput) {
        while let byte = keys.next() {
            guard let key = DevelopKey(byte: byte) else { continue }
            Blocking.wait { [self] in await press(key) }
        }
    }

    /// Does what a key says.
    func press(_ key: DevelopKey) async {
        let plugins = await host.status().plugins.map(\.id)
        let id = plugin.withLock { $0.flatMap { plugins.contains($0) ? $0 : nil } } ?? plugins.first
        switch (key, id) {
        case (.quit, _): _ = kill(getpid(), SIGINT)
        case (.help, _): tell(DevelopKey.help(about: id))
        case (.call, _): await callAgain()
        case (_, nil): tell("there is no plugin yet")
        case (.next, let id?):
            let next = plugins.firstIndex(of: id).map { plugins[($0 + 1) % plugins.count] } ?? id
            touch(next)
            tell(DevelopKey.help(about: next))
        case (.reload, let id?):
            for result in await host.reload([id], reason: nil) { tell(ReloadText.of(result)) }
        case (.rollBack, let id?): await show { [host] () throws(PluginError) in try await host.rollBack(id, to: nil) }
        case (.resetState, let id?): await show { [host] () throws(PluginError) in try await host.resetState(of: id) }
        }
    }

    private func show(_ body: () async throws(PluginError) -> ReloadResult) async {
        do throws(PluginError) {
            tell(ReloadText.of(try await body()))
        } catch {
            tell(error.message)
        }
    }

    /// Makes the last call again, on a thread that may wait.
    private func callAgain() async {
        guard let call = lastCall.withLock({ $0 }) else {
            return tell("no call was made yet; make one by plugin-host call, and c repeats it")
        }
        let host = host
        let outcome = await Blocking.run("dev-call") { () -> Result<[UInt8], PluginError> in
            Result { () throws(PluginError) in
                try host.call(call.plugin, call.method, call.input, timeout: nil)
            }
        }
        switch outcome {
        case .success(let bytes): tell("\(call.plugin) \(call.method): \(String(decoding: bytes, as: UTF8.self))")
        case .failure(let error): tell("\(call.plugin) \(call.method): \(error.message)")
        }
    }
}
