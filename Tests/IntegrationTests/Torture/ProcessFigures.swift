import Foundation

/// What this process uses, as the kernel counts it.
struct ProcessFigures: Sendable {
    var descriptors: Int
    /// Those of hosts; what the tests and the tasks have comes and goes.
    var threads: Int
    var mappings: Int
    /// Kilobytes of memory that no file backs.
    var anonymous: Int
    /// Kilobytes of memory in all.
    var resident: Int

    static func now() throws -> ProcessFigures {
        let rollup = try text("/proc/self/smaps_rollup")
        return ProcessFigures(
            descriptors: try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count,
            threads: try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count { task in
                let name = (try? text("/proc/self/task/\(task)/comm")) ?? ""
                return ["plugin-", "host-"].contains { name.hasPrefix($0) }
            },
            mappings: try text("/proc/self/maps").split(separator: "\n").count,
            anonymous: field("Anonymous:", of: rollup),
            resident: field("Rss:", of: rollup)
        )
    }

    /// Waits until the figures are as they should be; those that are not, are given back after a minute.
    static func settled(_ condition: (ProcessFigures) -> Bool) async throws -> ProcessFigures {
        let deadline = ContinuousClock.now + .seconds(60)
        var figures = try now()
        while !condition(figures), ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(10))
            figures = try now()
        }
        return figures
    }

    /// Reads a file whose size is not known beforehand.
    private static func text(_ path: String) throws -> String {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        return String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
    }

    private static func field(_ name: String, of text: String) -> Int {
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
