/// The limits of a process' control group, the least of it and of those above it.
struct GroupLimits: Hashable, Sendable {
    /// Bytes of memory; `nil` for no limit.
    var memory: UInt64?
    /// Bytes in use in the group whose limit that is.
    var memoryInUse: UInt64?
    /// Processes and threads.
    var processes: UInt64?

    /// Reads them from the kernel.
    static func of(process: String) -> GroupLimits {
        of(group: DoctorGathering.text("/proc/\(process)/cgroup") ?? "") { DoctorGathering.text("/sys/fs/cgroup\($0)") }
    }

    /// Reads them by a function that gives the text of a file of a group.
    static func of(group: String, read: (String) -> String?) -> GroupLimits {
        var limits = GroupLimits()
        guard let line = group.split(separator: "\n").first(where: { $0.hasPrefix("0::/") }) else { return limits }
        var parts = line.dropFirst(3).split(separator: "/").map(String.init)
        guard !parts.contains("..") else { return limits }
        while true {
            let path = parts.map { "/\($0)" }.joined()
            if let memory = number(read("\(path)/memory.max")), memory < limits.memory ?? .max {
                limits.memory = memory
                limits.memoryInUse = number(read("\(path)/memory.current"))
            }
            if let processes = number(read("\(path)/pids.max")) {
                limits.processes = min(processes, limits.processes ?? .max)
            }
            if parts.isEmpty { return limits }
            parts.removeLast()
        }
    }

    /// The number in a file; `max` is none.
    private static func number(_ text: String?) -> UInt64? {
        text.flatMap { UInt64($0.prefix { $0.isNumber }) }
    }
}
