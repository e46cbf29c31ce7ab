internal import Glibc
internal import LinuxSystem

extension TemporaryPlace {
    /// What names begin with; the number of the process that has made it follows.
    static let prefix = "plugin-host-check-"

    /// Removes the places that processes of this user have left when they were ended all of a sudden.
    ///
    /// Only those that are older than a moment: what a process has whose number means nothing here, because it is in a
    /// container, is in use.
    package static func sweep(_ above: String, changedBefore moment: Int64) {
        for name in (try? Directory.names(above)) ?? [] where name.hasPrefix(prefix) {
            let number = name.dropFirst(prefix.count).prefix { $0.isNumber }
            guard let process = Int32(number), process > 0, kill(process, 0) != 0, errno == ESRCH,
                let status = (try? FileStatus.of("\(above)/\(name)", followingLinks: false)) ?? nil,
                status.kind == .directory, status.owner == UserDatabase.currentUser, status.modified < moment
            else { continue }
            TemporaryPlace(at: "\(above)/\(name)").remove()
        }
    }
}
