import Glibc
import LinuxSystem
import RunnerSandbox
import Synchronization
import Testing

@Suite("A control group")
struct ControlGroupTests {
    /// A file system of control groups, as far as the host knows it.
    private final class Kernel: Sendable {
        let files: Mutex<[String: String]>
        let isAdministrator: Bool

        init(own: String = "/system.slice/host.service", isAdministrator: Bool = false) {
            self.isAdministrator = isAdministrator
            let base = own == "/" ? "/cg" : "/cg\(own)"
            files = Mutex([
                "/proc/self/cgroup": "0::\(own)\n",
                "\(base)/cgroup.controllers": "cpu memory pids\n",
                "\(base)/cgroup.type": "domain\n",
                "\(base)/cgroup.procs": "17\n",
                "\(base)/cgroup.subtree_control": "",
            ])
            self["/cg/cgroup.controllers"] = "cpuset cpu io memory pids\n"
        }

        subscript(path: String) -> String? {
            get { files.withLock { $0[path] } }
            set { files.withLock { $0[path] = newValue } }
        }

        /// Its calls; those that are named fail.
        func calls(isMarked: Bool = false, failing: [String: CInt] = [:]) -> ControlGroupCalls {
            var calls = ControlGroupCalls.live
            calls.root = "/cg"
            calls.isAdministrator = isAdministrator
            calls.read = { self[$0] }
            calls.write = { (path, text) throws(SystemCallError) in
                let code = failing.first { path.hasSuffix($0.key) }?.value
                if let code { throw SystemCallError(call: "write", code: code) }
                guard self[path] != nil else { throw SystemCallError(call: "open", code: ENOENT) }
                self[path] = text
            }
            calls.makeDirectory = { (path) throws(SystemCallError) in
                for file in ["cgroup.procs", "cgroup.kill", "memory.max", "memory.swap.max", "pids.max", "cpu.max"] {
                    self[path + "/" + file] = ""
                }
                self[path + "/cgroup.events"] = "populated 1\nfrozen 0\n"
                self[path + "/memory.events"] = "low 0\noom 2\noom_kill 1\n"
            }
            calls.removeDirectory = { (path) throws(SystemCallError) in
                self.files.withLock { files in files = files.filter { !$0.key.hasPrefix(path + "/") } }
            }
            calls.isWritable = { path in failing[path] == nil }
            calls.isMarked = { _ in isMarked }
            calls.names = { path in
                let all = self.files.withLock { Array($0.keys) }
                return Array(
                    Set(
                        all.filter { $0.hasPrefix(path + "/") }.compactMap {
                            $0.dropFirst(path.count + 1).split(separator: "/").first
                        }
                    )
                ).map(String.init)
            }
            calls.hasEnded = { $0 == 5 }
            return calls
        }
    }

    private static let base = "/cg/system.slice/host.service"

    @Test("that was handed over is divided: the host moves into one part and a runner gets another")
    func divides() throws {
        let kernel = Kernel()
        let group = try ControlGroup(for: [17], calls: kernel.calls())
        #expect(group.controllers == ["memory", "pids"])
        #expect(kernel["\(Self.base)/plugin-host/cgroup.procs"] == "17")
        #expect(kernel["\(Self.base)/cgroup.subtree_control"] == "+memory +pids")

        let member = try group.makeMember(for: 99)
        #expect(member.path.hasPrefix("\(Self.base)/runner-\(getpid())-"))
        #expect(kernel["\(member.path)/cgroup.procs"] == "99")
        try member.limit(ControlGroupLimits(memory: 64 << 20, processes: 20))
        #expect(kernel["\(member.path)/memory.max"] == "67108864")
        #expect(kernel["\(member.path)/memory.swap.max"] == "0")
        #expect(kernel["\(member.path)/pids.max"] == "20")
        #expect(member.memoryKills == 1)
        try member.endAll()
        #expect(kernel["\(member.path)/cgroup.kill"] == "1")
        #expect(try member.remove())
        #expect(kernel["\(member.path)/cgroup.kill"] == nil)
    }

    @Test("ends what runners of a host that was killed have left, and nothing else (RS-6)")
    func leftovers() throws {
        let kernel = Kernel()
        let calls = kernel.calls()
        // The last is of a host that had the number of this process, as in a container that was started again.
        let left = ["runner-5-1", "runner-\(getpid())-999999"]
        for name in left + ["runner-6-1", "runner-x-1", "other-5-1", "runner-5"] {
            try calls.makeDirectory("\(Self.base)/\(name)")
        }
        let group = try ControlGroup(for: [17], calls: calls)
        let ended = kernel.files.withLock { files in files.filter { $0.key.hasSuffix("cgroup.kill") && $0.value == "1" }
        }
        #expect(Set(ended.keys) == Set(left.map { "\(Self.base)/\($0)/cgroup.kill" }))
        #expect(Set(group.leftovers.map(\.path)) == Set(left.map { "\(Self.base)/\($0)" }))
    }

