internal import CPluginABI
internal import PluginLoading
internal import Synchronization

/// An instance under check, called as a host calls it and believed nothing.
@safe
final class Subject: Sendable {
    // Written once, by `create`. Its functions are called as the ABI's thread classes demand.
    nonisolated(unsafe) let table: ph_instance_v1_t
    private let settings: [UInt8]
    private let progress: ProgressFile
    /// What it has declared, for which it is asked once, after `initialise`.
    private let components = Mutex<[UInt8]?>(nil)

    init(_ table: ph_instance_v1_t, settings: String, progress: ProgressFile) {
        unsafe self.table = table
        self.settings = Array(settings.utf8)
        self.progress = progress
    }

    var hasState: Bool { unsafe table.save_state != nil && table.restore_state != nil }

    // MARK: Life

    private typealias Function =
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<ph_sink_v1_t>) -> ph_status_t

    /// Makes a move, and says how it went.
    func perform(_ step: Step) -> Reply {
        progress.note("\(step.rawValue) was called")
        if step == .initialise {
            let reply = initialise()
            return reply.isOK ? declare() : reply
        }
        guard let function = unsafe function(of: step) else { return Reply(status: PH_OK) }
        return unsafe reply { unsafe function(table.context, $0) }
    }

    /// Makes moves that have to go well.
    func live(_ steps: Step..., after before: String = "create") throws(CheckEnd) {
        var done = [before]
        for step in steps {
            let reply = perform(step)
            guard reply.isOK else {
                throw .violated("\(step.rawValue) after \(done.joined(separator: ", ")) failed: \(reply.reason)")
            }
            done.append(step.rawValue)
        }
    }

    private func initialise() -> Reply {
        guard let function = unsafe table.initialise else { return Reply(status: PH_OK) }
        return unsafe settings.withUnsafeBufferPointer { bytes in
            unsafe reply { unsafe function(table.context, bytes.baseAddress, UInt64(bytes.count), $0) }
        }
    }

    /// What it has declared; `nil` if it has no such interface.
    var declared: [UInt8]? { components.withLock { $0 } }

    /// Asks what it contributes, as a host does before it starts an instance.
    private func declare() -> Reply {
        guard let found = unsafe interface(PH_COMPONENTS_V1) else { return Reply(status: PH_OK) }
        let interface = unsafe found.assumingMemoryBound(to: ph_components_v1_t.self)
        // Another layout is a finding of its own; nothing of it can be called.
        guard unsafe interface.pointee.struct_size == ABISize.components else { return Reply(status: PH_OK) }
        progress.note("declare was called")
        var bytes = AnswerBuffer()
        var reply = unsafe reply { error in
            unsafe bytes.withSink { unsafe interface.pointee.declare(table.context, $0, error) }
        }
        if reply.isOK { components.withLock { $0 = bytes.bytes } }
        if !reply.isOK { reply.complaint = "declaring its components: \(reply.reason)" }
        return reply
    }

    private func function(of step: Step) -> Function? {
        switch step {
        case .load: unsafe table.load
        case .initialise: nil
        case .start: unsafe table.start
        case .pause: unsafe table.pause
        case .resume: unsafe table.resume
        case .stop: unsafe table.stop
        case .unload: unsafe table.unload
        case .refresh: unsafe table.refresh
        }
    }

    /// Ends the instance.
    func destroy() {
        progress.note("destroy was called")
        unsafe table.destroy?(table.context)
    }

    func note(_ step: String) { progress.note(step) }

    func reply(_ body: (UnsafePointer<ph_sink_v1_t>) -> ph_status_t) -> Reply {
        var complaint = AnswerBuffer()
        let status = unsafe complaint.withSink(body)
        return Reply(status: status, complaint: complaint.text)
    }
}
