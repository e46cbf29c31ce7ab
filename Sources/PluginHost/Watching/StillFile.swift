internal import LinuxSystem

/// A file that is to be read as it was when it had settled, and at no other moment.
///
/// Between the report that a file has settled and the reading of it, a writer may have begun with the next content. What
/// was read counts only if the file was as reported before, is the same after, and nobody can have changed it meanwhile.
struct StillFile: Sendable {
    let path: String
    private let reported: FileStatus?

    /// Takes a file as it was reported; `nil` takes it as it is.
    init(_ path: String, as reported: FileStatus?) {
        self.path = path
        self.reported = reported
    }

    /// Reads the file; `nil` if somebody is writing to it, whatever the reading came to.
    func read<Content>(
        _ body: (_ path: String) throws(PluginError) -> Content
    ) throws(PluginError) -> Content? {
        let before = (try? FileStatus.of(path)) ?? nil
        if let reported, before?.isSameContent(as: reported) != true { return nil }
        let result = Result { () throws(PluginError) in try body(path) }
        guard isStill(since: before) else { return nil }
        return try result.get()
    }

    /// A writer is one who has the file open, or who came and went: then the times differ.
    private func isStill(since before: FileStatus?) -> Bool {
        let hasWriter = OwnedFileDescriptor.hasWriter(path: path) ?? false
        return !hasWriter && ((try? FileStatus.of(path)) ?? nil) == before
    }
}
