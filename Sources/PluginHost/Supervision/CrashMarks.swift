internal import CCrashRecord
internal import LinuxSystem
internal import Synchronization

/// Writes down where the threads of this host are, for whoever looks at it after a crash.
enum CrashMarks {
    /// How far a generation is trusted.
    enum Stage {
        case trial
        case probation
        case committed

        fileprivate var number: UInt32 {
            switch self {
            case .trial: CRASH_RECORD_TRIAL
            case .probation: CRASH_RECORD_PROBATION
            case .committed: CRASH_RECORD_COMMITTED
            }
        }
    }

    /// Held by whoever writes who is who; those who enter and leave need no lock.
    private static let lock = Mutex(())

    /// The place of a plugin; 0 if it has none, in which case nobody is blamed for what it does.
    ///
    /// A file that has not said yet which plugin it is has no id.
    static func place(of id: String, path: String = "") -> UInt16 {
        lock.withLock { _ in unsafe crash_record_plugin_place(id, path) }
    }

    /// Notes which build a generation is, and where its code lies, as far as that is known.
    static func note(_ build: BuildName, at base: UInt, size: Int, as generation: UInt64, of place: UInt16) {
        guard place != 0 else { return }
        let digest = build.digest.bytes
        lock.withLock { _ in
            unsafe crash_record_note_build(
                place,
                generation,
                Stage.trial.number,
                digest,
                UInt64(base),
                UInt64(base) &+ UInt64(size)
            )
        }
    }

    /// Notes how far a generation is trusted.
    static func note(_ stage: Stage, of generation: UInt64, of place: UInt16) {
        lock.withLock { _ in crash_record_note_stage(place, generation, stage.number) }
    }

    /// Runs a step of the lifecycle of a generation.
    static func step<Success, Failure: Error>(
        _ name: StaticString,
        of generation: UInt64,
        in place: UInt16,
        _ body: () throws(Failure) -> Success
    ) throws(Failure) -> Success {
        let size = UInt64(name.utf8CodeUnitCount)
        let text = unsafe UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
        let mark = unsafe crash_record_enter(place, generation, CRASH_RECORD_STEP, 0, text, size)
        defer { unsafe crash_record_leave(mark) }
        return try body()
    }
}
