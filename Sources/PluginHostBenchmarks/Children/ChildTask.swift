internal import CBenchmarkFloor
internal import FoundationEssentials
internal import LinuxSystem

/// Work that this program gives to another process of itself.
///
/// What a process has mapped stays mapped and what it has learnt stays learnt, so each benchmark gets a process of its own,
/// and so does each round of those that measure a process's beginning or its memory. The child is this program with the
/// words `--child`, how long to measure, where to write, and the task; it prints one line with a mark and JSON.
enum ChildTask {
    private static let mark = "plugin-host-benchmarks-result: "

    // MARK: In the parent

    /// Has a task done, and reads what came of it.
    static func run<Result: Decodable>(_ task: [String], in bench: Bench, as type: Result.Type) throws -> Result {
        guard let program = ProcessFacts.executable else {
            throw BenchmarkFailure.failed("where this program is can't be told")
        }
        let process = try ChildProcess(
            executable: program,
            arguments: ["--child", bench.isQuick ? "quick" : "full", bench.root] + task,
            environment: ProcessFacts.environment
        )
        var lines = LineSplitter(limit: 1 << 26)
        var result: String?
        func take(_ line: [UInt8]) {
            let text = String(decoding: line, as: UTF8.self)
            if text.hasPrefix(mark) { result = String(text.dropFirst(mark.count)) } else { StandardError.pass(text) }
        }
        process.readOutput { bytes in
            lines.append(bytes)
            while let line = try? lines.next() { take(line) }
        }
        if let rest = lines.rest() { take(rest) }
        let end = try process.wait()
        guard end == .exited(0), let result else {
            throw BenchmarkFailure.failed("\(task.joined(separator: " ")): the measuring process failed: \(end)")
        }
        return try JSONDecoder().decode(type, from: Data(result.utf8))
    }

    // MARK: In the child

    /// Does a task, given by the words after `--child`.
    static func perform(_ words: [String], products: Products) async throws {
        // Whoever interrupts the program wants all of it to end.
        floor_end_with_parent()
        guard words.count >= 3 else { throw BenchmarkFailure.usage("--child is for the program itself") }
        let bench = try Bench(isQuick: words[0] == "quick", directory: words[1], products: products)
        defer { bench.removeRoots() }
        let arguments = Array(words.dropFirst(3))
        switch words[2] {
        case "measure":
            guard let entry = Catalogue.entries.first(where: { $0.names == arguments }) else { break }
            return try answer(try await entry.measure(bench))
        case "start":
            return try answer(try await StartBenchmarks.startOnce(bench, arguments))
        case "memory":
            return try answer(try await MemoryBenchmark.growOnce(bench, arguments))
        default:
            break
        }
        throw BenchmarkFailure.usage("there is no task \(words.dropFirst(2).joined(separator: " "))")
    }

    private static func answer(_ value: some Encodable) throws {
        print(mark + String(decoding: try JSONEncoder().encode(value), as: UTF8.self))
    }
}
