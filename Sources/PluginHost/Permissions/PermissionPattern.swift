/// A permission as a rule grants or denies it: `*` stands for any text, and a directory for all that is beneath it.
struct PermissionPattern: Hashable, Sendable {
    private let text: String
    /// What stands in front of the colon, in which there may be stars, if something stands behind it.
    private let name: String?
    /// The path up to its first star, for permissions about paths, and whether that is all of it.
    private let place: (path: String, isWhole: Bool)?

    static func == (left: PermissionPattern, right: PermissionPattern) -> Bool { left.text == right.text }

    func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// Reads a pattern from the configuration, which has to mean something.
    init(_ text: String) throws(Permission.Malformed) {
        let name = String(text.prefix { $0 != ":" })
        let argument = text.utf8.count > name.utf8.count ? String(text.dropFirst(name.count + 1)) : nil
        self.text = text
        self.name = argument == nil ? nil : name
        let isPath = Permission.arguments.contains { $0.value == .path && Wildcard.matches($0.key, name) }
        place = argument.flatMap { argument in
            guard isPath, argument.hasPrefix("/") || argument.hasPrefix("*") else { return nil }
            return (String(argument.prefix { $0 != "*" }), !argument.contains("*"))
        }
        if name.contains("*") {
            guard !name.isEmpty, name.utf8.allSatisfy({ Permission.isNameByte($0) || $0 == UInt8(ascii: "*") }) else {
                throw Permission.Malformed(reason: "has no name of a-z 0-9 . - in front")
            }
            return
        }
        // Below a star anything may stand: only what is in front of it has to be a path.
        if isPath, let argument, argument.contains("*") {
            guard argument.hasPrefix("/"), Permission.isPlainPath(Self.literal(argument)) else {
                throw Permission.Malformed(
                    reason: "names no absolute path without '.' and '..', as in \(name):/srv/data"
                )
            }
            return
        }
        _ = try Permission(text)
        if let problem = Self.unknown(name) { throw Permission.Malformed(reason: problem) }
    }

    /// Whether the pattern stands for the permission, or for more.
    func covers(_ permission: Permission) -> Bool {
        if Wildcard.matches(permission.description, text) { return true }
        guard let place, place.isWhole, let path = argument(of: permission, .path) else { return false }
        return Self.isBeneath(path, place.path)
    }

    /// Whether the pattern stands for the permission or for a part of it: what is denied below a directory can't be had by
    /// asking for the whole directory, nor a port by asking for all of them.
    func touches(_ permission: Permission) -> Bool {
        if covers(permission) || argument(of: permission, .port) == "*" { return true }
        guard let place, let path = argument(of: permission, .path) else { return false }
        if place.isWhole { return Self.isBeneath(place.path, path) }
        // A star stands for any text: something below the directory fits if it begins like the pattern, or may go on so.
        let directory = path == "/" ? path : "\(path)/"
        return directory.hasPrefix(place.path) || place.path.hasPrefix(directory)
    }

    /// What a permission of a kind is about that has the pattern's name.
    private func argument(of permission: Permission, _ kind: Permission.Argument) -> String? {
        guard let name, Permission.arguments[permission.name] == kind, Wildcard.matches(permission.name, name) else {
            return nil
        }
        return permission.argument
    }

    private static func isBeneath(_ path: String, _ directory: String) -> Bool {
        path == directory || directory == "/" || path.hasPrefix("\(directory)/")
    }

    /// The directories in front of the first star.
    private static func literal(_ path: String) -> String {
        guard let star = path.firstIndex(of: "*") else { return path }
        guard let slash = path[..<star].lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// Why a name is most likely a slip: those that begin like the host's own are the host's.
    private static func unknown(_ name: String) -> String? {
        guard Permission.arguments[name] == nil else { return nil }
        let known = Permission.arguments.keys.sorted()
        let spaces = Set(known.map { $0.prefix { $0 != "." } })
        guard spaces.contains(name.prefix { $0 != "." }) else { return nil }
        let meant = Spelling.nearest(to: name, among: known)
        return "is none of the host's"
            + (meant.map { "; did you mean '\($0)'?" } ?? ": \(known.joined(separator: ", "))")
    }
}
