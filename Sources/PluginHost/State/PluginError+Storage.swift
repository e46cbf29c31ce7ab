internal import Glibc
package import LinuxSystem

extension PluginError {
    /// A file or directory that could not be read or written: which, by which call, why, and what helps.
    ///
    /// The action completes the sentence "can't …", as in "save the snapshot".
    package static func storage(_ action: String, _ path: String, _ cause: SystemCallError) -> PluginError {
        let facts = "can't \(action) \(path): \(cause.call): \(cause.reason)"
        return PluginError(code: .storage, message: "\(facts); \(remedy(for: cause.code, path))")
    }

    private static func remedy(for code: CInt, _ path: String) -> String {
        if code == EACCES, let closed = directoryClosedToItsOwner(on: path) {
            return
                "this user's own directory \(closed) is closed to it, as a umask such as 0777 leaves what is made: "
                + "run 'chmod u+rwx \(closed)', and 'umask 077' before the host is started"
        }
        return remedy(for: code)
    }

    /// The first directory on a path that belongs to this user, who has no right to it nevertheless.
    private static func directoryClosedToItsOwner(on path: String) -> String? {
        var current = path
        while current != "/", !current.isEmpty {
            if let status = (try? FileStatus.of(current)) ?? nil, status.kind == .directory {
                let isClosed =
                    status.permissions & 0o700 != 0o700 && status.owner == UserDatabase.currentUser
                return isClosed ? current : nil
            }
            current = current.parentPath
        }
        return nil
    }

    private static func remedy(for code: CInt) -> String {
        switch code {
        case ENOSPC, EDQUOT: "make room on its file system or choose another state directory (stateDirectory)"
        case EROFS: "choose a state directory on a file system that can be written (stateDirectory)"
        case EACCES, EPERM:
            "give the user of this process the right to it, or choose another state directory (stateDirectory)"
        case ENOENT, ENOTDIR:
            "if it was there, something has removed or replaced it: restart the host; if not, choose another state directory "
                + "(stateDirectory)"
        case EMFILE, ENFILE: "raise the limit of open files"
        case EINVAL: "see that it is a file, and no pipe or device"
        case EIO: "look for a failing disk in the kernel's log"
        case ENAMETOOLONG: "choose a state directory with a shorter path (stateDirectory)"
        default: "look at the file and its file system"
        }
    }
}
