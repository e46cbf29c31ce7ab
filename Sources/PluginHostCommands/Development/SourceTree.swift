internal import LinuxSystem

/// The sources that a package's plugins are made from.
struct SourceTree: Hashable, Sendable {
    /// Directories that are looked at with all that is in them.
    let directories: [String]
    /// Files that are looked at besides.
    let files: [String]

    /// How the files are now; it differs after a change, and only then.
    func snapshot() -> [String: FileStatus] {
        var result: [String: FileStatus] = [:]
        visit { path, status in
            if status.kind == .regular { result[path] = status }
        }
        return result
    }

    /// Calls the body with each directory that has to be watched.
    func eachDirectory(_ body: (String) -> Void) {
        for file in files {
            if let slash = file.lastIndex(of: "/") { body(String(file[..<slash])) }
        }
        visit { path, status in
            if status.kind == .directory { body(path) }
        }
    }

    private func visit(_ body: (String, FileStatus) -> Void) {
        for file in files {
            if let status = (try? FileStatus.of(file)).flatMap({ $0 }) { body(file, status) }
        }
        var waiting = directories
        while let directory = waiting.popLast() {
            guard let status = (try? FileStatus.of(directory)).flatMap({ $0 }) else { continue }
            body(directory, status)
            for name in (try? Directory.names(directory)) ?? [] where !Self.isIgnored(name) {
                let path = "\(directory)/\(name)"
                // Links are not followed into directories: they may lead in circles.
                guard let status = (try? FileStatus.of(path, followingLinks: false)).flatMap({ $0 }) else { continue }
                if status.kind == .directory { waiting.append(path) } else { body(path, status) }
            }
        }
    }

    /// Hidden files and what editors leave beside the file that they save.
    static func isIgnored(_ name: String) -> Bool {
        name.hasPrefix(".") || name.hasSuffix("~") || name.hasSuffix(".swp") || name.hasSuffix(".tmp") || name == "4913"
            || (name.hasPrefix("#") && name.hasSuffix("#"))
    }
}
