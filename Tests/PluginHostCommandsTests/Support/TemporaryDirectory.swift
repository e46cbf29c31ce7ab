import TestSupport

/// A directory for the tests of a suite, gone with the last of its copies.
final class TemporaryDirectory: Sendable {
    private let directory: TestSupport.TemporaryDirectory

    init() throws { directory = try TestSupport.TemporaryDirectory() }

    var path: String { directory.path }

    func write(_ text: String, to name: String) throws { try directory.write(text, to: name) }
}
