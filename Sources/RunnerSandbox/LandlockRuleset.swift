internal import CLinux
internal import Glibc
internal import LinuxSystem

/// Rules of Landlock that are being put together.
///
/// What they handle is forbidden but for what is allowed; nothing holds before ``restrict(by:)``.
struct LandlockRuleset: ~Copyable {
    private let descriptor: OwnedFileDescriptor
    private let rights: LandlockRights

    /// Begins with rules that forbid all that the version of Landlock can forbid and the sandbox asks for.
    init(_ rules: SandboxRules, version: Int) throws(SystemCallError) {
        rights = .known(to: version)
        var network: UInt64 = 0
        if version >= SandboxLayer.network.landlockVersion {
            if rules.connects != .all { network |= CLINUX_LANDLOCK_CONNECT_TCP }
            if rules.binds != .all { network |= CLINUX_LANDLOCK_BIND_TCP }
        }
        var scopes: UInt64 = 0
        if rules.isScoped, version >= SandboxLayer.signals.landlockVersion {
            scopes = CLINUX_LANDLOCK_SCOPE_SIGNALS | CLINUX_LANDLOCK_SCOPE_ABSTRACT_SOCKETS
        }
        let number = clinux_landlock_ruleset(rights.rawValue, network, scopes)
        guard number >= 0 else { throw .last("landlock_create_ruleset") }
        descriptor = OwnedFileDescriptor(adopting: number)
    }

    /// Allows rights beneath a path; one that does not exist or can't be reached is a note.
    mutating func allow(_ wanted: LandlockRights, beneath path: String) throws(SystemCallError) -> String? {
        guard path.hasPrefix("/"), !path.utf8.contains(0) else {
            return "\(path) is no absolute path and was not granted"
        }
        let place = unsafe clinux_open_path(path)
        guard place >= 0 else {
            let error = SystemCallError.last("open")
            return "\(path) was not granted: \(error.reason)"
        }
        let owned = OwnedFileDescriptor(adopting: place)
        let isDirectory = try owned.status().kind == .directory
        let allowed = wanted.intersection(rights).intersection(isDirectory ? rights : .ofFiles)
        guard !allowed.isEmpty else { return nil }
        let result = descriptor.withNumber { clinux_landlock_allow_place($0, place, allowed.rawValue) }
        guard result == 0 else {
            let error = SystemCallError.last("landlock_add_rule")
            // Some places, such as pipes and namespaces, can't be ruled over; they are not forbidden either.
            guard error.code == EBADFD else { throw error }
            return "\(path) can't be granted: it is no place in a file system"
        }
        return nil
    }

    /// Allows something to be done with ports; all of them need no rule.
    mutating func allow(_ right: UInt64, ports rule: PortRule) throws(SystemCallError) {
        guard case .only(let ports) = rule else { return }
        for port in Set(ports) {
            let result = descriptor.withNumber { clinux_landlock_allow_port($0, port, right) }
            guard result == 0 else { throw .last("landlock_add_rule") }
        }
    }

    /// Puts the rules in force for the calling thread and all that it will make, for ever.
    consuming func restrict(by calls: SandboxCalls) throws(SystemCallError) {
        try descriptor.withNumber { (number) throws(SystemCallError) in try calls.restrict(number) }
    }
}
