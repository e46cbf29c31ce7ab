internal import LinuxSystem
internal import PluginLoading
internal import RunnerProtocol
internal import RunnerSandbox

/// An image that is mapped in a runner; its memory comes back when the runner ends.
struct RunnerImage: PluginImage {
    let source: String
    let path: String
    let build: BuildName
    let descriptor: PluginDescriptor
    var keptSize: Int { 0 }
    /// Where it runs.
    let isolation: Isolation
    var requestsUnderWay: Int { seat.requests.underWay }
    var process: Int32? { seat.runner.hasEnded ? nil : seat.runner.process.processID }
    let sandbox: SandboxStatus?
    let seat: RunnerSeat
    private let flags: UInt32
    private let store: ImageStore

    /// Has the runner map the copy of a file, and takes what its factory says.
    init(
        _ source: String,
        _ build: BuildName,
        expecting plugin: String?,
        at copy: String,
        in seat: RunnerSeat,
        isolation: Isolation,
        store: ImageStore
    ) throws(PluginError) {
        seat.expect(source, build: build, of: plugin)
        let request = ImageRequest(path: copy, source: source)
        let answer = try seat.perform(.map, request.bytes, on: source)
        let mapped: MappedAnswer
        do throws(FrameError) {
            mapped = try MappedAnswer(reading: answer.bytes)
        } catch {
            seat.runner.kill("what it says of the image makes no sense: \(error)", for: seat)
            throw PluginError(
                code: .crashed,
                message: "\(source): what the runner says of it makes no sense: \(error)"
            )
        }
        descriptor = try PluginDescriptor(mapped.description, of: source)
        flags = mapped.description.flags
        sandbox = SandboxReport(decoding: mapped.sandbox).map { [descriptor] report in
            var status = SandboxStatus(report)
            if case .group = isolation, descriptor.permissions.contains(where: Permission.isOfSandbox) {
                status.notes.append("in a group, permissions about files and ports don't hold, as all share a sandbox")
            }
            if seat.runner.group != nil { status.holds.append("control-group") }
            return status
        }
        self.source = source
        path = copy
        self.build = build
        self.seat = seat
        seat.move(in: descriptor)
        self.isolation = isolation
        self.store = store
    }

    func makeInstance(generation: UInt64, services: HostServices) throws(PluginError) -> any PluginInstance {
        try RunnerInstance(self, generation: generation, services: services)
    }

    /// Killing a process takes as long as the kernel needs to give its memory back.
    var reaction: Duration { .seconds(5) }

    var keptState: (state: SavedState, version: String)? {
        seat.keptState.map { ($0, descriptor.version) }
    }

    var isLost: Bool { seat.runner.isLost }
    var isVictim: Bool { seat.runner.isVictim(seat) }

    func whenLost(_ handler: @escaping @Sendable (RunnerLoss) -> Void) {
        seat.runner.whenLost(handler)
    }

    func demandSignOfLife(within patience: Duration) {
        seat.runner.ping(within: patience)
    }

    func giveUp(_ reason: String) {
        seat.runner.kill(reason, for: seat)
    }

    func retire() {
        seat.runner.leave(seat)
        // As long as the process is there, a backtrace may need it.
        seat.runner.whenEnded { [store, path] in store.remove(path) }
    }
}
