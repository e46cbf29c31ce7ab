internal import LinuxSystem

/// The reports of crashes in a state directory, `crashes/TIME-PROCESS.json`; the last ones are kept.
///
/// All functions block.
package struct HostCrashArchive: Sendable {
    private static let limit = 50
    private let directory: String

    /// Names the archive of a state directory.
    package init(stateDirectory: String) {
        directory = "\(stateDirectory)/crashes"
    }

    /// Keeps a report, and gives back its path.
    package func save(_ report: HostCrash) throws(PluginError) -> String {
        let bytes = try JSONCoding.encode(report, forPeople: true) + [UInt8(ascii: "\n")]
        let path = "\(directory)/\(TimestampText.format(report.time))-\(report.pid).json"
        do throws(SystemCallError) {
            try Directory.makeLasting(directory)
            try AtomicFile.replace(path, with: bytes)
            for name in try names().dropLast(Self.limit) { try FileCalls.live.remove("\(directory)/\(name)") }
        } catch {
            throw .storage("keep the report of a crash in", directory, error)
        }
        return path
    }

    /// The reports that are kept, oldest first; those that can't be read are left out.
    package func reports() -> [HostCrash] {
        ((try? names()) ?? []).compactMap { name in
            guard let bytes = try? ImageFile.read("\(directory)/\(name)") else { return nil }
            return try? JSONCoding.decode(HostCrash.self, from: bytes)
        }
    }

    /// Times sort as text.
    private func names() throws(SystemCallError) -> [String] {
        try Directory.names(directory).filter { $0.hasSuffix(".json") }.sorted()
    }
}
