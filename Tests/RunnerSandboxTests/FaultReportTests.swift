import Glibc
import LinuxSystem
import RunnerSandbox
import TestSupport
import Testing

@Suite("A fault (RS-8)")
struct FaultReportTests {
    /// A run that failed: what it printed, how it ended, and what it left in shared memory.
    private struct Failure {
        let probe: Probe
        let record: FaultRecord?
        let word: UInt32

        init(_ kind: String, environment: [String: String] = ["SWIFT_BACKTRACE": "enable=no"]) async throws {
            let directory = try TemporaryDirectory()
            let path = "\(directory.path)/record"
            try AtomicFile.replace(path, with: [UInt8](repeating: 0, count: 4096))
            let file = open(path, O_RDWR | O_CLOEXEC)
            defer { close(file) }
            let memory = try #require(mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0))
            defer { munmap(memory, 4096) }
            probe = try await Probe(["fault", path, kind], environment: environment)
            record = FaultRecord(at: memory, hasEnded: true)
            word = memory.load(fromByteOffset: FaultRecord.size, as: UInt32.self)
        }
    }

    @Test(
        "is told with signal, thread, call and method, and ends the process by its signal",
        .timeLimit(.minutes(10)),
        arguments: [
            ("segmentation", SIGSEGV), ("trap", SIGILL), ("abort", SIGABRT), ("bus", SIGBUS), ("overflow", SIGSEGV),
            ("division", SIGFPE), ("forbidden", SIGSYS), ("breakpoint", SIGTRAP), ("sent", SIGSEGV),
        ],
        ["", "@thread"]
    )
    func kinds(kind: (name: String, signal: Int32), place: String) async throws {
        let failure = try await Failure(kind.name + place)
        #expect(failure.probe.end == .signalled(kind.signal))
        let record = try #require(failure.record)
        #expect(record.signal == kind.signal)
        #expect(record.lane == 3)
        #expect(record.call == 4711)
        #expect(record.step == 7)
        #expect(record.method == "weather.today")
        #expect(record.programCounter != 0)
        #expect(record.time != 0)
        #expect((record.thread == record.process) == place.isEmpty)
        #expect(record.isStackOverflow == (kind.name == "overflow"))
        if kind.name == "segmentation" { #expect(record.address == 0x1230) }
        #expect(failure.word == 1)
    }

    @Test("on several threads at once is told once", .timeLimit(.minutes(10)))
    func several() async throws {
        let failure = try await Failure("segmentation@several")
        #expect(failure.probe.end == .signalled(SIGSEGV))
        #expect(failure.record?.address == 0x1230)
        #expect(failure.word == 1)
    }

    @Test(
        "leaves the backtrace to the runtime",
        .disabled(if: Sanitizer.isThere, "the backtracer and a sanitizer wait for each other"),
        .timeLimit(.minutes(10)),
        arguments: ["trap", "trap@thread", "overflow"]
    )
    func backtraces(kind: String) async throws {
        let environment = ["SWIFT_BACKTRACE": SwiftRuntime.settings(of: .find())]
        let failure = try await Failure(kind, environment: environment)
        #expect(failure.record != nil)
        #expect(failure.probe.output.contains("crashed:"), "\(failure.probe.output)")
        #expect(failure.probe.output.contains("FaultProbe."), "\(failure.probe.output)")
        guard case .signalled = failure.probe.end else {
            Issue.record("it ended as \(failure.probe.end)")
            return
        }
    }

    @Test("with a method whose name is gone, long, or none is told all the same", .timeLimit(.minutes(10)))
    func methods() async throws {
        #expect(try await Failure("gone").record?.method == "")
        #expect(try await Failure("long").record?.method == String(repeating: "m", count: 128))
        let left = try #require(try await Failure("left").record)
        #expect(left.method == "")
        #expect(left.call == 0)
    }

    @Test("signals an event counter", .timeLimit(.minutes(10)))
    func counters() async throws {
        #expect(try await Failure("counted").probe.output == "\u{1}\0\0\0\0\0\0\0")
    }

    @Test("is not reported where there is none", .timeLimit(.minutes(10)))
    func none() async throws {
        let failure = try await Failure("exit")
        #expect(failure.probe.end == .exited(0))
        #expect(failure.record == nil)
        #expect(failure.word == 0)
    }

    @Test("in memory that anybody wrote to is read without a trap")
    func garbage() throws {
        var random = SystemRandomNumberGenerator()
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: FaultRecord.size, alignment: 8)
        defer { memory.deallocate() }
        for _ in 0..<1000 {
            for index in memory.indices { memory[index] = .random(in: 0...255, using: &random) }
            memory.storeBytes(of: 2, as: UInt32.self)
            let start = try #require(memory.baseAddress)
            let record = try #require(FaultRecord(at: start))
            #expect(record.method.utf8.count <= 3 * 128)
            _ = record.isStackOverflow
        }
    }
}
