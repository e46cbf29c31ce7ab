internal import LinuxSystem
internal import PluginHost

/// Builds a package with the toolchain's own tools.
///
/// Everything here blocks the thread.
struct PackageBuilder: Sendable {
    /// How a build has ended.
    enum Outcome: Hashable, Sendable {
        /// The products are there.
        case built
        /// It failed with so many errors, which were shown.
        case failed(errors: Int)
        /// It was ended because it is out of date, or because the program is to end.
        case abandoned
    }

    let index: Int
    let directory: String
    let configuration: String
    let swift: String
    let environment: [String: String]
    let jobs: BuildJobs
    let say: @Sendable (String) -> Void

    /// What the package is made of.
    func describe() throws(CommandFailure) -> PackageDescription? {
        let words = ["package", "--package-path", directory, "describe", "--type", "json"]
        guard let output = try output(of: words, purpose: "is no package that can be read") else { return nil }
        // Warnings about the manifest come first, in the same pipe.
        let json = output.drop { $0 != UInt8(ascii: "{") }
        do throws(PluginError) {
            return try JSONCoding.decode(PackageDescription.self, from: Array(json))
        } catch {
            throw .failed("\(directory): the description of the package is not understood: \(error.message)")
        }
    }

    /// The directory that products are built in.
    func productDirectory() throws(CommandFailure) -> String? {
        let words = ["build", "--package-path", directory, "-c", configuration, "--show-bin-path"]
        guard let output = try output(of: words, purpose: "has no directory for products") else { return nil }
        let lines = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard let path = lines.last(where: { $0.hasPrefix("/") }) else {
            throw .failed("\(directory): where products are built is not understood: \(lines.joined(separator: " "))")
        }
        return String(path)
    }

    /// Builds everything, and shows errors and warnings.
    func build() throws(CommandFailure) -> Outcome {
        var filter = BuildOutputFilter(root: directory)
        var lines = LineSplitter(limit: 1 << 20)
        func show(_ line: [UInt8]) {
            if let text = filter.show(String(decoding: line, as: UTF8.self)) { say(text) }
        }
        let words = ["build", "--package-path", directory, "-c", configuration]
        let end = try run(words) { bytes in
            lines.append(bytes)
            // A line without an end is nothing that a compiler prints.
            while let line = try? lines.next() { show(line) }
        }
        if let rest = lines.rest() { show(rest) }
        guard let end else { return .abandoned }
        if end == .exited(0) { return .built }
        for line in filter.lastResort() { say(line) }
        return .failed(errors: filter.errors)
    }

    private func output(of words: [String], purpose: String) throws(CommandFailure) -> [UInt8]? {
        var output: [UInt8] = []
        guard let end = try run(words, { output += $0 }) else { return nil }
        guard end == .exited(0) else {
            throw .failed("\(directory) \(purpose):\n\(String(decoding: output.suffix(4096), as: UTF8.self))")
        }
        return output
    }

    /// Runs the tool to its end; `nil` if the result is not wanted any more.
    private func run(_ words: [String], _ body: ([UInt8]) -> Void) throws(CommandFailure) -> ChildProcess.End? {
        do throws(SystemCallError) {
            let process = try ChildProcess(executable: swift, arguments: words, environment: environment)
            let isWanted = jobs.began(process, for: index)
            if isWanted { process.readOutput(body) }
            let end = try process.wait()
            return jobs.ended(index) && isWanted ? end : nil
        } catch {
            _ = jobs.ended(index)
            throw .failed("\(swift) can't be run: \(error)")
        }
    }
}
