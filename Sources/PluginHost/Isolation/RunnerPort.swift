internal import CCallScope
internal import CPluginABI
internal import LinuxSystem
internal import PluginLoading
internal import RunnerProtocol
internal import Synchronization

/// Where the calls of a lane go into a runner.
///
/// A lane is never freed, and a thread may hold its address long after; what stands behind it here is let go of once the
/// lane is closed for good and nobody is in it.
final class RunnerPort: Sendable {
    private let seat: RunnerSeat
    private let caller: CallerSide
    private let plugin: String
    /// Whether the plugin was promised one call at a time.
    private let isExclusive: Bool
    /// In nanoseconds: to divide a duration takes as long as much of the rest of a call.
    private let callTimeout: UInt64
    /// The address of the lane, which is never freed.
    private let lane = Atomic<UInt>(0)

    init(_ seat: RunnerSeat, plugin: String, isExclusive: Bool) {
        self.seat = seat
        caller = seat.caller
        self.plugin = plugin
        self.isExclusive = isExclusive
        callTimeout = UInt64(max(0, seat.callTimeout.wholeNanoseconds))
    }

    /// Takes the lane that leads here, before its first call.
    func take(_ lane: UnsafePointer<CallLane>) {
        self.lane.store(UInt(bitPattern: lane), ordering: .releasing)
    }

    /// Makes the address that the lane is given, once; it keeps the port until ``close()``.
    func makeAddress() -> UnsafeMutableRawPointer {
        unsafe Unmanaged.passRetained(self).toOpaque()
    }

    /// Lets go of the port; the lane must be closed and empty.
    func close() {
        unsafe Unmanaged.passUnretained(self).release()
    }

    /// Whether a call is left in the runner whose caller has gone.
    var isHaunted: Bool { caller.abandoned > 0 }

    /// Waits until no call is left in the runner whose caller has gone.
    func settle() throws(PluginError) {
        guard caller.waitUntilNoneIsAbandoned(until: .now.advanced(by: seat.limit)) else {
            throw PluginError(
                code: .timedOut,
                message: "\(plugin): a call whose deadline has passed is still running after \(seat.limit.inSeconds) s"
            )
        }
    }

    static let execute: ImageInstance.Execute = { context, call, answer, error in
        guard let context = unsafe context else { return PH_INTERNAL }
        return unsafe Unmanaged<RunnerPort>.fromOpaque(context)._withUnsafeGuaranteedRef { port in
            unsafe port.call(call.pointee, answer, error)
        }
    }

    @inline(__always)
    private func call(
        _ call: ph_call_v1_t,
        _ answer: UnsafePointer<ph_sink_v1_t>,
        _ error: UnsafePointer<ph_sink_v1_t>
    ) -> ph_status_t {
        let request = unsafe ChannelRequest.call(
            call.id,
            chain: call_scope_present().chain,
            method: UnsafeRawBufferPointer(start: call.method, count: Int(call.method_size)),
            input: UnsafeRawBufferPointer(start: call.input, count: Int(call.input_size))
        )
        let deadline =
            unsafe call.deadline == 0
            ? now.advanced(byNanoseconds: callTimeout) : MonotonicInstant(nanoseconds: call.deadline)
        // A call whose caller has gone may still be in the plugin, which knows nothing of callers.
        if isExclusive, caller.hasAbandoned, !caller.waitUntilNoneIsAbandoned(until: deadline) {
            let reason = "the call before it has not returned, though its deadline has passed"
            return unsafe Self.refuse(PH_TIMED_OUT, reason, error)
        }
        do throws(ChannelError) {
            return try caller.callForStatus(request, until: deadline) { result in
                let sink = unsafe result.status == PH_OK ? answer : error
                if result.size > 0 {
                    let taken = unsafe result.withBytes { bytes in
                        unsafe sink.pointee.write(
                            sink.pointee.context,
                            bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
                            UInt64(bytes.count)
                        )
                    }
                    if taken != PH_OK { return taken }
                }
                if result.secondSize > 0 { seat.keep(result.secondBytes, schema: result.auxiliary) }
                return result.status
            }
        } catch let failure {
            return unsafe Self.refuse(status(of: failure), text(of: failure), error)
        }
    }

    /// The moment at which a call begins, as exactly as its timeout needs it.
    @inline(__always)
    private var now: MonotonicInstant { callTimeout < 1_000_000_000 ? .now : .ofLastTick }

    /// The status of a call that has no answer.
    private func status(of failure: ChannelError) -> ph_status_t {
        switch failure {
        case .closed(wasTaken: true): return PH_CRASHED
        // Nobody has seen it: it goes to whatever takes the runner's place.
        case .closed(wasTaken: false):
            // Or it would come here again at once.
            unsafe UnsafePointer<CallLane>(bitPattern: lane.load(ordering: .acquiring))?.pointee.close()
            return CallLane.again
        case .timedOut:
            // One that was not taken yet may be, and may not return either.
            seat.suspect()
            return PH_TIMED_OUT
        case .tooLarge: return PH_BAD_PAYLOAD
        case .corrupt: return PH_CRASHED
        case .system: return PH_BUSY
        }
    }

    private func text(of failure: ChannelError) -> String {
        guard case .closed(wasTaken: true) = failure else { return "\(failure)" }
        return "\(seat.runner.lossText) while the call was in the plugin\(seat.whereToLook)"
    }

    private static func refuse(
        _ status: ph_status_t,
        _ text: String,
        _ error: UnsafePointer<ph_sink_v1_t>
    ) -> ph_status_t {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBufferPointer {
            unsafe error.pointee.write(error.pointee.context, $0.baseAddress, UInt64($0.count))
        }
        return status
    }
}
