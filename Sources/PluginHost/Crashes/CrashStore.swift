internal import Glibc
package import LinuxSystem
internal import Synchronization
package import struct FoundationEssentials.Date

/// The newest crash reports of one plugin, in a directory of their own (RS-8).
///
/// All functions block; any thread may call them.
package struct CrashStore: Sendable {
    /// No report is larger; a file that is was put there by somebody else.
    private static let largestFile = 4 << 20
    /// Held from the choice of a name until the file has it: two reports of one moment must not get the same.
    private static let saving = Mutex(())

    private let directory: String
    private let limit: Int
    private let calls: FileCalls

    /// Opens the store in a directory, which is made when the first report is saved.
    package init(directory: String, limit: Int = 20, calls: FileCalls = .live) {
        self.directory = directory
        self.limit = max(1, limit)
        self.calls = calls
    }

    /// Keeps a report, and removes the oldest beyond the limit.
    package func save(_ report: CrashReport) throws(PluginError) {
        let bytes = try JSONCoding.encode(report, forPeople: true) + [UInt8(ascii: "\n")]
        do {
            try Self.saving.withLock { _ throws(SystemCallError) in
                try Directory.makeLasting(directory, calls: calls)
                let taken = Set(try Directory.names(directory))
                var name = CrashName(report.time)
                while taken.contains(name.description) { name = name.next }
                try AtomicFile.replace("\(directory)/\(name)", with: bytes, calls: calls)
                for old in try names().dropLast(limit) { try calls.remove("\(directory)/\(old)") }
            }
        } catch {
            throw .storage("keep a crash report in", directory, error)
        }
    }

    /// The reports, oldest first; files that are damaged are passed over.
    package func reports() throws(PluginError) -> [CrashReport] {
        do {
            return try names().compactMap(read)
        } catch {
            throw .storage("read the crash reports in", directory, error)
        }
    }

    /// Removes the reports of before a moment, and says how many there were (CH-2).
    @discardableResult
    package func removeReports(before time: Date) throws(PluginError) -> Int {
        do {
            let old = try names().filter { $0 < CrashName(time) }
            for name in old { try calls.remove("\(directory)/\(name)") }
            return old.count
        } catch {
            throw .storage("remove old crash reports from", directory, error)
        }
    }

    private func names() throws(SystemCallError) -> [CrashName] {
        try Directory.namesIfThere(directory).compactMap { CrashName($0) }.sorted()
    }

    private func read(_ name: CrashName) -> CrashReport? {
        guard let bytes = try? calls.read("\(directory)/\(name)", limit: Self.largestFile) else { return nil }
        return try? JSONCoding.decode(CrashReport.self, from: bytes)
    }
}
