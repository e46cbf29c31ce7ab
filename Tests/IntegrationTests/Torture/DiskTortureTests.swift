import Foundation
import LinuxSystem
import PluginHost
import Synchronization
import TestSupport
import Testing

@Suite("Torture: a disk that fails", .limited, .serialized, .timeLimit(.minutes(10)))
struct DiskTortureTests {
    /// A call that fails, and where.
    struct Fault: Sendable, CustomStringConvertible {
        var call: Faults.Call
        var place: String
        var code: CInt

        var description: String { "\(call) in \(place) with \(code)" }
        var isOfImage: Bool { place == "/images/" }
    }

    static let faults: [Fault] =
        [Faults.Call.open, .write, .openLibrary].map { Fault(call: $0, place: "/images/", code: ENOSPC) }
        + ["snapshots", "builds", "journal"].flatMap { place in
            [Faults.Call.open, .write, .synchronise, .close, .rename].flatMap { call in
                (Torture.isLong ? [ENOSPC, EIO, EROFS, EDQUOT] : [call == .open ? EROFS : ENOSPC]).map { code in
                    Fault(call: call, place: place, code: code)
                }
            }
        }

    @Test("costs nothing: each failing call is told, and made up for when the disk is well (HR-4, HR-6)")
    func failingCalls() async throws {
        let shop = try Workshop()
        let faults = Faults()
        try shop.install("id=a;tag=0")
        let configuration = shop.configuration {
            $0.strategy = .manual
            $0.maximumAttempts = 1
            $0.checkpointInterval = .milliseconds(10)
        }
        try await TestHost.run(configuration, calls: faults.calls) { test async throws in
            for (tag, fault) in Self.faults.enumerated() {
                let tag = tag + 1
                let note = Comment(rawValue: "\(fault)")
                let before = try await test.status()
                let value = try await test.call("increment")
                let said = test.log.count
                try shop.install("id=a;tag=\(tag)")
                faults.begin { call, path in
                    call == fault.call && path.contains(fault.place) ? fault.code : nil
                }
                let result = try #require(await test.host.reload(["a"]).first)
                #expect(faults.met > 0, note)
                #expect(result.success == !fault.isOfImage, note)
                #expect(try await test.call("tag") == "\(fault.isOfImage ? tag - 1 : tag)", note)
                #expect(try await test.call("value") == value, note)
                // What failed, where, why, and what helps.
                let complaint =
                    fault.isOfImage
                    ? result.error : test.log.dropFirst(said).first { $0.level == .error }?.message
                let text = try #require(complaint, note)
                #expect(text.contains(fault.isOfImage ? shop.path("liba.so") : shop.state + "/plugins/a"), "\(text)")
                if fault.call != .openLibrary { #expect(text.contains("\(fault.call.rawValue): "), "\(text)") }
                #expect(text.contains(String(cString: strerror(fault.code))) && text.contains("; "), "\(text)")
                #expect(fault.isOfImage || text.contains("could not be"), "\(text)")
                faults.end()

                if fault.isOfImage {
                    #expect(try await test.status().generation == before.generation, note)
                    // The same build, now that there is space.
                    let again = try #require(await test.host.reload(["a"]).first)
                    #expect(again.success && again.generation == before.generation + 1, "\(fault): \(again)")
                }
                #expect(try await test.call("tag") == "\(tag)", note)
                #expect(try await test.status().generation == before.generation + 1, note)
                let generation = before.generation
                try await test.until("the disk has caught up after \(fault)") {
                    Self.disk(shop.state, has: value, of: generation)
                }
            }
            #expect(try await test.status().retiredGenerations >= Self.faults.count)
        }
        #expect(try Directory.names(shop.state + "/images") == [])
    }

    /// Whether the disk has the generation after this one, its build, and this one's state.
    private static func disk(_ state: String, has value: String, of generation: UInt64) -> Bool {
        let directory = state + "/plugins/a"
        guard let reading = try? JournalFile(path: directory + "/journal.json").load(afterAtLeast: 0),
            reading.damage == nil, let live = reading.journal.live, live.generation == generation + 1,
            (try? BuildArchive(directory: directory + "/builds").load(live.build)) != nil,
            let name = reading.journal.record(generation)?.snapshot,
            let snapshot = try? SnapshotStore(directory: directory + "/snapshots", plugin: "a").load(name)
        else { return false }
        return snapshot.bytes == Array(value.utf8)
    }

    @Test("costs no checkpoint but the one that could not be written (HR-6)")
    func checkpoints() async throws {
        let shop = try Workshop()
        let faults = Faults()
        try shop.install("id=a")
        let configuration = shop.configuration { $0.checkpointInterval = .milliseconds(10) }
        try await TestHost.run(configuration, calls: faults.calls) { test async throws in
            faults.begin { call, path in call == .write && path.contains("snapshots") ? ENOSPC : nil }
            _ = try await test.call("increment", "7")
            try await test.until(.error)
            let told = try #require(test.events(.error).first?.error)
            #expect(
                told.contains("its state could not be saved: can't save the snapshot")
                    && told.contains("write: No space")
            )
            #expect(try await test.call("value") == "7")
            let saved = test.events(.statePreserved).count
            faults.end()
            try await test.until(.statePreserved, count: saved + 1)
            _ = try await test.call("increment", "1")
            try await test.until(.statePreserved, count: saved + 2)
        }
    }

