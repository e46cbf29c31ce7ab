internal import Glibc
internal import LinuxSystem

/// The program.
package enum BenchmarkTool {
    /// Carries out the command line of this process, and returns the exit status.
    package static func main() async -> Int32 {
        do {
            let words = Array(CommandLine.arguments.dropFirst())
            let options = try BenchmarkOptions.parse(words, known: Catalogue.names)
            if options.wantsHelp {
                print(help)
            } else if let task = options.childTask {
                try await ChildTask.perform(task, products: try Products.prepare(say: StandardError.say))
            } else {
                try run(options)
            }
            return 0
        } catch let failure as BenchmarkFailure {
            StandardError.say(failure.message)
            return failure.status
        } catch {
            StandardError.say("\(error)")
            return 1
        }
    }

    private static func run(_ options: BenchmarkOptions) throws {
        let products = try Products.prepare(say: StandardError.say)
        let directory = options.directory ?? Bench.standardDirectory
        let bench = try Bench(isQuick: options.isQuick, directory: directory, products: products)
        defer { bench.removeRoots() }

        var results: [BenchmarkResult] = []
        for entry in Catalogue.entries where entry.names.contains(where: options.includes) {
            StandardError.say("measuring \(entry.names.joined(separator: ", "))")
            let comparisons = try ChildTask.run(["measure"] + entry.names, in: bench, as: [Comparison].self)
            for comparison in comparisons where options.includes(comparison.name) {
                results.append(BenchmarkResult(comparison))
            }
        }
        if options.printsJSON {
            print(try Report.json(results))
        } else {
            print("In \(directory), on \(FileSystemName.of(directory)):")
            print(Report.table(results, targets: Catalogue.targets))
        }
    }

    private static let help = """
        usage: plugin-host-benchmarks [NAME...] [--json] [--quick] [--directory DIR]

        Measures the host beside a floor: the least that the same work takes. NAME is a benchmark or the beginning of
        several, such as call; without one, all run.

          --json           prints {"results": [{"name", "unit", "floor", "p50", "p99", "ratio"}]} and nothing else
          --quick          makes everything shorter
          --directory DIR  writes files there instead of the temporary directory

        Benchmarks: \(Catalogue.names.joined(separator: " "))
        """
}
