import LinuxSystem
import Testing

@testable import PluginHost

@Suite("A crash report (RS-8)")
struct CrashReportTests {
    private static let printed = """
        hello
        Swift/ContiguousArrayBuffer.swift:692: Fatal error: Index out of range

        *** Signal 4: Backtracing from 0x7f5339b6df7f... done ***

        *** Program crashed: Illegal instruction at 0x00007f5339b6df7f ***

        Platform: x86_64 Linux (Debian GNU/Linux 12 (bookworm))

        Thread 0 "plugin-runner":

          0      0x00007f5339592df2 pause + 50 in libc.so.6
        ...

        Thread 1 "call-1" crashed:

          0              0x00007f5339b6df7f closure #1 in closure #1 in _assertionFailure(_:_:file:line:flags:) + 623 in libswiftCore.so
          1 [ra]         0x00007f5339cf961f _assertionFailure(_:_:file:line:flags:) + 302 in libswiftCore.so
          2 [ra]         0x000055a9506ce26d static Weather.today(_:) + 764 in libWeather.so at /src/Weather/Weather.swift:48:35
          3 [ra] [thunk] 0x000055a950632019 @objc closure #1 in static DetachedThread.start(name:_:) + 8 in plugin-runner at //<compiler-generated>
        ...

        Registers:

        rax 0x0000000000000000  0
        Backtrace took 0.09s


        """

    @Test("has the frame of the plugin that failed, and what was printed before")
    func traces() {
        var report = CrashReport(plugin: "weather")
        report.describe(output: Array(Self.printed.utf8))
        #expect(report.summary == "static Weather.today(_:) at Weather.swift:48")
        #expect(report.message == "Index out of range")
        #expect(report.output.first == "hello")
        #expect(report.output.count == 2)
        #expect(report.backtrace.first == "*** Signal 4: Backtracing from 0x7f5339b6df7f... done ***")
        #expect(report.backtrace.last == "Backtrace took 0.09s")
    }

    @Test("of a process without a backtrace has what it printed last")
    func untraced() {
        var report = CrashReport(plugin: "weather")
        report.describe(output: Array((1...100).map { "line \($0)\n" }.joined().utf8) + [0x1B, 0xFF])
        #expect(report.backtrace.isEmpty)
        #expect(report.summary == nil)
        #expect(report.output.count == 40)
        #expect(report.output.last == "?\u{FFFD}")
    }

    @Test("without symbols has the place all the same")
    func unsymbolised() {
        let lines = [
            "*** Signal 11: Backtracing", "Thread 0 \"x\" crashed:", "", "0 0x0000555d1602608f in libWeather.so",
        ]
        #expect(CrashTrace(lines).summary == nil)
        let frame = "0 0x0000555d1602608f ph_execute in libWeather.so"
        #expect(CrashTrace(lines.dropLast() + [frame]).summary == "ph_execute in libWeather.so")
    }

    @Test("names no place in the system's code, or in the host's, as one in the plugin's")
    func foreign() {
        let lines = [
            "*** Signal 6: Backtracing", "Thread 1 \"call-1\" crashed:", "",
            "0 0x00007f95d1caeeec __pthread_kill_implementation + 268 in libc.so.6",
            "1 [ra] 0x000055a950632019 static DetachedThread.start(name:_:) + 8 in plugin-runner at /src/Thread.swift:9:1",
        ]
        #expect(CrashTrace(lines).summary == nil)
        let frame = "2 [ra] 0x000055a9506ce26d today + 764 in libWeather.so at /src/weather.c:48:35"
        #expect(CrashTrace(lines + [frame]).summary == "today at weather.c:48")
    }

