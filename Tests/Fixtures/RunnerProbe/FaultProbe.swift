import CLinux
import Glibc
import LinuxSystem

/// Crashes in the ways that there are, and reports it in a file that the test maps.
///
/// The file holds a record, and behind it the number that is raised.
enum FaultProbe {
    private static let method = Array("weather.today".utf8)

    /// Fails in one way, such as `segmentation`, on the first thread or, as in `segmentation@thread`, on another one.
    static func fail(_ kind: String, reportingTo path: String) -> Never {
        let file = open(path, O_RDWR)
        guard file >= 0, let memory = mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), memory != MAP_FAILED
        else { exit(64) }
        let word = (memory + FaultRecord.size).assumingMemoryBound(to: UInt32.self)
        do {
            // Where this process prints takes the place of an event counter.
            try FaultReports.begin(record: memory, word: word, counter: kind == "counted" ? 1 : -1)
        } catch {
            exit(65)
        }
        let parts = kind.split(separator: "@").map(String.init)
        if parts.count == 1 { fail(parts[0]) }
        switch parts[1] {
        case "thread": onThread(parts[0])
        case "several":
            for _ in 0..<8 { onThread(parts[0]) }
        default: exit(64)
        }
        while true { pause() }
    }

    private static func onThread(_ kind: String) {
        DetachedThread.start(name: "failing") {
            FaultReports.prepareThread()
            fail(kind)
        }
    }

    private static func fail(_ kind: String) -> Never {
        // It has to outlive the fault.
        let name = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: method.count)
        _ = name.initialize(from: method)
        note(UnsafeBufferPointer(name))
        switch kind {
        case "segmentation": UnsafeMutablePointer<UInt8>(bitPattern: 0x1230)?.pointee = 1
        case "trap": _ = [1, 2, 3][Int(CommandLine.argc) + 3]
        case "abort", "counted": abort()
        case "bus": readBeyondEnd()
        case "overflow": print(overflow(0))
        case "division": raise(SIGFPE)
        case "forbidden": raise(SIGSYS)
        case "breakpoint": raise(SIGTRAP)
        case "sent": raise(SIGSEGV)
        case "gone":
            // The name of the method can't be read any more.
            note(UnsafeBufferPointer(start: .init(bitPattern: 16), count: 9))
            abort()
        case "long":
            let long = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 100_000)
            long.initialize(repeating: UInt8(ascii: "m"))
            note(UnsafeBufferPointer(long))
            abort()
        case "left":
            clinux_fault_place().pointee = clinux_fault_place_t()
            abort()
        case "exit": exit(0)
        default: exit(64)
        }
        exit(66)
    }

    private static func note(_ method: UnsafeBufferPointer<UInt8>) {
        clinux_fault_place().pointee = clinux_fault_place_t(
            lane: 3,
            call: 4711,
            method: method.baseAddress,
            method_size: UInt32(method.count),
            step: 7
        )
    }

    private static func readBeyondEnd() {
        let file = clinux_anonymous_file("empty")
        let memory = mmap(nil, 4096, PROT_READ, MAP_SHARED, file, 0)
        say("\(memory?.load(as: UInt8.self) ?? 0)")
    }

    /// Uses up the stack.
    @inline(never)
    private static func overflow(_ depth: Int) -> Int {
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 64) { buffer in
            buffer.initialize(repeating: depth)
            return overflow(depth + 1) + buffer[depth % 64]
        }
    }
}
