internal import Glibc
internal import LinuxSystem

/// The builds that have crashed a host before they said which plugin they are, by their files: `crashed-files.json`.
///
/// They have no journal. Without this file, each host that knows nothing of their crashes would be crashed by them again.
struct CrashedFiles: Sendable {
    typealias List = [String: PluginStatus.Quarantine]

    private let path: String
    private let calls: FileCalls

    init(stateDirectory: String, calls: FileCalls) {
        path = "\(stateDirectory)/crashed-files.json"
        self.calls = calls
    }

    /// Reads the list, without files that are gone; of one that can't be read nothing is known.
    func read() -> List {
        guard let file = try? OwnedFileDescriptor.open(path, flags: O_RDONLY | O_NOFOLLOW),
            let bytes = try? file.readToEnd(limit: 4 << 20),
            let list = try? JSONCoding.decode(List.self, from: bytes)
        else { return [:] }
        return list.filter { ((try? FileStatus.of($0.key)) ?? nil) != nil }
    }

    /// Replaces the list; it is on the disk when this returns.
    func save(_ list: List) throws(PluginError) {
        let bytes = try JSONCoding.encode(list, forPeople: true) + [UInt8(ascii: "\n")]
        do throws(SystemCallError) {
            try AtomicFile.replace(path, with: bytes, calls: calls)
        } catch {
            throw .storage("keep which files have crashed the host in", path, error)
        }
    }
}
