/// Something that a plugin may be allowed: a name, and what it is about if the name has such (RS-13).
///
/// ```
/// log                the log; every plugin may, unless it is denied
/// events.emit        events of the plugin's own; likewise
/// schedule           scheduled work; likewise
/// state.shared       the state that plugins share
/// hooks.run          chains of hooks
/// actions.run        the actions of all plugins
/// gateways           messages in and out
/// call:ID            calls of another plugin; * stands for any text
/// fs.read:PATH       files and directories to read, in a runner
/// fs.write:PATH      files and directories to write, in a runner
/// fs.execute:PATH    programs to run, in a runner
/// net.connect:PORT   TCP ports to connect to, in a runner
/// net.bind:PORT      TCP ports to listen on, in a runner
/// ```
///
/// Other names are for plugins and interfaces that the host does not know; they are compared as they stand.
package struct Permission: Hashable, Sendable, CustomStringConvertible {
    /// What the part behind the colon is.
    enum Argument {
        case none
        case plugin
        case path
        case port
    }

    /// Why a text is no permission, as the rest of a sentence.
    package struct Malformed: Error, Hashable, Sendable {
        package let reason: String
    }

    static let arguments: [String: Argument] = [
        "log": .none, "events.emit": .none, "schedule": .none, "state.shared": .none, "hooks.run": .none,
        "actions.run": .none, "gateways": .none, "call": .plugin, "fs.read": .path,
        "fs.write": .path, "fs.execute": .path, "net.connect": .port, "net.bind": .port,
    ]
    /// What every plugin may, whether it asks for it or not, unless a rule denies it.
    package static let harmless = ["events.emit", "log", "schedule"]
    private static let longest = 1024

    package let name: String
    /// What stands behind the colon.
    package let argument: String?

    package var description: String { argument.map { "\(name):\($0)" } ?? name }

    private init(name: String, argument: String?) {
        self.name = name
        self.argument = argument
    }

    /// The permission to publish events.
    package static let emitEvents = Permission(name: "events.emit", argument: nil)
    /// The permission to log.
    package static let log = Permission(name: "log", argument: nil)
    /// The permission to have work done later.
    package static let schedule = Permission(name: "schedule", argument: nil)
    /// The permission to read and change the state that plugins share.
    package static let sharedState = Permission(name: "state.shared", argument: nil)
    /// The permission to run chains of hooks.
    package static let runHooks = Permission(name: "hooks.run", argument: nil)
    /// The permission to run actions.
    package static let runActions = Permission(name: "actions.run", argument: nil)
    /// The permission to receive and send messages.
    package static let gateways = Permission(name: "gateways", argument: nil)

    /// The permission to call a plugin.
    package static func call(_ plugin: String) -> Permission {
        Permission(name: "call", argument: plugin)
    }

    /// What comes along: a program that may be run may be read as well.
    var companion: Permission? {
        name == "fs.execute" ? Permission(name: "fs.read", argument: argument) : nil
    }

    /// Reads a permission as a plugin asks for it.
    package init(_ text: String) throws(Malformed) {
        guard text.utf8.count <= Self.longest else { throw Malformed(reason: "is longer than \(Self.longest) bytes") }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw Malformed(reason: "has a control character")
        }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        name = parts[0]
        argument = parts.count > 1 ? parts[1] : nil
        guard !name.isEmpty, name.utf8.allSatisfy(Self.isNameByte) else {
            throw Malformed(reason: "has no name of a-z 0-9 . - in front")
        }
        if let kind = Self.arguments[name] { try check(kind) }
    }

    private func check(_ kind: Argument) throws(Malformed) {
        switch (kind, argument) {
        case (.none, nil): break
        case (.none, _): throw Malformed(reason: "has something behind \(name), which takes nothing")
        case (.plugin, let id?):
            // A star asks for all plugins with such an id.
            guard PluginDescriptor.isValid(id: id.replacing("*", with: "x")) else {
                throw Malformed(reason: "names no plugin, as in \(name):weather")
            }
        case (.path, let path?):
            guard Self.isPlainPath(path) else {
                throw Malformed(reason: "names no absolute path without '.', '..' and '*', as in \(name):/srv/data")
            }
        case (.port, let port?):
            guard port == "*" || UInt16(port).map({ $0 > 0 && port == "\($0)" }) == true else {
                throw Malformed(reason: "names no port from 1 to 65535, as in \(name):443")
            }
        case (.plugin, nil): throw Malformed(reason: "lacks a plugin's id, as in \(name):weather")
        case (.path, nil): throw Malformed(reason: "lacks a path, as in \(name):/srv/data")
        case (.port, nil): throw Malformed(reason: "lacks a port, as in \(name):443")
        }
    }

    /// Whether a path says where it leads without anything being looked up.
    static func isPlainPath(_ path: String) -> Bool {
        guard path.hasPrefix("/"), !path.contains("*") else { return false }
        return path == "/"
            || path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && $0 != "." && $0 != ".."
            }
    }

    /// Whether a text that a plugin asks for is about what a sandbox holds: files and ports.
    static func isOfSandbox(_ text: String) -> Bool {
        text.hasPrefix("fs.") || text.hasPrefix("net.")
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "."), UInt8(ascii: "-"): true
        default: false
        }
    }
}
