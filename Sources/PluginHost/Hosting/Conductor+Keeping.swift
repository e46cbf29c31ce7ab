internal import LinuxSystem

extension Conductor {
    /// How many plugins are written down together: as many images are read at a time, and their locks wait for each other.
    private static let keptTogether = 64

    /// Takes note that a plugin serves since the start, which is written down when all run: nothing is lost without it.
    ///
    /// A crash before that leaves the plugin as it was before the start. The next operation on it waits until it is kept.
    func keepLater(_ record: GenerationRecord, of entry: PluginEntry) {
        guard let history = entry.history, let image = entry.live?.image.path else { return }
        history.begins(with: record, image: image)
        entry.lock.share()
        unkept.append(entry)
    }

    /// Writes down what the start has left to be written so far.
    func keepUnkept() {
        let entries = unkept
        unkept = []
        guard !entries.isEmpty else { return }
        let before = keeping
        keeping = Task {
            await before?.value
            await keep(entries)
        }
    }

    private func keep(_ entries: [PluginEntry]) async {
        for start in stride(from: 0, to: entries.count, by: Self.keptTogether) {
            let part = entries[start..<min(start + Self.keptTogether, entries.count)]
            let kept = part.compactMap { entry in entry.history.map { (entry: entry, history: $0) } }
            let histories = kept.map(\.history)
            let failures = await environment.storage.run { PluginHistory.catchUp(histories) }
            for (index, error) in failures {
                let entry = kept[index].entry
                let number = entry.live?.number ?? 0
                complain(entry, "generation \(number) serves but could not be written down: \(error.message)")
            }
            for entry in part { entry.lock.release() }
        }
    }
}