    // MARK: The kernel's limits

    @Test("of mappings, when it is near, refuses a reload and nothing else (field notes: generations stay mapped)")
    func nearMappingLimit() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=0")
        let count = Mutex(800)
        var calls = HostCalls.live
        calls.mappings = { count.withLock { ProcessMappings(count: $0, limit: 1100) } }
        let configuration = shop.configuration {
            $0.strategy = .manual
            $0.maximumAttempts = 1
        }
        try await TestHost.run(configuration, calls: calls) { test async throws in
            _ = try await test.call("increment", "7")
            count.withLock { $0 = 900 }
            try shop.install("id=a;tag=1")
            let refused = try #require(await test.host.reload(["a"]).first)
            #expect(!refused.success && refused.code == "exhausted")
            #expect(refused.error?.contains("900 mappings of the 1100") == true)
            #expect(try await test.call("tag") == "0")
            #expect(try await test.call("increment") == "8")
            // With another limit the same build is taken.
            count.withLock { $0 = 100 }
            let again = try #require(await test.host.reload(["a"]).first)
            #expect(again.success, "\(again)")
            #expect(try await test.call("tag") == "1")
            #expect(try await test.call("value") == "8")
        }
    }

    @Test("of mappings, the kernel's own, is not reached", .enabled(if: Torture.isLong, "counting 60,000 takes long"))
    func mappingLimit() async throws {
        await #expect(processExitsWith: .success) {
            let shop = try Workshop()
            try shop.install("id=a;tag=0")
            // A little more than the host wants left for everything else.
            let hoard = try Hoard(leaving: 4096 + 120)
            try await TestHost.run(shop.configuration { $0.strategy = .manual }) { test async throws in
                _ = try await test.call("increment", "7")
                var refused: ReloadResult?
                var tag = 0
                while refused == nil, tag < 100 {
                    tag += 1
                    try shop.install("id=a;tag=\(tag)")
                    let result = try #require(await test.host.reload(["a"]).first)
                    if !result.success { refused = result }
                }
                #expect(refused?.code == "exhausted" && refused?.error?.contains("vm.max_map_count") == true)
                #expect(try await test.call("tag") == "\(tag - 1)")
                #expect(try await test.call("increment") == "8")
                hoard.release()
                let again = try #require(await test.host.reload(["a"]).first)
                #expect(again.success, "\(again)")
                #expect(try await test.call("tag") == "\(tag)")
                #expect(try await test.call("value") == "8")
            }
        }
    }

    @Test(
        "of address space refuses a reload and nothing else",
        .disabled(if: Sanitizer.isThere, "a sanitizer reserves more than any limit")
    )
    func addressSpace() async throws {
        await #expect(processExitsWith: .success) {
            let shop = try Workshop()
            try shop.install("id=a;tag=0")
            let configuration = shop.configuration {
                $0.strategy = .manual
                $0.maximumAttempts = 1
            }
            try await TestHost.run(configuration) { test async throws in
                // What a reload needs besides the image is there already after some.
                for tag in 1...20 {
                    try shop.install("id=a;tag=\(tag)")
                    _ = await test.host.reload(["a"])
                }
                _ = try await test.call("increment", "7")
                try shop.install("id=a;tag=21")
                let statistics = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
                let pages = try #require(rlim_t(statistics.prefix { $0 != " " }))
                var before = rlimit()
                getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &before)
                var small = rlimit(rlim_cur: pages * 4096 + 8192, rlim_max: before.rlim_max)
                setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &small)
                let result = await test.host.reload(["a"]).first
                setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &before)
                #expect(result?.success == false && result?.code == "exhausted", "\(String(describing: result))")
                #expect(result?.error?.contains("give the host more memory") == true)
                #expect(try await test.call("tag") == "20")
                #expect(try await test.call("increment") == "8")
                let again = try #require(await test.host.reload(["a"]).first)
                #expect(again.success && again.generation == 22, "\(again)")
                #expect(try await test.call("value") == "8")
            }
        }
    }
}

/// Mappings of one page each, as many as leave so many to the process.
final class Hoard {
    private var base: UnsafeMutableRawPointer
    private let size: Int

    init(leaving left: Int) throws {
        let mappings = try #require(ProcessMappings.current())
        let count = mappings.limit - left - mappings.count
        size = count * 4096
        base = mmap(nil, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard base != MAP_FAILED else { throw CocoaError(.fileWriteOutOfSpace) }
        // Neighbours with the same rights would be one mapping.
        for page in stride(from: 0, to: count, by: 2) { mprotect(base + page * 4096, 4096, PROT_READ | PROT_WRITE) }
    }

    func release() {
        munmap(base, size)
    }
}
