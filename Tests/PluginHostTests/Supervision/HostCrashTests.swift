import CCrashRecord
import LinuxSystem
import Testing

@testable import PluginHost

@Suite("The report of a crash")
struct HostCrashTests {
    private func report(_ trace: HostTrace, _ end: ChildProcess.End = .signalled(11)) -> HostCrash {
        HostCrash(trace, process: 7, end: end, uptime: .seconds(90))
    }

    /// Two plugins, the second with two builds, and threads in them.
    private func trace(_ threads: [HostTrace.Thread], _ cause: HostTrace.Cause? = nil) -> HostTrace {
        var trace = HostTrace()
        trace.plugins = [
            HostTrace.Plugin(id: "a", path: "/a.so"),
            HostTrace.Plugin(
                id: "b",
                path: "/b.so",
                builds: [
                    HostTrace.Build(generation: 2, code: 200..<300, stage: .probation, digest: "two"),
                    HostTrace.Build(generation: 1, code: 100..<200, stage: .committed, digest: "one"),
                ]
            ),
        ]
        trace.threads = threads
        trace.cause = cause
        return trace
    }

    private func frame(
        _ plugin: Int?,
        _ generation: UInt64,
        _ name: String = "m",
        isCall: Bool = true
    ) -> HostTrace.Frame {
        HostTrace.Frame(plugin: plugin, generation: generation, isCall: isCall, callID: 9, name: name)
    }

    @Test("blames the innermost stay of the thread that the signal came on")
    func innermost() throws {
        let threads = [
            HostTrace.Thread(number: 10, frames: [frame(0, 1)]),
            HostTrace.Thread(number: 11, frames: [frame(0, 1), frame(1, 2)]),
        ]
        let report = report(trace(threads, HostTrace.Cause(signal: 11, thread: 11, address: 0xab)))
        let suspect = try #require(report.suspect)
        #expect(suspect.plugin == "b" && suspect.generation == 2 && suspect.build == "two")
        #expect(suspect.stage == .probation && suspect.method == "m" && suspect.callID == 9 && suspect.step == nil)
        #expect(report.address == "0xab" && report.crashedThread == 11 && report.threads.count == 2)
        #expect(
            report.message
                == "the host, process 7, crashed 90s after its start: SIGSEGV in b, generation 2 (on probation), "
                + "the method 'm' (call 9)"
        )
    }

    @Test("blames the owner of the code for a thread that nobody has sent")
    func ownThread() throws {
        let cause = HostTrace.Cause(signal: 11, thread: 99, instruction: 150)
        let suspect = try #require(report(trace([], cause)).suspect)
        #expect(suspect.plugin == "b" && suspect.generation == 1 && suspect.method == nil && suspect.step == nil)
        #expect(report(trace([], HostTrace.Cause(signal: 11, thread: 99, instruction: 300))).suspect == nil)
    }

    @Test("names the step of a file that has not said yet which plugin it is")
    func step() throws {
        var trace = trace([HostTrace.Thread(number: 10, frames: [frame(0, 0, "factory", isCall: false)])])
        trace.plugins[0].id = ""
        trace.cause = HostTrace.Cause(signal: 6, thread: 10)
        let suspect = try #require(report(trace, .signalled(6)).suspect)
        #expect(suspect.plugin == nil && suspect.path == "/a.so" && suspect.step == "factory")
        #expect(suspect.text == "/a.so, the step 'factory'")
    }

    @Test("blames the only one there was when nothing was written down, and nobody where there were more")
    func withoutCause() {
        let one = [HostTrace.Thread(number: 10, frames: [frame(1, 1)])]
        let two = one + [HostTrace.Thread(number: 11, frames: [frame(0, 1)])]
        for end in [ChildProcess.End.signalled(11), .exited(0), .exited(1)] {
            #expect(report(trace(one), end).suspect?.plugin == "b")
            #expect(report(trace(two), end).suspect == nil)
            #expect(report(trace([]), end).suspect == nil)
        }
    }

    @Test("blames nobody for a kill, for what nobody could follow, or for a plugin without a place")
    func blamesNobody() {
        let one = HostTrace.Thread(number: 10, frames: [frame(1, 1)])
        for end in [ChildProcess.End.signalled(9), .signalled(15), .unknown] {
            #expect(report(trace([one]), end).suspect == nil)
        }
        var deeper = one
        deeper.isDeeper = true
        #expect(report(trace([deeper], HostTrace.Cause(signal: 11, thread: 10))).suspect == nil)
        let nameless = HostTrace.Thread(number: 10, frames: [frame(nil, 1)])
        #expect(report(trace([nameless], HostTrace.Cause(signal: 11, thread: 10))).suspect == nil)
    }

    @Test("is read again as it was written")
    func codable() throws {
        let threads = [HostTrace.Thread(number: 10, frames: [frame(0, 1), frame(1, 2, "start", isCall: false)])]
        let report = report(trace(threads, HostTrace.Cause(signal: 11, thread: 10)))
        #expect(try JSONCoding.decode(HostCrash.self, from: JSONCoding.encode(report)) == report)
    }

    @Test("has nothing to go by when the record is none, and survives one with anything in it")
    func garbage() {
        #expect(HostTrace([]) == HostTrace())
        #expect(HostTrace([1, 2, 3]) == HostTrace())
        let size = crash_record_size()
        #expect(HostTrace([UInt8](repeating: 0, count: size)) == HostTrace())
        for fill in [UInt8(0xff), 0x41, 0x01, 0x80] {
            var bytes = [UInt8](repeating: fill, count: size)
            // The magic number and the version, as the header has them.
            bytes.replaceSubrange(0..<8, with: [0x52, 0x43, 0x50, 0x48, 1, 0, 0, 0])
            let trace = HostTrace(bytes)
            #expect(trace.plugins.count == 256 && trace.threads.count == 512)
            for end in [ChildProcess.End.signalled(11), .exited(3)] { _ = report(trace, end).message }
        }
    }

    @Test("says something whatever a report on the disk says of its time", arguments: [-5, 1e300, 1e15])
    func survivesAnyTime(seconds: Double) {
        var crash = report(HostTrace())
        crash.uptimeSeconds = seconds
        #expect(crash.message.contains("the host, process 7, crashed"))
    }
}
