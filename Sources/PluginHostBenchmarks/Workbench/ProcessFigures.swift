internal import LinuxSystem
internal import Glibc

/// What the kernel tells of this process.
enum ProcessFigures {
    /// The memory that is this process's own or its part of what it shares, in KiB.
    static func memory() throws -> Double {
        let text = try read("/proc/self/smaps_rollup")
        guard let value = number(after: "Pss:", in: text) else {
            throw BenchmarkFailure.failed("the kernel does not tell how much memory this process has")
        }
        return value
    }

    /// The same for all processes that this one has started, in KiB.
    static func childrenMemory() throws -> Double {
        var sum = 0.0
        for name in try Directory.names("/proc") where Int(name) != nil {
            // It may end meanwhile.
            guard let status = try? read("/proc/\(name)/status"),
                number(after: "\nPPid:", in: status) == Double(getpid()),
                let memory = (try? read("/proc/\(name)/smaps_rollup")).flatMap({ number(after: "Pss:", in: $0) })
            else { continue }
            sum += memory
        }
        return sum
    }

    /// How many mappings there are.
    static func mappings() throws -> Double {
        Double(try read("/proc/self/maps").split(separator: "\n").count)
    }

    /// The numbers of the threads that there are.
    static func threads() throws -> Set<String> {
        Set(try Directory.names("/proc/self/task"))
    }

    /// The number of this thread.
    static func thisThread() throws -> String {
        let status = try read("/proc/thread-self/status")
        guard let number = number(after: "\nPid:", in: status) else {
            throw BenchmarkFailure.failed("the kernel does not tell which thread this is")
        }
        return String(Int(number))
    }

    /// How often the threads of this process have gone to sleep and how long they have run, but for some.
    static func activity(without others: Set<String>) throws -> (sleeps: Double, nanoseconds: Double) {
        var (sleeps, nanoseconds) = (0.0, 0.0)
        for thread in try threads().subtracting(others) {
            // A thread may end meanwhile.
            guard let status = try? read("/proc/self/task/\(thread)/status"),
                let schedule = try? read("/proc/self/task/\(thread)/schedstat")
            else { continue }
            sleeps += number(after: "\nvoluntary_ctxt_switches:", in: status) ?? 0
            nanoseconds += schedule.split(separator: " ").first.flatMap { Double($0) } ?? 0
        }
        return (sleeps, nanoseconds)
    }

    private static func read(_ path: String) throws -> String {
        String(decoding: try OwnedFileDescriptor.open(path, flags: O_RDONLY).readToEnd(), as: UTF8.self)
    }

    private static func number(after key: String, in text: String) -> Double? {
        guard let place = text.firstRange(of: key) else { return nil }
        return text[place.upperBound...].split(whereSeparator: \.isWhitespace).first.flatMap { Double($0) }
    }
}
