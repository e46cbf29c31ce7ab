internal import Glibc
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

    /// What came of reading a file, and what it was before.
    struct Reading<Content: Sendable>: Sendable {
        fileprivate let before: FileStatus?
        fileprivate let result: Result<Content, PluginError>

        init(_ path: String, _ body: (_ path: String) throws(PluginError) -> Content) {
            before = (try? FileStatus.of(path)) ?? nil
            result = Result { () throws(PluginError) in try body(path) }
        }

        /// What was read; `nil` if the file could not be read.
        var content: Content? { try? result.get() }
    }

    /// Reads the file; `nil` if somebody is writing to it, whatever the reading came to.
    ///
    /// A reading from before counts instead if the file could be read and was as reported then. One that was refused is read
    /// again: rights may have been given since, and that would not be noticed once more.
    func read<Content: Sendable>(
        ahead: Reading<Content>? = nil,
        _ body: (_ path: String) throws(PluginError) -> Content
    ) throws(PluginError) -> Content? {
        let usable = ahead.flatMap { reported != nil && $0.content != nil && isAsReported($0.before) ? $0 : nil }
        let reading = usable ?? Reading(path, body)
        guard isAsReported(reading.before), isStill(since: reading.before) else { return nil }
        return try reading.result.get()
    }

    private func isAsReported(_ status: FileStatus?) -> Bool {
        reported.map { status?.isSameContent(as: $0) == true } ?? true
    }

    /// A writer is one who has the file open, or who came and went: then the times differ.
    private func isStill(since before: FileStatus?) -> Bool {
        // Without O_NONBLOCK, a pipe that has taken the file's place would stop the thread.
        guard let file = try? OwnedFileDescriptor.open(path, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY) else {
            return ((try? FileStatus.of(path)) ?? nil) == before
        }
        return file.hasWriter() != true && (try? file.status()) == before
    }
}