    @Test("in which the host has moved already is used again")
    func moved() throws {
        let kernel = Kernel()
        kernel["\(Self.base)/cgroup.procs"] = ""
        kernel["/proc/self/cgroup"] = "0::/system.slice/host.service/plugin-host\n"
        let group = try ControlGroup(for: [17], calls: kernel.calls())
        #expect(group.path == Self.base)
        #expect(kernel["\(Self.base)/plugin-host/cgroup.procs"] == nil)
    }

    @Test("is left alone by an administrator to whom nobody has handed it over")
    func administrator() throws {
        let kernel = Kernel(isAdministrator: true)
        let error = #expect(throws: ControlGroup.Unavailable.self) {
            try ControlGroup(for: [17], calls: kernel.calls())
        }
        #expect(error?.description.contains("Delegate=yes") == true)
        #expect(kernel["\(Self.base)/cgroup.subtree_control"] == "")
        _ = try ControlGroup(for: [17], calls: kernel.calls(isMarked: true))
        // A container sees its own group as the root of all.
        _ = try ControlGroup(for: [17], calls: Kernel(own: "/", isAdministrator: true).calls())
    }

    @Test("that can't be used says why")
    func reasons() throws {
        func reason(_ change: (Kernel) -> Void, failing: [String: CInt] = [:]) -> String {
            let kernel = Kernel()
            change(kernel)
            do throws(ControlGroup.Unavailable) {
                _ = try ControlGroup(for: [17], calls: kernel.calls(failing: failing))
                return "it can"
            } catch {
                return error.description
            }
        }
        #expect(reason { $0["/cg/cgroup.controllers"] = nil } == "/cg is not the second version of control groups")
        #expect(reason { $0["\(Self.base)/cgroup.procs"] = "17\n18\n" }.contains("other processes as well: [18]"))
        #expect(reason { $0["\(Self.base)/cgroup.type"] = nil }.contains("the group of the whole system"))
        #expect(reason { $0["/proc/self/cgroup"] = "1:cpu:/\n" }.contains("does not tell the group"))
        #expect(reason { $0["/proc/self/cgroup"] = "0::/../other\n" }.contains("outside"))
        #expect(reason({ _ in }, failing: [Self.base: EACCES]).contains("was not handed over"))
        #expect(reason({ _ in }, failing: ["subtree_control": EBUSY]).contains("can't be divided: write"))
    }

    @Test("that has no controllers ends processes and limits nothing")
    func withoutControllers() throws {
        let kernel = Kernel()
        kernel["\(Self.base)/cgroup.controllers"] = "io"
        let member = try ControlGroup(for: [17], calls: kernel.calls()).makeMember(for: 99)
        try member.limit(ControlGroupLimits(memory: 1 << 20))
        #expect(kernel["\(member.path)/memory.max"] == "")
        #expect(kernel["\(Self.base)/cgroup.subtree_control"] == "")
    }

    @Test("says what is refused; one without swap accounting works, and one with processes stays")
    func failures() throws {
        let group = try ControlGroup(
            for: [17],
            calls: Kernel().calls(failing: ["pids.max": EINVAL, "swap.max": ENOENT])
        )
        let member = try group.makeMember(for: 99)
        try member.limit(ControlGroupLimits(memory: 1 << 20))
        #expect(throws: SystemCallError(call: "write", code: EINVAL)) {
            try member.limit(ControlGroupLimits(processes: 1))
        }

        let kernel = Kernel()
        var calls = kernel.calls(failing: ["/cgroup.procs": ESRCH])
        // Its number has moved in already.
        kernel["/proc/self/cgroup"] = "0::/system.slice/host.service/plugin-host\n"
        kernel["\(Self.base)/cgroup.procs"] = ""
        let gone = try ControlGroup(for: [17], calls: calls)
        #expect(throws: SystemCallError(call: "write", code: ESRCH)) { try gone.makeMember(for: 99) }
        #expect(calls.names(Self.base).allSatisfy { !$0.hasPrefix("runner-") })

        calls = Kernel().calls()
        calls.removeDirectory = { (_) throws(SystemCallError) in throw SystemCallError(call: "rmdir", code: EBUSY) }
        let busy = try ControlGroup(for: [17], calls: calls).makeMember(for: 99)
        #expect(try !busy.remove())
    }
}
