import Foundation
import Testing

/// What this process has of other processes: what must not stay when they are gone.
struct Leftovers: Sendable {
    /// Where each descriptor leads, without the numbers of pipes and sockets.
    var descriptors: [String: Int]
    var memoryFiles: Int
    var threads: Int
    var children: [String]

    static func now() throws -> Leftovers {
        let files = FileManager.default
        let names = try files.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { number in
            try? files.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(number)")
        }
        let kinds = names.map { name in name.firstIndex(of: "[").map { String(name[..<$0]) } ?? name }
        return Leftovers(
            descriptors: Dictionary(kinds.map { ($0, 1) }, uniquingKeysWith: +),
            memoryFiles: try text("/proc/self/maps").split(separator: "\n").count { $0.contains("/memfd:") },
            threads: try ProcessFigures.now().threads,
            children: try files.contentsOfDirectory(atPath: "/proc/self/task").flatMap { task in
                try text("/proc/self/task/\(task)/children").split(separator: " ").map(String.init)
            }
        )
    }

    /// Waits until no more is left than there was, and says what it is if that does not come.
    static func settle(to before: Leftovers) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        var now = try Leftovers.now()
        while !now.fits(before), ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(10))
            now = try Leftovers.now()
        }
        guard !now.fits(before) else { return }
        // What an expectation was about does not leave a process, its comment does.
        Issue.record(
            """
            left over: children \(now.children), descriptors \(now.more(than: before)), \(now.memoryFiles) mappings of \
            shared memory after \(before.memoryFiles), \(now.threads) threads after \(before.threads), of all \(try threadNames())
            """
        )
    }

    private func fits(_ before: Leftovers) -> Bool {
        children.isEmpty && memoryFiles <= before.memoryFiles && more(than: before).isEmpty
            && threads <= before.threads + 1
    }

    /// How many more descriptors there are of each kind.
    func more(than before: Leftovers) -> [String: Int] {
        descriptors.reduce(into: [:]) { more, entry in
            let count = entry.value - (before.descriptors[entry.key] ?? 0)
            if count > 0 { more[entry.key] = count }
        }
    }

    /// What all threads of this process are called.
    private static func threadNames() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").compactMap { task in
            try? text("/proc/self/task/\(task)/comm").trimmingCharacters(in: .newlines)
        }.sorted()
    }

    private static func text(_ path: String) throws -> String {
        // A thread that has ended meanwhile has no children.
        guard let file = FileHandle(forReadingAtPath: path) else { return "" }
        return String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
    }
}
