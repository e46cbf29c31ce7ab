internal import Glibc
internal import LinuxSystem

extension StateDirectory {
    /// What a directory holds that has been a host's.
    private static let ownNames: Set<String> = ["lock", "plugins"]
    /// What may be there before.
    private static let earlyNames: Set<String> = ["dev-plugins", "plugin-host.sock"]

    /// Keeps everybody else out of the directory, and says so where that was not the case.
    ///
    /// A directory of the system, or of the user, whose path was given by mistake is not touched.
    static func close(_ path: String) throws(PluginError) -> [String] {
        let status: FileStatus
        let why: String?
        do throws(SystemCallError) {
            // What is changed is what was looked at, whatever becomes of the path.
            let directory = try OwnedFileDescriptor.open(path, flags: O_RDONLY | O_DIRECTORY)
            status = try directory.status()
            why = refusal(status, names: try Directory.names(path))
            if why == nil, isOpen(status) { try directory.setMode(0o700) }
        } catch {
            throw .storage("close the state directory", path, error)
        }
        if let why {
            throw PluginError(
                code: .storage,
                message: "\(path) can't be the state directory: \(why); choose one of the host's own, such as "
                    + "\(path.appendingName("plugin-host")) (stateDirectory)"
            )
        }
        guard isOpen(status) else { return [] }
        let before = TrustPlace(path: path, role: .directory, status: status, hasAccessList: nil).modeText
        return ["the state directory \(path) was open to others (\(before)); now it is not (drwx------)"]
    }

    /// Why the directory is not one to keep state in.
    private static func refusal(_ status: FileStatus, names: [String]) -> String? {
        guard status.owner == UserDatabase.currentUser else { return "it belongs to another user" }
        guard isOpen(status) else { return nil }
        guard status.permissions & 0o1000 == 0 else { return "it is for everybody" }
        guard names.allSatisfy(earlyNames.contains) || ownNames.isSubset(of: names) else {
            return "others may use it, and it holds other things than a host's state"
        }
        return nil
    }

    private static func isOpen(_ status: FileStatus) -> Bool {
        status.permissions & 0o077 != 0
    }
}
