internal import Glibc
package import LinuxSystem
internal import Synchronization

/// The control group that was handed over to this host, in which each runner gets a group of its own.
///
/// Groups count what a limit of a process can't: memory and processes of all that a runner starts, and they end them all
/// at once, also what has left the runner's process group. Only the second version is used, and only if the host's own
/// group is the host's to change: under systemd with `Delegate=yes`, or in a container that owns its group.
package struct ControlGroup: Sendable {
    /// Why there is no group to use, for people.
    package struct Unavailable: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// The name of the group that the host itself moves to: one with groups beneath it has no processes of its own.
    private static let ownName = "plugin-host"
    private static let made = Atomic<Int>(0)

    /// The group's directory.
    package let path: String
    /// What the groups of runners can limit, of memory and pids.
    package let controllers: [String]
    /// What runners of hosts that were killed have left; it is ended, and may take a moment for that.
    package let leftovers: [Member]
    private let calls: ControlGroupCalls

    /// Takes the group over: moves the processes into a group beneath it and has the others controlled.
    ///
    /// - Parameters:
    ///   - processes: This process, and those of the host beside it, such as the parent that watches it.
    ///   - calls: What is asked of the kernel.
    /// - Throws: Why the group can't be used; nothing has changed then, or only that the processes have moved.
    package init(for processes: [Int32], calls: ControlGroupCalls = .live) throws(Unavailable) {
        self.calls = calls
        let survey = try Self.survey(for: processes, calls: calls)
        let path = survey.path
        self.path = path
        controllers = survey.controllers
        do {
            if !survey.isMoved {
                try calls.makeDirectory("\(path)/\(Self.ownName)")
                for process in survey.members { try calls.write("\(path)/\(Self.ownName)/cgroup.procs", "\(process)") }
            }
            let wanted = controllers.map { "+\($0)" }.joined(separator: " ")
            if !wanted.isEmpty { try calls.write("\(path)/cgroup.subtree_control", wanted) }
        } catch {
            throw Unavailable(description: "the group \(path) can't be divided: \(error)")
        }
        leftovers = calls.names(path).filter { Self.isLeftover($0, calls) }.map { [controllers] name in
            Member(path: "\(path)/\(name)", controllers: controllers, calls: calls)
        }
        for member in leftovers { try? member.endAll() }
    }

    /// What there is to take over.
    package struct Survey: Hashable, Sendable {
        /// The group's directory.
        package var path: String
        /// What the groups of runners could limit, of memory and pids.
        package var controllers: [String]
        fileprivate var isMoved: Bool
        fileprivate var members: [Int32]
    }

    /// Looks whether these processes have a group that can be taken over, and changes nothing.
    package static func survey(
        for processes: [Int32],
        calls: ControlGroupCalls = .live
    ) throws(Unavailable) -> Survey {
        let (path, isMoved) = try find(calls)
        try checkDelegation(path, calls)
        let offered = (calls.read("\(path)/cgroup.controllers") ?? "").split { $0 == " " || $0 == "\n" }
        let controllers = ["memory", "pids"].filter { offered.contains(Substring($0)) }
        let members = (calls.read("\(path)/cgroup.procs") ?? "").split(separator: "\n").compactMap { Int32($0) }
        let strangers = members.filter { !processes.contains($0) }.prefix(5)
        guard strangers.isEmpty else {
            throw Unavailable(description: "the group \(path) holds other processes as well: \(strangers)")
        }
        return Survey(path: path, controllers: controllers, isMoved: isMoved, members: members)
    }

    /// Makes a group for a process, and puts it there before it has started anything.
    package func makeMember(for process: Int32) throws(SystemCallError) -> Member {
        let number = Self.made.wrappingAdd(1, ordering: .relaxed).newValue
        let member = Member(path: "\(path)/runner-\(getpid())-\(number)", controllers: controllers, calls: calls)
        try calls.makeDirectory(member.path)
        do throws(SystemCallError) {
            try calls.write("\(member.path)/cgroup.procs", "\(process)")
        } catch {
            try? calls.removeDirectory(member.path)
            throw error
        }
        return member
    }

    /// Whether a group was made for a runner of a host that has ended; in a container the next one may have its number.
    private static func isLeftover(_ name: String, _ calls: ControlGroupCalls) -> Bool {
        let parts = name.split(separator: "-")
        guard parts.count == 3, parts[0] == "runner", let host = Int32(parts[1]), let number = Int(parts[2]) else {
            return false
        }
        return host == getpid() ? number > made.load(ordering: .relaxed) : calls.hasEnded(host)
    }

    private static func find(_ calls: ControlGroupCalls) throws(Unavailable) -> (base: String, isMoved: Bool) {
        guard calls.read("\(calls.root)/cgroup.controllers") != nil else {
            throw Unavailable(description: "\(calls.root) is not the second version of control groups")
        }
        let lines = (calls.read("/proc/self/cgroup") ?? "").split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix("0::/") }) else {
            throw Unavailable(description: "/proc/self/cgroup does not tell the group of this process")
        }
        let parts = line.dropFirst(3).split(separator: "/")
        guard !parts.contains("..") else {
            throw Unavailable(description: "the group of this process is outside of what \(calls.root) shows")
        }
        let isMoved = parts.last.map(String.init) == ownName
        let path = (isMoved ? parts.dropLast() : parts[...]).reduce(calls.root) { "\($0)/\($1)" }
        return (path, isMoved)
    }

    private static func checkDelegation(_ path: String, _ calls: ControlGroupCalls) throws(Unavailable) {
        guard calls.read("\(path)/cgroup.type") != nil else {
            throw Unavailable(description: "this process is in the group of the whole system")
        }
        let files = [path, "\(path)/cgroup.procs", "\(path)/cgroup.subtree_control"]
        let isWritable = files.allSatisfy(calls.isWritable)
        // The administrator may write to everybody's groups; that makes none of them the host's.
        let isOwn = calls.isMarked(path) || !calls.isAdministrator || path == calls.root
        guard isWritable, isOwn else {
            throw Unavailable(
                description: "the group \(path) was not handed over to this process; systemd does it with Delegate=yes"
            )
        }
    }
}
