internal import Glibc

/// What a directory holds, as far as the directory itself tells.
package struct DirectoryEntry: Hashable, Sendable {
    package let name: String
    /// What the entry is; `nil` if the file system doesn't say.
    package let kind: FileStatus.Kind?

    /// Lists a directory, without `.` and `..`, in no order.
    package static func list(_ directory: String) throws(SystemCallError) -> [DirectoryEntry] {
        guard let stream = unsafe opendir(directory) else { throw .last("opendir") }
        defer { unsafe closedir(stream) }
        var entries: [DirectoryEntry] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else {
                guard errno == 0 else { throw .last("readdir") }
                return entries
            }
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            let kind: FileStatus.Kind? =
                switch unsafe Int(entry.pointee.d_type) {
                case Int(DT_REG): .regular
                case Int(DT_DIR): .directory
                case Int(DT_LNK): .symbolicLink
                case Int(DT_UNKNOWN): nil
                default: .other
                }
            entries.append(DirectoryEntry(name: name, kind: kind))
        }
    }

    /// What a symbolic link points at.
    package static func target(ofLink path: String) throws(SystemCallError) -> String {
        var characters = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlink(path, &characters, characters.count)
        guard count >= 0 else { throw .last("readlink") }
        return String(decoding: characters.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
