package import LinuxSystem

extension CrashReport {
    /// How many of the lines before the backtrace are kept.
    private static let mostOutput = 40
    /// Nobody reads more of a line, and a plugin decides how long it is.
    private static let longestLine = 1000
    private static let largestBacktrace = 256 << 10

    /// Takes over how the process ended.
    package mutating func describe(_ end: ChildProcess.End?) {
        switch end {
        case .exited(let status): exitStatus = status
        case .signalled(let number): signal = SignalName.of(number)
        case .unknown, nil: break
        }
    }

    /// Takes over what the thread that failed has left.
    ///
    /// The record comes from the plugin's process, and it may say what it likes.
    ///
    /// - Parameters:
    ///   - fault: The record.
    ///   - step: The name of the step that the record's number stands for.
    package mutating func describe(_ fault: FaultRecord, step: String?) {
        // A process whose fault was met may end by another one, in what the first has left.
        signal = signal == nil || fault.isKnown ? SignalName.of(fault.signal) : signal
        // What was sent has no address; neither has what happens to be at none.
        if fault.code > 0 { address = "0x\(String(fault.address, radix: 16))" }
        isStackOverflow = fault.isStackOverflow
        thread = fault.thread
        self.step = step ?? self.step
        if !fault.method.isEmpty { method = Self.line(fault.method) }
        if fault.call != 0 { call = fault.call }
    }

    /// Takes over what the process printed: the backtrace, and what came before it.
    package mutating func describe(output printed: [UInt8]) {
        let lines = String(decoding: printed, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .map { Self.line(String($0)) }
        let trace = CrashTrace(lines)
        output = Array(lines.prefix(trace.start).filter { !$0.isEmpty }.suffix(Self.mostOutput))
        message = trace.message
        summary = trace.summary
        var room = Self.largestBacktrace
        backtrace = Array(
            trace.lines.prefix { line in
                room -= line.utf8.count + 1
                return room >= 0
            }
        )
    }

    /// A line as people may see it: control characters could change what else is on their terminal.
    private static func line(_ text: String) -> String {
        let kept = text.unicodeScalars.prefix(longestLine)
        let plain = kept.map { $0.properties.generalCategory == .control && $0 != "\t" ? "?" : $0 }
        let line = String(String.UnicodeScalarView(plain))
        return kept.endIndex == text.unicodeScalars.endIndex ? line : "\(line)…"
    }
}
