import LinuxSystem
import Synchronization
import Testing

@testable import PluginHost

@Suite("A chain of hooks", .timeLimit(.minutes(10)))
struct HookTableTests {
    private static func hook(_ name: String, priority: Int = 50, deadline: Duration = .seconds(60)) -> HookDeclaration {
        HookDeclaration(name: name, stage: "s", priority: priority, deadline: deadline)
    }

    private static func text(_ outcome: HookOutcome) -> String { String(decoding: outcome.value, as: UTF8.self) }

    @Test("hands a value on by priority, then plugin, then name, and says who changed it (RS-10)")
    func order() throws {
        let caller = CallerDouble { _, method, input in
            method == "ph.hook/same" ? [] : Array(input.dropLast()) + Array(",\"\(method.last ?? "?")\"]".utf8)
        }
        let hooks = HookTable(caller: caller) { _, _ in }
        defer { hooks.stop() }
        hooks.replace(.of(hooks: [Self.hook("z"), Self.hook("y", priority: 99)]), of: "b")
        hooks.replace(.of(hooks: [Self.hook("x"), Self.hook("same")]), of: "a")
        let outcome = try hooks.run("s", Array("[0]".utf8))
        #expect(Self.text(outcome) == #"[0,"y","x","z"]"#)
        #expect(outcome.changedBy == ["b/y", "a/x", "b/z"])
        #expect(outcome.hooks == 4)
        #expect(outcome.failures.isEmpty)
    }

    @Test("skips a hook that throws, and one that answers what is not JSON (RS-10)")
    func failures() throws {
        let caller = CallerDouble { (_, method, _) throws(PluginError) in
            switch method {
            case "ph.hook/a": throw PluginError(code: .failed, message: "not today")
            case "ph.hook/b": return Array("{not json".utf8)
            default: return Array("2".utf8)
            }
        }
        let said = Mutex<[String]>([])
        let hooks = HookTable(caller: caller) { plugin, text in said.withLock { $0.append("\(plugin): \(text)") } }
        defer { hooks.stop() }
        hooks.replace(.of(hooks: ["a", "b", "c"].map { Self.hook($0) }), of: "p")
        let outcome = try hooks.run("s", Array("1".utf8))
        #expect(Self.text(outcome) == "2")
        #expect(outcome.failures.map(\.hook) == ["p/a", "p/b"])
        #expect(outcome.failures.map(\.error) == ["not today", "it answered what is not JSON"])
        #expect(outcome.changedBy == ["p/c"])
        #expect(caller.calls.map { String($0.suffix(1)) } == ["1", "1", "1"])
        _ = try hooks.run("s", Array("1".utf8))
        #expect(said.withLock { $0.count } == 2, "what fails often is said once")
    }

    @Test("goes on without a hook that hangs, and passes it by until it is back (RS-10)")
    func hanging() async throws {
        let latch = Latch()
        defer { latch.open() }
        let caller = CallerDouble { _, method, _ in
            if method == "ph.hook/a" { latch.wait() }
            return method == "ph.hook/b" ? Array("2".utf8) : Array("3".utf8)
        }
        let hooks = HookTable(caller: caller) { _, _ in }
        defer { hooks.stop() }
        hooks.replace(
            .of(hooks: [
                Self.hook("b", priority: 90), Self.hook("a", deadline: .milliseconds(30)), Self.hook("c", priority: 1),
            ]),
            of: "p"
        )
        let first = try await OnWorker { try hooks.run("s", Array("1".utf8)) }.value
        #expect(Self.text(first) == "3")
        #expect(first.failures.map(\.error) == ["it was not done by its deadline, and still runs"])
        let second = try await OnWorker { try hooks.run("s", Array("1".utf8)) }.value
        #expect(second.failures.map(\.error) == ["an earlier call of it still runs"])
        latch.open()
        while try await OnWorker({ try hooks.run("s", Array("1".utf8)) }).value.failures.count > 0 {
            try Task.checkCancellation()
        }
    }

    @Test("calls a hook of a new generation, though one of the generation before still hangs (RS-10)")
    func reloadWhileHanging() async throws {
        let latch = Latch()
        defer { latch.open() }
        let isMended = Atomic(false)
        let caller = CallerDouble { _, _, _ in
            if !isMended.load(ordering: .acquiring) { latch.wait() }
            return Array("2".utf8)
        }
        let hooks = HookTable(caller: caller) { _, _ in }
        defer { hooks.stop() }
        let catalogue = ComponentCatalogue([hooks])
        // Long enough for a call that does not hang.
        let declared = ComponentDeclaration.of(hooks: [Self.hook("a", deadline: .seconds(3))])
        catalogue.commit(try catalogue.reserve(declared, for: "p"), generation: 1)
        let first = try await OnWorker { try hooks.run("s", Array("1".utf8)) }.value
        #expect(first.failures.map(\.error) == ["it was not done by its deadline, and still runs"])
        isMended.store(true, ordering: .releasing)
        catalogue.commit(try catalogue.reserve(declared, for: "p"), generation: 2)
        let second = try await OnWorker { try hooks.run("s", Array("1".utf8)) }.value
        #expect(Self.text(second) == "2")
        #expect(second.failures.isEmpty)
    }

