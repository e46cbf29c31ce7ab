internal import FoundationEssentials
internal import Glibc
internal import LinuxSystem

/// What every benchmark is given: where to work, with which files, and how long.
struct Bench: Sendable {
    let isQuick: Bool
    let products: Products
    /// A directory of this process, on the file system that is measured.
    let root: String
    /// A directory of this process on a memory file system, as a runtime directory is; `nil` where there is none.
    private let memory: String?

    init(isQuick: Bool, directory: String, products: Products) throws(BenchmarkFailure) {
        self.isQuick = isQuick
        self.products = products
        root = try Self.makeRoot(in: directory)
        // Containers mount it without the right to run code.
        let isUsable = (try? FileSystemKind.allowsCode(directory: Self.sharedMemory)) == true
        memory = isUsable ? try Self.makeRoot(in: Self.sharedMemory) : nil
    }

    /// Takes the long or the short form of a number.
    func count(_ long: Int, quick: Int) -> Int { isQuick ? quick : long }

    /// Makes a directory of that name, which is removed with all others at the end.
    func directory(_ name: String) throws -> String {
        let path = "\(root)/\(name)"
        try Directory.make(path)
        return path
    }

    /// Where the images of a host lie: in memory, as under a service manager or in a session.
    func images(_ name: String) throws -> String {
        guard let memory else { return try directory("\(name)-images") }
        try Directory.make("\(memory)/\(name)")
        return "\(memory)/\(name)"
    }

    // MARK: Beginning and end

    private static let sharedMemory = "/dev/shm"

    private static let prefix = "plugin-host-benchmarks-"

    /// Where files are written unless the user says otherwise.
    static var standardDirectory: String {
        ProcessFacts.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    }

    /// Makes a directory of its own, and removes those of processes that were killed.
    private static func makeRoot(in directory: String) throws(BenchmarkFailure) -> String {
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

    func removeRoots() {
        for root in [root, memory].compactMap(\.self) { try? FileManager.default.removeItem(atPath: root) }
    }
}
