import Foundation
import LinuxSystem
import PluginHost
import RunnerSandbox

/// A directory that behaves like the control group of a host, as far as one can without being the kernel.
///
/// It has no rights of its own: a group that is to be ended has the processes killed that its file names, and a group with
/// processes that have not ended is not removed.
struct FakeControlGroups: Sendable {
    let root: String
    var base: String { root + "/host" }

    init(in directory: String, controllers: String = "memory pids") throws {
        root = directory + "/cgroup"
        try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: true)
        for (file, text) in [
            ("cgroup.controllers", controllers), ("host/cgroup.controllers", controllers),
            ("host/cgroup.type", "domain"), ("host/cgroup.procs", ""), ("host/cgroup.subtree_control", ""),
        ] {
            try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: "\(root)/\(file)"))
        }
    }

    /// A host's calls, with these in the place of the kernel's.
    var calls: HostCalls {
        var calls = HostCalls.live
        calls.controlGroups.root = root
        calls.controlGroups.isAdministrator = false
        let read = calls.controlGroups.read
        calls.controlGroups.read = { $0 == "/proc/self/cgroup" ? "0::/host\n" : read($0) }
        let write = calls.controlGroups.write
        calls.controlGroups.write = { (path, text) throws(SystemCallError) in
            try write(path, text)
            guard path.hasSuffix("/cgroup.kill") else { return }
            for process in Self.processes(in: String(path.dropLast("/cgroup.kill".utf8.count))) {
                kill(process, SIGKILL)
            }
        }
        let make = calls.controlGroups.makeDirectory
        calls.controlGroups.makeDirectory = { (path) throws(SystemCallError) in
            try make(path)
            for file in ["cgroup.procs", "cgroup.kill", "memory.max", "memory.swap.max", "memory.events", "pids.max"] {
                guard FileManager.default.createFile(atPath: "\(path)/\(file)", contents: nil) else {
                    throw SystemCallError(call: "mkdir", code: EEXIST)
                }
            }
        }
        calls.controlGroups.removeDirectory = { (path) throws(SystemCallError) in
            guard Self.processes(in: path).allSatisfy({ ProcessFacts.hasEnded($0) }) else {
                throw SystemCallError(call: "rmdir", code: EBUSY)
            }
            try? FileManager.default.removeItem(atPath: path)
        }
        return calls
    }

    /// The groups of runners.
    var members: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: base).filter { $0.hasPrefix("runner-") }
                .map { "\(base)/\($0)" }
        }
    }

    /// That of the plugin, which is the one that was made last: the runner that has tried its file may not be gone yet.
    var latest: String? {
        get throws { try members.max { $0.compare($1, options: .numeric) == .orderedAscending } }
    }

    static func processes(in group: String) -> [Int32] {
        text("\(group)/cgroup.procs").split(separator: "\n").compactMap { Int32($0) }
    }

    static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
}
