import Foundation
import LinuxSystem
import Synchronization

/// A process that a test has started, with what it prints in files.
///
/// Files instead of pipes: nothing that the test is late to read can hold the process up.
final class Program: Sendable {
    private let child: ChildProcess
    private let outputPath: String
    private let errorsPath: String
    private let end = Mutex<ChildProcess.End?>(nil)

    /// Starts a program in a directory, with some bytes on standard input.
    init(_ words: [String], in directory: String, input: Data, environment: [String: String]) throws {
        let files = "\(directory)/program-\(UUID().uuidString)"
        (outputPath, errorsPath) = ("\(files).out", "\(files).err")
        try Workshop.write(input, to: "\(files).in")
        let script = #"cd "$0" && files=$1 && shift && exec "$@" <"$files.in" >"$files.out" 2>"$files.err""#
        child = try ChildProcess(
            executable: "/bin/sh",
            arguments: ["-c", script, directory, files] + words,
            environment: environment
        )
        Thread.detachNewThread { [self] in
            let result = (try? child.wait()) ?? .signalled(0)
            end.withLock { $0 = result }
        }
    }

    var processID: Int32 { child.processID }
    var hasEnded: Bool { end.withLock { $0 != nil } }
    var output: String { Self.text(outputPath) }
    var errors: String { Self.text(errorsPath) }

    /// Asks the process to end.
    func terminate() {
        child.terminate()
    }

    /// Ends the process, and all that it has started, at once.
    func kill() {
        child.terminate(byForce: true)
    }

    /// Waits for the end; the test's time limit ends a wait in vain.
    func ended() async throws -> ChildProcess.End {
        while true {
            if let result = end.withLock({ $0 }) { return result }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    private static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}
