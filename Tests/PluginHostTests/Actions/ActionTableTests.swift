import LinuxSystem
import Synchronization
import Testing

@testable import PluginHost

@Suite("The table of actions", .timeLimit(.minutes(10)))
struct ActionTableTests {
    private static func action(
        _ name: String,
        _ activation: ActionDeclaration.Activation = .always,
        parallel: Bool = false,
        deadline: Duration = .seconds(60)
    ) -> ActionDeclaration {
        ActionDeclaration(
            name: name,
            description: "Does \(name).",
            parameters: .object([
                "type": .string("object"), "properties": .object(["n": .object(["type": .string("integer")])]),
            ]),
            activation: activation,
            isParallel: parallel,
            deadline: deadline
        )
    }

    private static let done = CallerDouble { _, _, _ in Array(#"{"success":true,"text":"done"}"#.utf8) }

    @Test("runs an action with its arguments, and gives success and text (RS-12)")
    func runs() throws {
        let caller = CallerDouble { _, _, input in
            Array(#"{"success":false,"text":"\#(input.count) bytes"}"#.utf8)
        }
        let actions = ActionTable(caller: caller)
        defer { actions.stop() }
        actions.replace(.of(actions: [Self.action("count")]), of: "p")
        let result = try actions.run("count", .object(["n": .integer(7)]))
        #expect(result == ActionResult(success: false, text: "7 bytes"))
        #expect(caller.calls == [#"p ph.action/count {"n":7}"#])
    }

    @Test("refuses arguments of a wrong type before the call (RS-12)")
    func wrongArguments() {
        let caller = CallerDouble()
        let actions = ActionTable(caller: caller)
        defer { actions.stop() }
        actions.replace(.of(actions: [Self.action("count")]), of: "p")
        let error = #expect(throws: PluginError.self) { try actions.run("count", .object(["n": .string("7")])) }
        #expect(error?.code == .badPayload)
        #expect(error?.message == #"count: n has to be an integer, not the text "7""#)
        #expect(caller.calls.isEmpty)
    }

    @Test("gives what the plugin refuses as a result, and other failures as errors")
    func failures() throws {
        let caller = CallerDouble { (_, method, _) throws(PluginError) in
            switch method {
            case "ph.action/refuses": throw PluginError(code: .failed, message: "no money", status: 1001)
            case "ph.action/circles": throw PluginError(code: .failed, message: "plugins call each other in a circle")
            case "ph.action/crashes": throw PluginError(code: .crashed, message: "gone")
            default: return Array("7".utf8)
            }
        }
        let actions = ActionTable(caller: caller)
        defer { actions.stop() }
        actions.replace(.of(actions: ["refuses", "circles", "crashes", "babbles"].map { Self.action($0) }), of: "p")
        let refusal = try actions.run("refuses", .object([:]))
        #expect(refusal == ActionResult(success: false, text: "no money"))
        let circle = #expect(throws: PluginError.self) { try actions.run("circles", .object([:])) }
        #expect(circle?.message == "plugins call each other in a circle")
        let crashedError = #expect(throws: PluginError.self) { try actions.run("crashes", .object([:])) }
        #expect(crashedError?.code == .crashed)
        let badAnswerError = #expect(throws: PluginError.self) { try actions.run("babbles", .object([:])) }
        #expect(badAnswerError?.code == .badAnswer)
        let unknown = #expect(throws: PluginError.self) { try actions.run("refuse", .object([:])) }
        #expect(unknown?.message.contains("refuses may be meant") == true)
    }

    @Test("refuses a name that is taken, with both owners named (RS-12)")
    func conflict() {
        let actions = ActionTable(caller: Self.done)
        defer { actions.stop() }
        actions.replace(.of(actions: [Self.action("roll")]), of: "dice")
        #expect(actions.conflict(.of(actions: [Self.action("roll")]), of: "dice") == nil)
        let reason = actions.conflict(.of(actions: [Self.action("roll")]), of: "other")
        #expect(reason?.contains("other") == true)
        #expect(reason?.contains("dice") == true)
        // Even if it came to that, nothing is replaced silently.
        actions.replace(.of(actions: [Self.action("roll")]), of: "other")
        #expect(actions.all.map(\.plugin) == ["dice"])
        actions.replace(ComponentDeclaration(), of: "dice")
        #expect(actions.all.isEmpty)
        var bad = Self.action("bad")
        bad.parameters = .object(["pattern": .string("x")])
        #expect(actions.conflict(.of(actions: [bad]), of: "p")?.contains("parameters.pattern") == true)
        #expect(actions.conflict(.of(actions: [Self.action("a b")]), of: "p") != nil)
        #expect(actions.conflict(.of(actions: [Self.action("a"), Self.action("a")]), of: "p") != nil)
    }

    @Test("offers actions always, by keyword, by chance, or never (RS-12)")
    func activation() {
        let actions = ActionTable(caller: Self.done) { 0.5 }
        defer { actions.stop() }
        let declared = [
            Self.action("always"), Self.action("never", .never), Self.action("word", .keyword(["Dice", "roll"])),
            Self.action("likely", .random(probability: 0.6)), Self.action("unlikely", .random(probability: 0.5)),
        ]
        actions.replace(.of(actions: declared), of: "p")
        #expect(actions.active(for: "hello").map(\.name) == ["always", "likely"])
        #expect(actions.active(for: "throw the DICE!").map(\.name) == ["always", "likely", "word"])
        let lucky = actions.active(for: "", chance: { 0 })
        #expect(lucky.map(\.name) == ["always", "likely", "unlikely"])
        #expect(actions.all.count == 5)
    }

    @Test("runs one at a time in the order of the calls, or several at once (RS-12)", arguments: [false, true])
    func gate(isParallel: Bool) async throws {
        let latch = Latch()
        defer { latch.open() }
        let running = Atomic(0)
        let most = Atomic(0)
        let caller = CallerDouble { _, _, _ in
            let now = running.wrappingAdd(1, ordering: .relaxed).newValue
            _ = most.max(now, ordering: .relaxed)
            latch.wait()
            running.wrappingSubtract(1, ordering: .relaxed)
            return Array(#"{"success":true,"text":""}"#.utf8)
        }
        let actions = ActionTable(caller: caller)
        defer { actions.stop() }
        actions.replace(.of(actions: [Self.action("a", parallel: isParallel)]), of: "p")
        async let first = OnWorker { try actions.run("a", .object([:])) }.value
        async let second = OnWorker { try actions.run("a", .object([:])) }.value
        try await until { caller.calls.count == (isParallel ? 2 : 1) }
        latch.open()
        let results = try await [first, second]
        #expect(results.map(\.success) == [true, true])
        let peak = most.load(ordering: .relaxed)
        #expect(peak == (isParallel ? 2 : 1))
    }

    @Test("gives an action up at its deadline, and refuses it while it hangs (RS-12)")
    func hanging() async throws {
        let latch = Latch()
        defer { latch.open() }
        let caller = CallerDouble { _, _, _ in
            latch.wait()
            return Array(#"{"success":true,"text":""}"#.utf8)
        }
        let actions = ActionTable(caller: caller)
        defer { actions.stop() }
        // Long enough for a thread to begin with it.
        actions.replace(.of(actions: [Self.action("a", deadline: .seconds(2))]), of: "p")
        let late = await #expect(throws: PluginError.self) {
            try await OnWorker { try actions.run("a", .object([:])) }.value
        }
        #expect(late?.code == .timedOut)
        let busy = await #expect(throws: PluginError.self) {
            try await OnWorker { try actions.run("a", .object([:])) }.value
        }
        #expect(busy?.code == .busy)
        latch.open()
        while (try? await OnWorker { try actions.run("a", .object([:])) }.value) == nil { try Task.checkCancellation() }
    }

    @Test("refuses those, too, that wait for their turn when a call is given up (RS-12)")
    func hangingBeforeOthers() async throws {
        let latch = Latch()
        defer { latch.open() }
        let caller = CallerDouble { _, _, _ in
            latch.wait()
            return []
        }
        let actions = ActionTable(caller: caller)
        defer { actions.stop() }
        actions.replace(.of(actions: [Self.action("a")]), of: "p")
        let first = Task {
            // Long enough for a thread to begin with it.
            try await OnWorker { try actions.run("a", .object([:]), until: .now.advanced(by: .seconds(3))) }.value
        }
        try await until { caller.calls.count == 1 }
        let busy = await #expect(throws: PluginError.self) {
            try await OnWorker { try actions.run("a", .object([:]), until: .now.advanced(by: .seconds(200))) }.value
        }
        #expect(busy?.code == .busy, "\(busy?.message ?? "")")
        let late = await #expect(throws: PluginError.self) { try await first.value }
        #expect(late?.code == .timedOut)
        #expect(caller.calls.count == 1)
    }

    @Test("lets the next one wait for its turn until its deadline only")
    func queueDeadline() async throws {
        let latch = Latch()
        defer { latch.open() }
        let caller = CallerDouble { _, _, _ in
            latch.wait()
            return Array(#"{"success":true,"text":""}"#.utf8)
        }
        let actions = ActionTable(caller: caller)
        defer { actions.stop() }
        actions.replace(.of(actions: [Self.action("a")]), of: "p")
        async let first = OnWorker { try actions.run("a", .object([:])) }.value
        try await until { caller.calls.count == 1 }
        let late = await #expect(throws: PluginError.self) {
            try await OnWorker { try actions.run("a", .object([:]), until: .now.advanced(by: .milliseconds(20))) }.value
        }
        #expect(late?.code == .timedOut)
        #expect(late?.message.contains("one at a time") == true)
        latch.open()
        #expect(try await first.success)
    }

    @Test("is the list of functions that language models take (RS-12)")
    func tools() throws {
        let actions = ActionTable(caller: Self.done)
        defer { actions.stop() }
        var declaration = Self.action("roll")
        declaration.requires = ["two hands"]
        var bare = Self.action("bare")
        bare.parameters = .object([:])
        actions.replace(.of(actions: [declaration, bare]), of: "p")
        let answer = try ActionService(actions: actions).serve(.of("ph.list", ""))
        #expect(
            String(decoding: answer, as: UTF8.self) == """
                [{"function":{"description":"Does bare.","name":"bare","parameters":{"properties":{},"type":"object"}},\
                "type":"function"},{"function":{"description":"Does roll. Needs: two hands.","name":"roll",\
                "parameters":{"properties":{"n":{"type":"integer"}},"type":"object"}},"type":"function"}]
                """
        )
        let result = try ActionService(actions: actions).serve(.of("roll", #"{"n":1}"#))
        #expect(String(decoding: result, as: UTF8.self) == #"{"success":true,"text":"done"}"#)
    }
}
