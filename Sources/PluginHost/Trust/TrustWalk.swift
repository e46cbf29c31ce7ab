internal import Glibc
package import LinuxSystem

/// A path followed one name at a time, with everything that decides where it leads, to a file that is then open.
///
/// Each step starts from the directory that the step before holds on to, so that what is judged is what was walked, and the
/// bytes come from the file that was judged: no path is looked up twice. Links are followed by hand, each a place of its own.
package struct TrustWalk: Sendable {
    /// Why there is no file at the end.
    package enum Failure: Error, Hashable {
        /// A system call failed, at this path.
        case system(SystemCallError, path: String)
        case directory
        case notAFile
    }

    /// A file that is open for reading.
    package final class File: Sendable {
        let descriptor: OwnedFileDescriptor

        fileprivate init(_ descriptor: consuming OwnedFileDescriptor) {
            self.descriptor = descriptor
        }
    }

    private struct Standing {
        let directory: PlaceDescriptor
        let path: String
        /// Where it is in the list of places.
        let index: Int
    }

    /// All places on the way, in the order in which they were met.
    package private(set) var places: [TrustPlace] = []
    /// The file, or why there is none.
    package private(set) var file: Result<File, Failure>
    /// What the kernel knew of the places, before the file itself was looked at.
    private var statuses: [FileStatus] = []
    /// The way to the directory that the file was looked for in.
    private(set) var way: KnownWay?

    /// Follows a path; one that is not absolute starts at the working directory.
    package init(_ path: String) {
        file = .failure(.directory)
        file = Result { () throws(Failure) in try follow(path.absolutePath) }
    }

    /// Goes a way that is as it was, and opens a regular file at its end; `nil` if it has changed, or there is something else.
    init?(_ name: String, along way: KnownWay, isWatched: Bool) {
        guard let directory = way.end(isWatched: isWatched), (try? directory.status(of: name))?.kind == .regular else {
            return nil
        }
        places = way.places
        file = .failure(.directory)
        let end = Standing(directory: directory, path: way.path, index: places.count - 1)
        file = Result { () throws(Failure) in try open(name, in: end, path: way.path.appendingName(name)) }
    }

    private mutating func follow(_ path: String) throws(Failure) -> File {
        var rest = Array(path.split(separator: "/").map(String.init).reversed())
        var standing = [try start()]
        var links = 0
        while let name = rest.popLast() {
            if name == "." { continue }
            if name == ".." {
                if standing.count > 1 { standing.removeLast() }
                continue
            }
            let here = standing[standing.count - 1]
            let inner = here.path.appendingName(name)
            if rest.isEmpty {
                places[here.index].role = .directory
                if way == nil { way = KnownWay(to: here.path, places, statuses) }
            }
            let entry = try at(inner) { () throws(SystemCallError) in try here.directory.entry(name) }
            switch entry.status.kind {
            case .directory:
                standing.append(Standing(directory: entry, path: inner, index: note(entry, .parent, inner)))
            case .symbolicLink:
                _ = note(entry, .link, inner)
                links += 1
                // As many as the kernel follows.
                guard links <= 40 else { throw .system(SystemCallError(call: "open", code: ELOOP), path: inner) }
                let target = try at(inner) { () throws(SystemCallError) in try entry.linkTarget() }
                if target.hasPrefix("/") { standing = [standing[0]] }
                rest.append(contentsOf: target.split(separator: "/").map(String.init).reversed())
            case .regular where rest.isEmpty: return try open(name, in: here, path: inner)
            case .other where rest.isEmpty: throw .notAFile
            case .regular, .other: throw .system(SystemCallError(call: "open", code: ENOTDIR), path: inner)
            }
        }
        throw .directory
    }

    private mutating func start() throws(Failure) -> Standing {
        let root = try at("/") { () throws(SystemCallError) in try PlaceDescriptor.root() }
        return Standing(directory: root, path: "/", index: note(root, .parent, "/"))
    }

    /// Opens the file; what is noted is what the open file is, whatever had the name before.
    private mutating func open(_ name: String, in here: Standing, path: String) throws(Failure) -> File {
        let file = File(try at(path) { () throws(SystemCallError) in try here.directory.openFile(name) })
        let status = try at(path) { () throws(SystemCallError) in try file.descriptor.status() }
        guard status.kind == .regular else { throw .notAFile }
        let hasList = Self.matters(status) ? file.descriptor.hasAccessList : false
        places.append(TrustPlace(path: path, role: .file, status: status, hasAccessList: hasList))
        return file
    }

    private mutating func note(_ entry: PlaceDescriptor, _ role: TrustPlace.Role, _ path: String) -> Int {
        // A link may lead back to where the path has been.
        if let known = places.firstIndex(where: { $0.path == path && ($0.role == .link) == (role == .link) }) {
            return known
        }
        let hasList = Self.matters(entry.status) ? entry.hasAccessList : false
        places.append(TrustPlace(path: path, role: role, status: entry.status, hasAccessList: hasList))
        statuses.append(entry.status)
        return places.count - 1
    }

    /// Whether an access control list makes a difference: the group's bits bound what it can give.
    static func matters(_ status: FileStatus) -> Bool {
        status.kind != .symbolicLink && status.permissions & 0o020 != 0
    }

    private func at<Value: ~Copyable>(
        _ path: String,
        _ body: () throws(SystemCallError) -> Value
    ) throws(Failure) -> Value {
        do {
            return try body()
        } catch {
            throw .system(error, path: path)
        }
    }
}
