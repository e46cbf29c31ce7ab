internal import LinuxSystem
internal import PluginLoading
internal import RunnerProtocol
internal import Synchronization

/// The place of one plugin in a runner: what is asked of it, besides calls, goes through here.
final class RunnerSeat: Sendable {
    /// What an operation was answered with.
    struct Answer: Sendable {
        var bytes: [UInt8]
        var auxiliary: UInt32
    }

    let runner: Runner
    let number: UInt32
    let caller: CallerSide
    let isolation: Isolation
    /// Serves what the plugin asks of the host's services.
    let requests = RequestDesk()
    /// Whether somebody will look for calls that don't return.
    private let isSuspicious = Atomic(false)
    /// Which image is loaded here, as far as that is known.
    private struct Tenant {
        var path: String?
        /// Which plugin the file is thought to be.
        var expected: String?
        var descriptor: PluginDescriptor?
        var build: BuildName?
        var generation: UInt64?
        /// What was asked of it and has not come to a good end, oldest first.
        var steps: [String] = []
    }
    private let tenant = Mutex(Tenant())
    /// The state that came with the latest call, and where that stands among the calls.
    private let kept = Mutex<(order: UInt64, state: SavedState)?>(nil)

    init(_ runner: Runner, number: UInt32, _ caller: CallerSide, _ isolation: Isolation) {
        self.isolation = isolation
        self.runner = runner
        self.number = number
        self.caller = caller
    }

    /// How long one operation may take.
    var limit: Duration { runner.settings.lifecycleTimeout }
    var callTimeout: Duration { runner.settings.callTimeout }

    // MARK: Calls that don't return

    /// Takes note of a call that may go on after its deadline; a runner where one goes on for too long is ended.
    func suspect() {
        lookForCallsThatStay(since: nil, until: RunningDeadline(after: limit))
    }

    /// Looks at the oldest of the calls that were left, time and again, until one has been left for too long.
    ///
    /// The deadline is that of the call that was left at a moment, as far as it is the oldest one then.
    private func lookForCallsThatStay(since moment: MonotonicInstant?, until deadline: RunningDeadline) {
        guard !isSuspicious.exchange(true, ordering: .acquiringAndReleasing) else { return }
        runner.loop.perform { [self] in
            _ = runner.loop.schedule(at: deadline.nextLook) { [self] in
                // Acquiring: whoever finds that somebody will look has left its call before.
                _ = isSuspicious.exchange(false, ordering: .acquiringAndReleasing)
                guard let oldest = caller.oldestAbandoned else { return }
                var deadline = deadline
                let hasPassed = deadline.hasPassed(at: .now)
                if oldest == moment, hasPassed {
                    return runner.kill("a call had not returned \(limit.inSeconds) s after its deadline", for: self)
                }
                // What did not count for the one before may have been this one's time as well.
                let end = oldest.advanced(by: limit + deadline.lost)
                if oldest != moment { deadline = RunningDeadline(until: end) }
                lookForCallsThatStay(since: oldest, until: deadline)
            }
        }
    }

    // MARK: The tenant

    var plugin: PluginDescriptor? { tenant.withLock { $0.descriptor } }
    var path: String? { tenant.withLock { $0.path } }
    var build: BuildName? { tenant.withLock { $0.build } }
    /// The lifecycle function that it is in, or in which it was lost.
    var step: String? { tenant.withLock { $0.steps.first } }
    /// The plugin's id, or the name of a file that nobody knows yet; `nil` if nothing of either has come.
    var name: String? {
        tenant.withLock { $0.descriptor?.id ?? $0.expected ?? $0.path?.lastName }
    }
    /// The number of the generation that runs here; `nil` for a trial.
    var generation: UInt64? { tenant.withLock { $0.generation } }

    /// Takes note of which file is to be loaded here, before any of its code runs.
    func expect(_ path: String, build: BuildName, of plugin: String?) {
        tenant.withLock { ($0.path, $0.build, $0.expected) = (path, build, plugin) }
    }

