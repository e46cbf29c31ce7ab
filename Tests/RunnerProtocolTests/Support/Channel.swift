import Glibc
import LinuxSystem
import Synchronization
import Testing

@testable import RunnerProtocol

/// Both ends of a channel in one process, each with a mapping of its own.
final class Channel: Sendable {
    let host: CallerSide
    let runner: ServerSide
    let corruptions = Mutex<[String]>([])
    private let threads = Mutex<[Worker]>([])

    /// Serves lanes as the host asks for them, all with one function.
    convenience init(
        lanes: Int = 9,
        payloadLimit: Int = ChannelLayout.largestPayload,
        usableProcessors: Int = Processors.usable,
        rightOfWay: RightOfWay = RightOfWay(),
        _ handle: @escaping @Sendable (ServedCall, inout AnswerWriter) -> Int32
    ) throws {
        try self.init(
            lanes: lanes,
            payloadLimit: payloadLimit,
            usableProcessors: usableProcessors,
            rightOfWay: rightOfWay
        ) { runner, lane in
            runner.serve(lane: lane, handle)
        }
    }

    /// Does on each lane's thread what it is told.
    init(
        lanes: Int = 9,
        payloadLimit: Int = ChannelLayout.largestPayload,
        usableProcessors: Int = Processors.usable,
        rightOfWay: RightOfWay = RightOfWay(),
        onLane serve: @escaping @Sendable (ServerSide, Int) -> Void
    ) throws {
        let memory = try ChannelMemory(lanes: lanes, payloadLimit: payloadLimit)
        let runner = ServerSide(
            try ChannelMemory(adopting: memory.duplicate()),
            usableProcessors: usableProcessors
        )
        self.runner = runner
        let hooks = Hooks()
        host = CallerSide(
            memory,
            usableProcessors: usableProcessors,
            rightOfWay: rightOfWay,
            needsLanes: { lane in hooks.start.withLock { $0 }(lane) },
            onCorruption: { defect in hooks.report.withLock { $0 }(defect) }
        )
        let begun = Mutex(-1)
        hooks.start.withLock { hook in
            hook = { [unowned self] lane in
                let new = begun.withLock { begun -> ClosedRange<Int>? in
                    guard lane > begun else { return nil }
                    defer { begun = lane }
                    return (begun + 1)...lane
                }
                for lane in new.map(Array.init) ?? [] {
                    let worker = Worker { serve(runner, lane) }
                    threads.withLock { $0.append(worker) }
                }
            }
        }
        hooks.report.withLock { hook in
            hook = { [unowned self] defect in corruptions.withLock { $0.append(defect) } }
        }
        hooks.start.withLock { $0 }(0)
    }

    /// Ends both sides, and waits for the threads of the runner.
    func stop() {
        host.close()
        runner.close()
        for thread in threads.withLock({ $0 }) { thread.wait() }
    }

    private final class Hooks: Sendable {
        let start = Mutex<@Sendable (Int) -> Void>({ _ in })
        let report = Mutex<@Sendable (String) -> Void>({ _ in })
    }
}

extension CallerSide {
    /// Makes a call with an input and copies the answer.
    func ask(
        _ method: String = "echo",
        _ input: [UInt8] = [],
        kind: UInt32 = 1,
        isLifecycle: Bool = false,
        until deadline: MonotonicInstant? = nil
    ) throws(ChannelError) -> Reply {
        let name = Array(method.utf8)
        let result = name.withUnsafeBytes { name in
            input.withUnsafeBytes { input in
                Result { () throws(ChannelError) in
                    try call(
                        ChannelRequest(kind: kind, isLifecycle: isLifecycle, id: 7, method: name, input: input),
                        until: deadline
                    ) { answer in
                        Reply(
                            status: answer.status,
                            bytes: answer.bytes,
                            second: answer.secondBytes,
                            auxiliary: answer.auxiliary
                        )
                    }
                }
            }
        }
        return try result.get()
    }
}

/// A copy of an answer.
struct Reply: Hashable {
    var status: Int32
    var bytes: [UInt8] = []
    var second: [UInt8] = []
    var auxiliary: UInt32 = 0
}
