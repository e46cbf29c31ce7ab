/// The layouts of the C structs that the Swift images of this process have brought with them.
///
/// Images are never unloaded, so that a layout once added stays.
package struct StructLayoutRegistry: Sendable {
    private struct Entry {
        let layout: StructLayout
        let path: String
    }

    private var entries: [String: Entry] = [:]

    /// Creates a registry that knows of no image.
    package init() {}

    /// The structs whose layouts differ from those that are loaded, in the order of their names.
    package func conflicts(with image: InspectedImage) -> [StructLayoutConflict] {
        image.structLayouts.compactMap { name, layout in
            guard let entry = entries[name], entry.layout != layout else { return nil }
            return StructLayoutConflict(
                name: name,
                loaded: entry.layout,
                loadedFrom: entry.path,
                wanted: layout,
                path: image.path
            )
        }
        .sorted { $0.name < $1.name }
    }

    /// Refuses an image that would not agree with those that are loaded.
    package func check(_ image: InspectedImage) throws(PluginError) {
        if let conflict = conflicts(with: image).first { throw conflict.error }
    }

    /// Takes note of an image that is about to be loaded; the first to bring a struct is remembered.
    package mutating func add(_ image: InspectedImage) {
        for (name, layout) in image.structLayouts where entries[name] == nil {
            entries[name] = Entry(layout: layout, path: image.path)
        }
    }
}