    func move(in descriptor: PluginDescriptor) {
        tenant.withLock { $0.descriptor = descriptor }
    }

    func begin(_ generation: UInt64) {
        tenant.withLock { $0.generation = generation == 0 ? nil : generation }
    }

    // MARK: State

    /// Keeps the state that came with the answer of a call.
    func keep(_ attached: [UInt8], schema: UInt32) {
        var reader = FrameReader(attached)
        guard let order = try? reader.readUInt64() else { return }
        kept.withLock { kept in
            // Answers of calls that ran side by side may cross.
            guard order > (kept?.order ?? 0) else { return }
            kept = (order, SavedState(schema: schema, bytes: Array(attached.dropFirst(8))))
        }
    }

    var keptState: SavedState? { kept.withLock { $0?.state } }

    // MARK: Operations

    /// Has the runner do something to what messages name, and waits for that.
    ///
    /// One that does not return in time is ended: nothing else in that process can be relied on any more.
    func perform(
        _ operation: RunnerOperation,
        auxiliary: UInt64 = 0,
        _ payload: [UInt8] = [],
        on what: String,
        called name: String? = nil
    ) throws(PluginError) -> Answer {
        let name = name ?? "\(operation)"
        tenant.withLock { $0.steps.append(name) }
        let outcome: (status: Int32, answer: Answer)
        do throws(ChannelError) {
            let payload = payload.span
            outcome = try unsafe payload.withUnsafeBytes { input throws(ChannelError) in
                let request = unsafe ChannelRequest(
                    kind: operation.rawValue,
                    isLifecycle: true,
                    auxiliary: auxiliary,
                    input: input
                )
                return try caller.call(request, until: .now.advanced(by: limit)) { answer in
                    (answer.status, Answer(bytes: answer.bytes, auxiliary: answer.auxiliary))
                }
            }
        } catch {
            throw failure(error, name, what)
        }
        tenant.withLock { tenant in
            if let index = tenant.steps.firstIndex(of: name) { tenant.steps.remove(at: index) }
        }
        guard outcome.status != 0 else { return outcome.answer }
        let fault: PluginFault
        do throws(FrameError) {
            fault = try PluginFault(reading: outcome.answer.bytes)
        } catch {
            runner.kill("its answer to \(name) makes no sense: \(error)", for: self)
            throw PluginError(
                code: .crashed,
                message: "\(what): \(name): the runner's answer makes no sense: \(error)"
            )
        }
        throw PluginError(fault)
    }

    /// Where there is more about the end of the runner, as the end of a sentence.
    var whereToLook: String {
        // The name of a file may be one that a shell takes apart.
        let which = name.flatMap { StateDirectory.isFileName($0) ? " \($0)" : nil } ?? ""
        return "; 'plugin-host crashes\(which) --last' tells where"
    }

    private func failure(_ error: ChannelError, _ name: String, _ what: String) -> PluginError {
        switch error {
        case .closed:
            if let reason = runner.refusal(of: self) {
                let text = "the runner of \(runner.label) has no room for it: \(reason)"
                return PluginError(
                    code: .exhausted,
                    message: "\(what): \(text); isolate it elsewhere, or raise the limit"
                )
            }
            return PluginError(code: .crashed, message: "\(what): \(runner.endText) in \(name)\(whereToLook)")
        case .timedOut:
            runner.kill("\(name) did not return within \(limit.inSeconds) s", for: self)
            return PluginError(
                code: .timedOut,
                message:
                    "\(what): \(name) did not return within \(limit.inSeconds) s; its runner was ended\(whereToLook)"
            )
        case .corrupt(let defect):
            return PluginError(
                code: .crashed,
                message: "\(what): \(name): the runner damaged its channel: \(defect)\(whereToLook)"
            )
        case .tooLarge(let bytes, let limit):
            return PluginError(
                code: .badPayload,
                message: "\(what): \(name): \(bytes) bytes are too many; the limit is \(limit)"
            )
        case .system(let error):
            return PluginError(code: .exhausted, message: "\(what): \(name): \(error)")
        }
    }
}
