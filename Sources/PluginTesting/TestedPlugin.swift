public import PluginSDK
internal import Synchronization

/// One instance of a plugin in a test, driven as a host drives it.
///
/// ```swift
/// @testable import Tally
///
/// @Test func counts() throws {
///     let tally = try TestedPlugin(Tally.self)
///     #expect(try tally.call("note", text: "hello") == "hello: 1")
///     let next = try tally.reload()
///     #expect(try next.call("note", text: "hello") == "hello: 2")
/// }
/// ```
///
/// It goes through the same functions in C as a host, in this process and on the thread of the test. It can be used from
/// several threads: a plugin is called by one at a time, unless it is a `ConcurrentPlugin`. What the plugin throws arrives as
/// the `PluginFailure` that a host gets. When it is released, the instance is stopped and destroyed.
public final class TestedPlugin<Instance: AnyObject>: Sendable {
    enum Phase: String {
        case running, paused, stopped, ended
    }

    /// The plugin's id.
    public var id: String { facts.id }
    /// The host that the plugin has, and what the plugin has told it.
    public let host: TestHost
    /// What the plugin contributes beside its methods.
    public let components: DeclaredComponents

    let facts: PluginFacts
    let driver: InstanceDriver
    let turn = Turn()
    let seat: HostSeat
    private let phase = Mutex(Phase.running)

    /// Creates an instance of what a factory makes, which is given a state by a closure before it starts.
    init(
        _ factory: PluginFactory,
        settings: String,
        host: TestHost,
        restoring restore: (PluginFacts, InstanceDriver) throws(PluginFailure) -> Void
    ) throws(PluginFailure) {
        let settings = Array(settings.utf8)
        let facts = try unsafe PluginFacts(reading: factory)
        let seat = HostSeat(of: facts, at: host, settings: settings)
        let driver = try unsafe InstanceDriver(factory, on: seat)
        do throws(PluginFailure) {
            try driver.run(.load)
            try driver.initialise(settings)
            components = try DeclaredComponents(declaration: driver.declareComponents())
            try restore(facts, driver)
            try driver.run(.start)
            let health = try driver.health()
            guard health.status != .unhealthy else {
                throw PluginFailure("unhealthy after its start: \(health.details)")
            }
        } catch {
            driver.destroy()
            throw error
        }
        self.host = host
        self.facts = facts
        self.driver = driver
        self.seat = seat
    }

    deinit {
        try? end()
    }

    // MARK: Lifecycle

    /// Holds the plugin's own work.
    public func pause() throws(PluginFailure) { try move(from: [.running], to: .paused, .pause) }

    /// Lets the plugin go on after a pause.
    public func resume() throws(PluginFailure) { try move(from: [.paused], to: .running, .resume) }

    /// Ends the plugin's work; it can be started again.
    public func stop() throws(PluginFailure) { try move(from: [.running, .paused], to: .stopped, .stop) }

    /// Starts the plugin again after a stop.
    public func start() throws(PluginFailure) { try move(from: [.stopped], to: .running, .start) }

    /// Has the plugin read again what it keeps from elsewhere.
    public func refresh() throws(PluginFailure) { try move(from: [.running], to: .running, .refresh) }

    /// Stops the plugin if it runs, unloads and destroys it; the first failure is thrown after all is done.
    public func end() throws(PluginFailure) {
        try turn.alone { () throws(PluginFailure) in
            let before = phase.withLock { phase in
                defer { phase = .ended }
                return phase
            }
            guard before != .ended else { return }
            defer { driver.destroy() }
            var first: PluginFailure?
            if before != .stopped { first = failure { () throws(PluginFailure) in try driver.run(.stop) } }
            let last = failure { () throws(PluginFailure) in try driver.run(.unload) }
            if let failure = first ?? last { throw failure }
        }
    }

    /// Runs a body, and gives what it throws.
    func failure(_ body: () throws(PluginFailure) -> Void) -> PluginFailure? {
        do throws(PluginFailure) {
            try body()
            return nil
        } catch {
            return error
        }
    }

    private func move(
        from allowed: [Phase],
        to next: Phase,
        _ step: LifecycleStep
    ) throws(PluginFailure) {
        try turn.alone { () throws(PluginFailure) in
            try check(allowed, step.rawValue)
            try driver.run(step)
            phase.withLock { $0 = next }
        }
    }

    /// Refuses what a host would not do in the present state.
    func check(_ allowed: [Phase], _ what: String) throws(PluginFailure) {
        let present = phase.withLock { $0 }
        guard !allowed.contains(present) else { return }
        let wanted = allowed.map(\.rawValue).joined(separator: " or ")
        throw PluginFailure(.illegalMove, "\(what): the plugin is \(present.rawValue), and has to be \(wanted)")
    }

    /// Runs what a concurrent plugin may be asked beside calls.
    func serving<Success>(_ body: () throws(PluginFailure) -> Success) throws(PluginFailure) -> Success {
        facts.isConcurrent ? try turn.shared(body) : try turn.alone(body)
    }
}
