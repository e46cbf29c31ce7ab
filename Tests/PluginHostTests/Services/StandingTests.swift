import Synchronization
import Testing

@testable import PluginHost

@Suite("The standing of an instance (HR-4)")
struct StandingTests {
    private final class Notes: Sendable {
        private let texts = Mutex<[String]>([])

        var all: [String] { texts.withLock { $0 } }
        func add(_ text: String) { texts.withLock { $0.append(text) } }
    }

    @Test("keeps what is asked for until the instance serves, and does it in its order then")
    func waits() throws {
        let (notes, warnings) = (Notes(), Notes())
        let standing = Standing { warnings.add($0) }
        try standing.perform { () throws(PluginError) in
            notes.add("a")
            // What is asked for meanwhile comes after what has waited.
            try standing.perform { notes.add("d") }
        }
        try standing.perform { () throws(PluginError) in throw PluginError(code: .conflict, message: "it is taken") }
        try standing.perform { notes.add("c") }
        #expect(notes.all.isEmpty)
        standing.begin()
        #expect(notes.all == ["a", "c", "d"] && warnings.all == ["it is taken"])
        try standing.perform { notes.add("e") }
        #expect(notes.all.last == "e")
        let refused = #expect(throws: PluginError.self) {
            try standing.perform { () throws(PluginError) in throw PluginError(code: .conflict, message: "no") }
        }
        #expect(refused?.code == .conflict)
    }

    @Test("forgets what has waited when another one serves, or the plugin goes")
    func ends() throws {
        let notes = Notes()
        let standing = Standing { notes.add($0) }
        try standing.perform { notes.add("a") }
        standing.end()
        standing.begin()
        try standing.perform { notes.add("b") }
        try Standing.none.perform { notes.add("c") }
        #expect(notes.all.isEmpty)
    }

    @Test("lets an instance say something as long as calls may end in it, and never one that has not served")
    func says() throws {
        let notes = Notes()
        let replaced = Standing { notes.add($0) }
        try replaced.say(bytes: 1) { notes.add("a") }
        #expect(notes.all.isEmpty)
        replaced.begin()
        replaced.end()
        try replaced.say(bytes: 1) { notes.add("b") }
        try replaced.perform { notes.add("c") }
        #expect(notes.all == ["a", "b"])
        let failed = Standing { notes.add($0) }
        try failed.say(bytes: 1) { notes.add("d") }
        failed.end()
        try failed.say(bytes: 1) { notes.add("e") }
        #expect(notes.all == ["a", "b"])
    }

    @Test("takes back what was done at once, the latest first, if the instance does not come to serve")
    func takesBack() throws {
        let notes = Notes()
        func attempt(_ standing: Standing, _ name: String) throws -> Bool {
            try standing.attempt { stays in (stays, Standing.Undo(bytes: 1) { notes.add(name) }) }
        }
        let failed = Standing { notes.add($0) }
        for name in ["a", "b"] { #expect(try attempt(failed, name)) }
        #expect(notes.all.isEmpty)
        failed.end()
        #expect(notes.all == ["b", "a"])
        // What comes late is only judged.
        #expect(try !attempt(failed, "c"))
        let serves = Standing { notes.add($0) }
        #expect(try attempt(serves, "d"))
        serves.begin()
        serves.end()
        #expect(notes.all == ["b", "a"])
    }

    @Test("goes back to what was asked for before something failed, if the instance may still come to serve")
    func goesBack() throws {
        let notes = Notes()
        func ask(_ standing: Standing, _ name: String) throws {
            try standing.say(bytes: 1) { notes.add("says \(name)") }
            try standing.attempt { _ in ((), Standing.Undo(bytes: 1) { notes.add("takes \(name) back") }) }
        }
        let standing = Standing { notes.add($0) }
        try ask(standing, "a")
        let mark = standing.mark
        for name in ["b", "c"] { try ask(standing, name) }
        standing.goBack(to: mark)
        #expect(notes.all == ["takes c back", "takes b back"])
        try ask(standing, "d")
        standing.begin()
        #expect(notes.all.suffix(2) == ["says a", "says d"])
        standing.goBack(to: mark)
        #expect(notes.all.count == 4)
    }

    @Test("keeps no more than there is room for")
    func bound() throws {
        let standing = Standing { _ in }
        for _ in 0..<10_000 { try standing.perform {} }
        let refused = #expect(throws: PluginError.self) { try standing.perform {} }
        #expect(refused?.code == .busy)
        let large = Standing { _ in }
        try large.say(bytes: 64 << 20) {}
        let tooLarge = #expect(throws: PluginError.self) { try large.say(bytes: 1) {} }
        #expect(tooLarge?.code == .busy)
        let notes = Notes()
        let tooMuch = #expect(throws: PluginError.self) {
            try large.attempt { _ in ((), Standing.Undo(bytes: 1) { notes.add("taken back") }) }
        }
        #expect(tooMuch?.code == .busy && notes.all == ["taken back"])
    }
}
