/// How much a group of processes may use together; `nil` for as much as there is.
package struct ControlGroupLimits: Hashable, Sendable {
    /// Bytes of memory, that of files in memory included; beyond them the kernel ends a process of the group.
    package var memory: UInt64?
    /// Processes and threads.
    package var processes: UInt64?

    package init(memory: UInt64? = nil, processes: UInt64? = nil) {
        self.memory = memory
        self.processes = processes
    }

    /// What goes into which file; the second part is the controller that the file belongs to.
    var settings: [(file: String, controller: String, value: String)] {
        var settings: [(String, String, String)] = []
        if let memory {
            settings.append(("memory.max", "memory", "\(memory)"))
            // A process in the group has no more than that, and can't take the machine's swap instead.
            settings.append(("memory.swap.max", "memory", "0"))
        }
        if let processes { settings.append(("pids.max", "pids", "\(processes)")) }
        return settings
    }
}
