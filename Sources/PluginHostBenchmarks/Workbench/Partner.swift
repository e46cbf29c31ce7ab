internal import CBenchmarkFloor

/// A child process in C that answers by a word of shared memory.
@safe
final class Partner {
    /// How both sides wait.
    enum Waiting {
        case awake
        case asleep
    }

    private var partner: OpaquePointer?

    init(_ waiting: Waiting) throws {
        guard let partner = unsafe floor_partner_start(waiting == .awake ? 1 : 0) else {
            throw BenchmarkFailure.failed("the process of the floor can't be started")
        }
        unsafe self.partner = partner
    }

    deinit { end() }

    /// Kills the process and waits for its end.
    func end() {
        guard let running = unsafe partner else { return }
        unsafe partner = nil
        unsafe floor_partner_stop(running)
    }

    /// Asks and waits for the answer so many times.
    func rounds(_ count: Int, _ bytes: [UInt8]) throws {
        guard let partner = unsafe partner else { throw BenchmarkFailure.failed("the process of the floor has ended") }
        let wrong = unsafe floor_partner_rounds(partner, bytes, UInt64(bytes.count), UInt64(count))
        guard wrong == 0 else { throw BenchmarkFailure.failed("the process of the floor answers wrongly") }
    }
}
