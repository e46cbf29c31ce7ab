internal import CLinux
internal import Glibc

/// The descendants of this process whose own parents have ended.
package struct Orphans: Sendable {
    /// Children that this process had before, which are none of its business: a script may have become this program.
    private var others: Set<Int32>

    /// Has them become children of this process, from now on.
    package init() throws(SystemCallError) {
        others = Set(Self.children())
        guard clinux_adopt_orphans() == 0 else { throw .last("prctl") }
    }

    /// Takes note of those that have ended; a child that the caller looks after itself is left alone.
    package mutating func reap(except child: Int32?) {
        while true {
            var info = unsafe siginfo_t()
            let result = unsafe waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT)
            let process = unsafe info._sifields._sigchld.si_pid
            // The child may hide others; they are found when it has been taken note of.
            guard result == 0, process > 0, process != child else { return }
            _ = waitpid(process, nil, WNOHANG)
            others.remove(process)
        }
    }

    /// Kills them and what they leave behind, until none is left or the moment has come.
    ///
    /// Only while the caller looks after no child of its own.
    package mutating func killAll(until deadline: MonotonicInstant) {
        while true {
            // A child that has not been waited for keeps its number: nobody else can be meant.
            let children = Self.children().filter { !others.contains($0) }
            for child in children { kill(child, SIGKILL) }
            reap(except: nil)
            if children.isEmpty || MonotonicInstant.now >= deadline { return }
            _ = poll(nil, 0, 1)
        }
    }

    private static func children() -> [Int32] {
        let own = getpid()
        let numbers = ((try? Directory.names("/proc")) ?? []).compactMap { Int32($0) }
        return numbers.filter { parent(of: $0) == own }
    }

    private static func parent(of process: Int32) -> Int32? {
        guard let file = try? OwnedFileDescriptor.open("/proc/\(process)/stat", flags: O_RDONLY),
            let bytes = try? file.readToEnd()
        else { return nil }
        // The name stands in parentheses and may have any in it; the state and the parent come behind the last one.
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ")
        return fields.flatMap { $0.count > 1 ? Int32($0[1]) : nil }
    }
}