    @Test("is bounded, whatever the process prints")
    func bounds() {
        var report = CrashReport(plugin: "weather")
        let lines = (0..<400).map { "\($0) 0x1 \(String(repeating: "f", count: 5000)) + 1 in libWeather.so" }
        let text = "*** Signal 11: Backtracing\nThread 0 \"x\" crashed:\n" + lines.joined(separator: "\n")
        report.describe(output: Array(text.utf8))
        #expect(report.backtrace.reduce(0) { $0 + $1.utf8.count + 1 } <= 256 << 10)
        #expect(report.backtrace.allSatisfy { $0.count <= 1001 })
    }

    @Test("says how the process ended")
    func endings() {
        var report = CrashReport(plugin: "weather")
        #expect(report.ending == "ended")
        report.describe(.exited(3))
        #expect(report.ending == "exited with status 3")
        report = CrashReport(plugin: "weather")
        report.describe(.signalled(11))
        #expect(report.ending == "was ended by SIGSEGV")
        report.message = "Index out of range"
        #expect(report.ending == "was ended by SIGSEGV: Index out of range")
        report.isStackOverflow = true
        #expect(report.ending == "was ended by SIGSEGV: its stack was used up")
        report.reason = "its health check failed"
        #expect(report.ending == "was ended by the host: its health check failed")
    }

    @Test("takes over what the thread left")
    func faults() throws {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: FaultRecord.size, alignment: 8)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        memory.storeBytes(of: 2, as: UInt32.self)
        let start = try #require(memory.baseAddress)
        var fault = try #require(FaultRecord(at: start))
        (fault.signal, fault.code, fault.address, fault.stackPointer) = (11, 1, 0x1230, 0x7FFF_0000)
        (fault.thread, fault.call, fault.method) = (77, 4711, "today\u{1B}[2J")
        var report = CrashReport(plugin: "weather")
        report.describe(fault, step: "execute")
        #expect(report.signal == "SIGSEGV")
        #expect(report.address == "0x1230")
        #expect(report.thread == 77)
        #expect(report.call == 4711)
        #expect(report.method == "today?[2J")
        #expect(report.step == "execute")
        #expect(!report.isStackOverflow)
    }

    @Test("comes back from JSON as it was")
    func coding() throws {
        var report = CrashReport(plugin: "weather")
        report.time = TimestampText.rounded(report.time)
        report.describe(output: Array(Self.printed.utf8))
        report.describe(.signalled(4))
        #expect(try JSONCoding.decode(CrashReport.self, from: try JSONCoding.encode(report)) == report)
    }
}

@Suite("The output of a process that may crash")
struct CrashOutputTests {
    @Test(
        "is kept from its end, and a backtrace from its beginning, in pieces of any size",
        arguments: [513, 4096, 100_000]
    )
    func keeps(size: Int) {
        let before = (0..<20_000).map { "line \($0)\n" }.joined()
        let trace = "*** Signal 4: Backtracing\n" + (0..<40_000).map { "frame \($0)\n" }.joined()
        var output = CrashOutput()
        var rest = Array((before + trace).utf8)[...]
        while !rest.isEmpty {
            output.append(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        let text = String(decoding: output.bytes, as: UTF8.self)
        #expect(output.bytes.count <= (64 + 256) << 10)
        #expect(text.contains("line 19999\n*** Signal 4: Backtracing\nframe 0\n"))
        #expect(!text.contains("line 1\n"))
    }

    @Test("takes the mark for what it is only where a line begins")
    func marks() {
        var output = CrashOutput()
        output.append(Array("it said *** Signal 4\n".utf8))
        output.append([UInt8](repeating: UInt8(ascii: "x"), count: 200_000))
        #expect(!String(decoding: output.bytes, as: UTF8.self).contains("it said"))
        output.append(Array("\n*** Sig".utf8))
        output.append(Array("nal 4: here\n".utf8))
        output.append([UInt8](repeating: UInt8(ascii: "y"), count: 200_000))
        #expect(String(decoding: output.bytes, as: UTF8.self).contains("x\n*** Signal 4: here\nyyy"))
    }
}
