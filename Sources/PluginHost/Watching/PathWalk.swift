import LinuxSystem

/// A path followed one name at a time, as the kernel does, with all the places where it may come to lead elsewhere.
struct PathWalk {
    /// A place that decides where the path leads.
    struct Step: Hashable {
        /// A directory, with no symbolic links in its path.
        let directory: String
        /// The entry in it that matters; `nil` if it is the directory itself.
        let name: String?
    }

    enum End: Hashable {
        case directory(String)
        /// A file that is no directory, by its name in a directory.
        case file(directory: String, name: String)
        /// There is nothing; the last step says what to wait for.
        case missing
        case failed(SystemCallError)
    }

    private(set) var steps: [Step] = []
    private(set) var end = End.missing

    /// Follows an absolute path.
    init(_ path: String) {
        self.init(path.split(separator: "/").map(String.init), in: "/")
    }

    /// Follows a path from a directory that has no symbolic links in its own path.
    init(_ names: [String], in directory: String) {
        end = follow(names, in: directory)
    }

    private mutating func follow(_ names: [String], in start: String) -> End {
        var current = start
        var rest = Array(names.reversed())
        var links = 0
        while let name = rest.popLast() {
            if name == "." { continue }
            if name == ".." {
                current = current.parentPath
                continue
            }
            let path = current.appendingName(name)
            let status: FileStatus?
            do { status = try FileStatus.of(path, followingLinks: false) } catch { return .failed(error) }
            switch status?.kind {
            case nil:
                steps.append(Step(directory: current, name: name))
                return .missing
            case .directory:
                // The last directory is also watched for by its name: while a shell stands in a directory that was
                // deleted, the directory itself doesn't say so.
                steps.append(rest.isEmpty ? Step(directory: current, name: name) : Step(directory: path, name: nil))
                current = path
            case .symbolicLink:
                steps.append(Step(directory: current, name: name))
                links += 1
                // As many as the kernel follows.
                guard links <= 40 else { return .missing }
                guard let target = try? DirectoryEntry.target(ofLink: path) else { return .missing }
                if target.hasPrefix("/") { current = "/" }
                rest.append(contentsOf: target.split(separator: "/").reversed().map(String.init))
            case .regular, .other:
                guard rest.isEmpty else {
                    steps.append(Step(directory: current, name: name))
                    return .missing
                }
                return .file(directory: current, name: name)
            }
        }
        return .directory(current)
    }
}

extension String {
    /// The path of an entry of the directory that has this path.
    func appendingName(_ name: String) -> String {
        hasSuffix("/") ? self + name : self + "/" + name
    }

    /// The path of the directory that holds what has this path.
    var parentPath: String {
        guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")), slash != startIndex else { return "/" }
        return String(self[..<slash])
    }

    /// What comes after the last slash.
    var lastName: String {
        guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return self }
        return String(self[utf8.index(after: slash)...])
    }
}
