internal import Glibc
internal import LinuxSystem
internal import Synchronization

/// The time zones of this machine, by their names.
///
/// They are read from the files of the zone database. FoundationEssentials, which is all that the host links, knows no zone
/// but UTC, and the whole of Foundation brings ICU with it: a program that asks for one zone was measured to take 10.9 MB with
/// the first and 20.2 MB with the second. A zone is read once; what is installed later holds from the next start on.
enum TimeZones {
    private static let directories = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/etc/zoneinfo"]
    private static let known = Mutex<[String: TimeZoneRules]>([:])

    /// Why a name is none of a zone.
    struct Fault: Error, Hashable, Sendable {
        let message: String
    }

    /// The zone with a name, such as `Europe/Berlin`; `nil` for that of the host: of `TZ`, or of the machine.
    static func named(_ name: String?) throws(Fault) -> TimeZoneRules {
        guard let name else { return local() }
        if ["UTC", "GMT", "Etc/UTC", "Etc/GMT"].contains(name) { return .utc }
        if let zone = known.withLock({ $0[name] }) { return zone }
        let shown = CronExpression.Fault.quoted(name)
        guard isName(name) else {
            throw Fault(message: "\(shown) is no time zone; name one such as Europe/Berlin, or UTC")
        }
        for directory in directories {
            guard let zone = read("\(directory)/\(name)", name) else { continue }
            known.withLock { $0[name] = zone }
            return zone
        }
        let isInstalled = directories.contains { ((try? FileStatus.of($0)) ?? nil)?.kind == .directory }
        throw Fault(
            message: isInstalled
                ? "there is no time zone \(shown); /usr/share/zoneinfo has those that there are, such as Europe/Berlin"
                : "the time zone \(shown) can't be looked up: the zone database is missing; install tzdata, or name UTC"
        )
    }

    private static func local() -> TimeZoneRules {
        if let pointer = unsafe getenv("TZ") {
            var text = unsafe String(cString: pointer)
            if text.hasPrefix(":") { text.removeFirst() }
            if text.isEmpty { return .utc }
            if text.hasPrefix("/"), let zone = read(text, text) { return zone }
            if let zone = try? named(text) { return zone }
            if let rule = PosixTimeZone(text) {
                return TimeZoneRules(name: text, changes: [], offsets: [], first: rule.standard, rule: rule)
            }
            return .utc
        }
        return read("/etc/localtime", "the machine's") ?? .utc
    }

    /// No path that leaves the directory.
    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 64 && !name.hasPrefix("/") && !name.contains("..")
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/_+-".contains($0)) }
    }

    private static func read(_ path: String, _ name: String) -> TimeZoneRules? {
        guard let file = try? OwnedFileDescriptor.open(path, flags: O_RDONLY | O_NONBLOCK),
            let status = try? file.status(), status.kind == .regular,
            let bytes = try? file.readToEnd(limit: 1 << 20)
        else { return nil }
        return TimeZoneFile.read(bytes, name: name)
    }
}
