internal import Glibc
package import LinuxSystem

extension ControlGroup {
    /// The group of one runner and all that it starts.
    package struct Member: Sendable {
        /// The group's directory.
        package let path: String
        let calls: ControlGroupCalls

        /// Puts a process into the group; what it starts from then on is in it too.
        package func add(_ process: Int32) throws(SystemCallError) {
            try calls.write("\(path)/cgroup.procs", "\(process)")
        }

        /// Ends all processes of the group at once, before any of them can start another.
        ///
        /// Kernels before 5.14 don't know how; then the error has the code ENOENT.
        package func endAll() throws(SystemCallError) {
            try calls.write("\(path)/cgroup.kill", "1")
        }

        /// Whether any process is left.
        package var isPopulated: Bool {
            value("populated", in: "cgroup.events") != 0
        }

        /// How many processes the kernel has ended because the group had no memory left.
        package var memoryKills: UInt64 {
            value("oom_kill", in: "memory.events")
        }

        /// Removes the group, which has no processes any more.
        package func remove() throws(SystemCallError) {
            try calls.removeDirectory(path)
        }

        private func value(_ name: String, in file: String) -> UInt64 {
            let lines = (calls.read("\(path)/\(file)") ?? "").split(separator: "\n")
            let line = lines.first { $0.hasPrefix("\(name) ") }
            return line.flatMap { UInt64($0.dropFirst(name.utf8.count + 1)) } ?? 0
        }
    }
}
