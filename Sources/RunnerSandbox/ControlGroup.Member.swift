internal import Glibc
package import LinuxSystem

extension ControlGroup {
    /// The group of one runner and all that it starts.
    package struct Member: Sendable {
        /// The group's directory.
        package let path: String
        let controllers: [String]
        let calls: ControlGroupCalls

        /// Limits what all processes of the group use together; a limit for which there is no controller is left out.
        package func limit(_ limits: ControlGroupLimits) throws(SystemCallError) {
            for setting in limits.settings where controllers.contains(setting.controller) {
                do throws(SystemCallError) {
                    try calls.write("\(path)/\(setting.file)", setting.value)
                } catch {
                    // A kernel without swap accounting has no file for it, and needs none.
                    guard setting.file == "memory.swap.max", error.code == ENOENT else { throw error }
                }
            }
        }

        /// Ends all processes of the group at once, before any of them can start another.
        ///
        /// Kernels before 5.14 don't know how; then the error has the code ENOENT.
        package func endAll() throws(SystemCallError) {
            try calls.write("\(path)/cgroup.kill", "1")
        }

        /// How many processes the kernel has ended because the group had no memory left.
        package var memoryKills: UInt64 {
            let lines = (calls.read("\(path)/memory.events") ?? "").split(separator: "\n")
            return lines.first { $0.hasPrefix("oom_kill ") }.flatMap { UInt64($0.dropFirst("oom_kill ".utf8.count)) }
                ?? 0
        }

        /// Removes the group; `false` if there are still processes in it.
        package func remove() throws(SystemCallError) -> Bool {
            do throws(SystemCallError) {
                try calls.removeDirectory(path)
                return true
            } catch {
                guard error.code == EBUSY else { throw error }
                return false
            }
        }
    }
}
