internal import CLinux
internal import Glibc
internal import LinuxSystem

/// What this process holds, at one moment.
struct ProcessFigures: Hashable, Sendable {
    /// Bytes of the heap.
    var heap: Int
    /// Pages of address space.
    var pages: Int
    /// Open descriptors.
    var descriptors: Int
    /// Threads.
    var threads: Int

    /// Looks.
    static func now() -> ProcessFigures {
        let threads = (try? Directory.names("/proc/self/task").count) ?? 0
        let descriptors = (try? Directory.names("/proc/self/fd").count) ?? 0
        let statm = (try? OwnedFileDescriptor.open("/proc/self/statm", flags: O_RDONLY).readToEnd(limit: 4096)) ?? []
        let pages = Int(String(decoding: statm.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)) ?? 0
        return ProcessFigures(
            heap: Int(clamping: clinux_heap_in_use()),
            pages: pages,
            descriptors: descriptors,
            threads: threads
        )
    }

    /// How much more there is than before.
    func growth(since before: ProcessFigures) -> ProcessFigures {
        ProcessFigures(
            heap: heap - before.heap,
            pages: pages - before.pages,
            descriptors: descriptors - before.descriptors,
            threads: threads - before.threads
        )
    }

    /// What grew by that much in each of several batches: what is made once and kept grows in the first of them only.
    static func least(_ growths: [ProcessFigures]) -> ProcessFigures {
        ProcessFigures(
            heap: growths.map(\.heap).min() ?? 0,
            pages: growths.map(\.pages).min() ?? 0,
            descriptors: growths.map(\.descriptors).min() ?? 0,
            threads: growths.map(\.threads).min() ?? 0
        )
    }

    /// The stacks of threads that have ended, which the C library keeps for others: 40 MiB at most, of 8 MiB each as a rule.
    private static let keptStacks = 5

    /// The pages of a stack, with its guard.
    static let stackPages: Int = {
        var attributes = pthread_attr_t()
        guard unsafe pthread_attr_init(&attributes) == 0 else { return 2049 }
        defer { unsafe pthread_attr_destroy(&attributes) }
        var size = 0
        guard unsafe pthread_attr_getstacksize(&attributes, &size) == 0, size > 0 else { return 2049 }
        return size / max(1, sysconf(CInt(_SC_PAGESIZE))) + 1
    }()

    /// What is lost, if so much more is there after so many rounds; `nil` if that is nothing.
    func leak(after rounds: Int) -> String? {
        var parts: [String] = []
        // The least that malloc gives is 24 bytes.
        if heap >= rounds * 16 { parts.append("\(heap) bytes of heap") }
        let stacks = min(max(0, pages) / Self.stackPages, Self.keptStacks)
        if pages - stacks * Self.stackPages >= rounds { parts.append("\(pages) pages of address space") }
        if descriptors >= max(1, rounds / 10) { parts.append("\(descriptors) descriptors") }
        if threads >= max(1, rounds / 10) { parts.append("\(threads) threads") }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}
