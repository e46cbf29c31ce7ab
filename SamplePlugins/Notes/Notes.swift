// Keeps notes that people and language models can have written down, by three actions. The notes survive every reload.
//
//   plugin-host act add_note '{"text":"buy milk"}'
//   plugin-host act list_notes

public import PluginSDK

final class Notes: StatefulPlugin, ComponentPlugin {
    static let metadata = PluginMetadata(id: "notes", name: "Notes", version: "1.0.0", type: .tool)

    /// What survives a reload.
    struct State: Codable {
        var notes: [String] = []
    }
    var state = State()

    private static let mostNotes = 1000

    init(context: PluginContext) {}

    static func register(in methods: inout MethodTable<Notes>) {}

    var components: Components<Notes> {
        Action(
            "add_note",
            "Writes a note down.",
            parameters: """
                {"type":"object","required":["text"],"additionalProperties":false,"properties":{
                "text":{"type":"string","description":"What to note.","minLength":1,"maxLength":1000}}}
                """,
            activation: .keywords(["note", "remember"])
        ) { plugin, arguments in
            guard plugin.state.notes.count < Notes.mostNotes else { return .failure("there are too many notes") }
            plugin.state.notes.append(try arguments.string("text"))
            return .success("noted as number \(plugin.state.notes.count)")
        }
        Action(
            "list_notes",
            "Tells the notes, with their numbers.",
            parameters: """
                {"type":"object","additionalProperties":false,"properties":{
                "containing":{"type":"string","description":"Only the notes with this text.","default":""}}}
                """
        ) { plugin, arguments in
            let wanted = try arguments.string("containing", default: "").lowercased()
            let lines = plugin.state.notes.enumerated()
                .filter { wanted.isEmpty || $0.element.lowercased().contains(wanted) }
                .map { "\($0.offset + 1). \($0.element)" }
            return .success(lines.isEmpty ? "there are no notes" : lines.joined(separator: "\n"))
        }
        Action(
            "remove_note",
            "Removes a note by its number; the numbers of those behind it change.",
            parameters: """
                {"type":"object","required":["number"],"additionalProperties":false,"properties":{
                "number":{"type":"integer","minimum":1}}}
                """
        ) { plugin, arguments in
            let number = try arguments.integer("number")
            guard number <= plugin.state.notes.count else { return .failure("there is no note \(number)") }
            return .success("removed: \(plugin.state.notes.remove(at: number - 1))")
        }
    }
}

/// The one function that the host looks for.
@c(ph_plugin_factory)
public func factory() -> PluginFactory { makeFactory(of: Notes.self) }
