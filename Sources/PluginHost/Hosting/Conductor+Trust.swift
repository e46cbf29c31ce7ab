extension Conductor {
    /// Takes note that the file of an entry is about to be judged.
    func beginJudging(_ entry: PluginEntry) {
        if entry.awaitsTrust { entry.lastError = nil }
        entry.awaitsTrust = false
        entry.trustChangesSeen = trustChanges
    }

    /// Leaves a file alone that is not trusted, until rights or signatures change.
    ///
    /// It is not set aside: nothing is wrong with its content.
    func refused(_ entry: PluginEntry) {
        entry.awaitsTrust = true
        entry.attempts.reset()
        // What has changed while it was judged may have been looked at before.
        if entry.trustChangesSeen != trustChanges { settle(entry.path) }
    }

    /// Judges files again that were not trusted.
    func judgeAgain(_ paths: [String]) {
        trustChanges += 1
        for path in paths {
            guard let id = idByPath[path], entries[id]?.awaitsTrust == true else { continue }
            settle(path)
        }
    }
}
