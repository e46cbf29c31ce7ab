import Synchronization
import Testing

@testable import PluginHost

@Suite("The catalogue of components (RS-9)")
struct ComponentCatalogueTests {
    /// A table that remembers what it is told.
    private final class Table: ComponentTable {
        let told = Mutex<[String]>([])
        let reason: String?

        init(refusing reason: String? = nil) { self.reason = reason }

        func conflict(_ declaration: ComponentDeclaration, of plugin: String) -> String? { reason }

        func replace(_ declaration: ComponentDeclaration, of plugin: String) {
            told.withLock { $0.append("\(plugin): \(declaration.actions.map(\.name).joined(separator: " "))") }
        }
    }

    private static func actions(_ names: String...) throws -> ComponentDeclaration {
        let list = names.map { #"{"name":"\#($0)"}"# }.joined(separator: ",")
        return try ComponentDeclaration(reading: Array(#"{"actions":[\#(list)]}"#.utf8))
    }

    @Test(
        "registers, replaces and withdraws a plugin's components as a whole, and tells its tables of each generation once"
    )
    func wholes() throws {
        let table = Table()
        let catalogue = ComponentCatalogue([table])
        catalogue.commit(try catalogue.reserve(Self.actions("a", "b"), for: "one"), generation: 1)
        #expect(catalogue.entry(of: "one")?.owner == ComponentOwner(plugin: "one", generation: 1))
        catalogue.commit(try catalogue.reserve(Self.actions("b", "c"), for: "one"), generation: 2)
        // What the tables know of calls that hang is not true of the new generation.
        catalogue.commit(try catalogue.reserve(Self.actions("b", "c"), for: "one"), generation: 3)
        #expect(catalogue.entry(of: "one")?.owner.generation == 3)
        catalogue.suspend("one")
        catalogue.resume("one")
        #expect(catalogue.withdraw("one") == 2)
        #expect(catalogue.withdraw("one") == 0)
        #expect(catalogue.all.isEmpty)
        #expect(table.told.withLock { $0 } == ["one: a b", "one: b c", "one: b c", "one: ", "one: b c", "one: "])
    }

    @Test("shows the names of methods, and registers nothing for them")
    func methods() throws {
        let table = Table()
        let catalogue = ComponentCatalogue([table])
        for names in ["a", "b"] {
            let declaration = try ComponentDeclaration(reading: Array(#"{"methods":["\#(names)"]}"#.utf8))
            let reserved = try catalogue.reserve(declaration, for: "one")
            #expect(!catalogue.changes(reserved))
            catalogue.commit(reserved, generation: 1)
            #expect(catalogue.entry(of: "one")?.declaration.methods == [names])
        }
        #expect(table.told.withLock { $0 } == [])
    }

    @Test("refuses a name that another plugin has, or has reserved, naming both owners")
    func conflicts() throws {
        let catalogue = ComponentCatalogue()
        catalogue.commit(try catalogue.reserve(Self.actions("a"), for: "one"), generation: 1)
        let reserved = try catalogue.reserve(Self.actions("b"), for: "two")
        for name in ["a", "b"] {
            let error = #expect(throws: PluginError.self) { try catalogue.reserve(Self.actions(name), for: "three") }
            #expect(error?.code == .conflict)
            #expect(error?.message.contains("three: the action '\(name)' is \(name == "a" ? "one" : "two")'s") == true)
        }
        catalogue.release(reserved)
        let free = try catalogue.reserve(Self.actions("b"), for: "three")
        // What was given up once gives up nothing that came later.
        catalogue.release(reserved)
        #expect(throws: PluginError.self) { try catalogue.reserve(Self.actions("b"), for: "two") }
        catalogue.release(free)
    }

    @Test("hears a table that refuses")
    func tables() throws {
        let catalogue = ComponentCatalogue([Table(refusing: "the cron expression is nonsense")])
        let error = #expect(throws: PluginError.self) { try catalogue.reserve(Self.actions("a"), for: "one") }
        #expect(error?.message == "one: the cron expression is nonsense")
    }

    @Test("keeps the names of a plugin that is stopped, and lets nobody reach them until it is started")
    func suspension() throws {
        let table = Table()
        let catalogue = ComponentCatalogue([table])
        catalogue.commit(try catalogue.reserve(Self.actions("a"), for: "one"), generation: 1)
        catalogue.suspend("one")
        #expect(catalogue.all.isEmpty)
        #expect(throws: PluginError.self) { try catalogue.reserve(Self.actions("a"), for: "two") }
        catalogue.resume("one")
        #expect(catalogue.entry(of: "one") != nil)
        catalogue.commit(try catalogue.reserve(Self.actions("z"), for: "one"), generation: 2, isServing: false)
        #expect(catalogue.all.isEmpty)
        catalogue.resume("one")
        #expect(table.told.withLock { $0 } == ["one: a", "one: ", "one: a", "one: ", "one: z"])
    }
}