    @Test("ends at the deadline of whoever asks")
    func deadline() async throws {
        let latch = Latch()
        defer { latch.open() }
        let caller = CallerDouble { _, _, _ in
            latch.wait()
            return []
        }
        let hooks = HookTable(caller: caller) { _, _ in }
        defer { hooks.stop() }
        hooks.replace(.of(hooks: [Self.hook("a"), Self.hook("b")]), of: "p")
        let outcome = try await OnWorker {
            try hooks.run("s", Array("1".utf8), until: .now.advanced(by: .milliseconds(30)))
        }.value
        #expect(Self.text(outcome) == "1")
        #expect(outcome.failures.map(\.hook) == ["p/a", "p/b"])
        #expect(outcome.failures.last?.error == "the time for the whole chain was over before its turn")
    }

    @Test("gives the value back where nobody has a hook, and takes nothing but JSON and a stage's name")
    func nobody() throws {
        let hooks = HookTable(caller: CallerDouble()) { _, _ in }
        defer { hooks.stop() }
        #expect(try hooks.run("s", Array(" {} ".utf8)).value == Array(" {} ".utf8))
        #expect(throws: PluginError.self) { try hooks.run("s", Array("{".utf8)) }
        #expect(throws: PluginError.self) { try hooks.run("no stage", Array("1".utf8)) }
        #expect(hooks.conflict(.of(hooks: [HookDeclaration(name: "a", stage: "x y")]), of: "p") != nil)
        let answer = try HookService(hooks: hooks).serve(.of("s", "[1]"))
        #expect(answer == Array("[1]".utf8))
    }

    @Test("is refused at once when the host has stopped, as actions are")
    func stopped() {
        let hooks = HookTable(caller: CallerDouble()) { _, _ in }
        hooks.replace(.of(hooks: [Self.hook("a")]), of: "p")
        hooks.stop()
        let soon = MonotonicInstant.now.advanced(by: .seconds(2))
        let hookError = #expect(throws: PluginError.self) { try hooks.run("s", Array("1".utf8), until: soon) }
        #expect(hookError?.code == .shuttingDown)
        let actions = ActionTable(caller: CallerDouble())
        let action = ActionDeclaration(name: "a", description: "", parameters: .object([:]))
        actions.replace(.of(actions: [action]), of: "p")
        actions.stop()
        let actionError = #expect(throws: PluginError.self) { try actions.run("a", .object([:]), until: soon) }
        #expect(actionError?.code == .shuttingDown)
    }

    @Test("has the hooks of a plugin as long as that serves")
    func replaced() throws {
        let hooks = HookTable(caller: CallerDouble()) { _, _ in }
        defer { hooks.stop() }
        hooks.replace(.of(hooks: [Self.hook("a")]), of: "p")
        #expect(try hooks.run("s", Array("1".utf8)).hooks == 1)
        hooks.replace(ComponentDeclaration(), of: "p")
        #expect(try hooks.run("s", Array("1".utf8)).hooks == 0)
    }
}

@Suite("A check of JSON")
struct JSONSyntaxTests {
    @Test(
        "accepts what is JSON",
        arguments: [
            "0", "-1.5e+3", "true", "null", #""a\u00e9\n""#, "[]", "[1, [2]]", "{}", #" {"a": {"b": [null]}} "#, "1E5",
        ]
    )
    func values(text: String) {
        #expect(JSONSyntax.isValue(Array(text.utf8)))
    }

    @Test(
        "refuses what is not",
        arguments: [
            "", " ", "{", "[1,]", "{a:1}", "01", "1.", ".5", "+1", "tru", "truex", "'a'", "\"a", "\"\n\"", #""\x""#,
            "1 2", #"{"a" 1}"#, "[1 2]", #""\u12g4""#, "NaN", "-",
        ]
    )
    func nonsense(text: String) {
        #expect(!JSONSyntax.isValue(Array(text.utf8)))
    }

    @Test("refuses bytes that are no UTF-8, and nesting without end")
    func hostile() {
        #expect(!JSONSyntax.isValue([0x22, 0xFF, 0x22]))
        #expect(!JSONSyntax.isValue(Array(repeating: UInt8(ascii: "["), count: 100_000)))
    }
}

/// Something that waits, on a thread of its own.
struct OnWorker<Value: Sendable>: Sendable {
    let body: @Sendable () throws -> Value

    init(_ body: @escaping @Sendable () throws -> Value) { self.body = body }

    var value: Value {
        get async throws {
            try await withCheckedThrowingContinuation { continuation in
                DetachedThread.start(name: "test") { continuation.resume(with: Result { try body() }) }
            }
        }
    }
}
