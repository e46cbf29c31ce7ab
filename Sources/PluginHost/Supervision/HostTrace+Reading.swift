internal import CCrashRecord

extension HostTrace {
    /// Reads the bytes of a record; those of no record leave nothing.
    package init(_ bytes: [UInt8]) {
        self.init()
        // Its parts are looked at where they lie, and an array promises no alignment.
        let copy = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 64), alignment: 64)
        defer { unsafe copy.deallocate() }
        unsafe bytes.withUnsafeBytes { buffer in
            if let start = buffer.baseAddress { unsafe copy.copyMemory(from: start, byteCount: buffer.count) }
        }
        guard let record = unsafe crash_record_open(copy, bytes.count) else { return }
        unsafe read(record)
    }

    private mutating func read(_ record: OpaquePointer) {
        let end = unsafe crash_record_read_end(record)
        isOrderly = end.orderly != 0
        if end.claimed != 0 {
            cause = Cause(
                signal: Int32(truncatingIfNeeded: end.signal),
                thread: end.thread,
                address: end.address,
                instruction: end.instruction
            )
        }
        stateDirectory = unsafe String(cString: crash_record_read_state_directory(record))
        var index: UInt32 = 0
        while let id = unsafe crash_record_read_id(record, index),
            let path = unsafe crash_record_read_path(record, index)
        {
            var plugin = unsafe Plugin(id: String(cString: id), path: String(cString: path))
            var number: UInt32 = 0
            while let build = unsafe crash_record_read_build(record, index, number)?.pointee {
                plugin.builds.append(Self.build(build))
                number += 1
            }
            plugins.append(plugin)
            index += 1
        }
        index = 0
        while let thread = unsafe crash_record_read_thread(record, index) {
            index += 1
            guard unsafe thread.pointee.number != 0, unsafe thread.pointee.depth != 0 else { continue }
            unsafe threads.append(self.thread(thread))
        }
    }

    private static func build(_ build: crash_record_build_t) -> Build {
        let stage: CrashStage =
            switch build.stage {
            case CRASH_RECORD_COMMITTED: .committed
            case CRASH_RECORD_PROBATION: .probation
            default: .trial
            }
        let digits = Array("0123456789abcdef".utf8)
        let bytes = unsafe withUnsafeBytes(of: build.digest) { unsafe Array($0) }
        return Build(
            generation: build.generation,
            code: build.start..<max(build.start, build.end),
            stage: stage,
            digest: String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
        )
    }

    private func thread(_ thread: UnsafePointer<crash_record_thread_t>) -> Thread {
        var frames: [Frame] = []
        while let frame = unsafe crash_record_read_frame(thread, UInt32(frames.count))?.pointee {
            let name = unsafe withUnsafeBytes(of: frame.text) { unsafe Array($0.prefix(Int(frame.size))) }
            frames.append(
                Frame(
                    plugin: (1...plugins.count + 1).contains(Int(frame.plugin)) ? Int(frame.plugin) - 1 : nil,
                    generation: frame.generation,
                    isCall: frame.kind == CRASH_RECORD_CALL,
                    callID: frame.call,
                    name: String(decoding: name, as: UTF8.self)
                )
            )
        }
        // A place beyond the last plugin is none.
        for index in frames.indices where (frames[index].plugin ?? 0) >= plugins.count { frames[index].plugin = nil }
        return unsafe Thread(
            number: thread.pointee.number,
            frames: frames,
            isDeeper: thread.pointee.depth > UInt32(frames.count)
        )
    }
}
