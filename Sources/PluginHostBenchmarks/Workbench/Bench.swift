internal import FoundationEssentials
internal import Glibc
internal import LinuxSystem

/// What every benchmark is given: where to work, with which files, and how long.
struct Bench: Sendable {
    let isQuick: Bool
    /// A directory of this process, on the file system that is measured.
    let root: String
    let products: Products

    /// Takes the long or the short form of a number.
    func count(_ long: Int, quick: Int) -> Int { isQuick ? quick : long }

    /// Makes a directory of that name, which is removed with all others at the end.
    func directory(_ name: String) throws -> String {
        let path = "\(root)/\(name)"
        try Directory.make(path)
        return path
    }

    // MARK: Beginning and end

    private static let prefix = "plugin-host-benchmarks-"

    /// Where files are written unless the user says otherwise.
    static var standardDirectory: String {
        ProcessFacts.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    }

    /// Makes a directory of its own, and removes those of processes that were killed.
    static func makeRoot(in directory: String) throws(BenchmarkFailure) -> String {
        let root = "\(directory)/\(prefix)\(getpid())"
        do throws(SystemCallError) {
            for name in try Directory.names(directory) where name.hasPrefix(prefix) {
                guard let process = Int32(name.dropFirst(prefix.count)), kill(process, 0) != 0, errno == ESRCH else {
                    continue
                }
                try? FileManager.default.removeItem(atPath: "\(directory)/\(name)")
            }
            try Directory.make(root)
        } catch {
            throw .failed("\(directory): nothing can be written there: \(error)")
        }
        return root
    }

    func removeRoot() {
        try? FileManager.default.removeItem(atPath: root)
    }
}
