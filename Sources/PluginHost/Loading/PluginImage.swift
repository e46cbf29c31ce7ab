internal import PluginLoading

/// One image that is loaded and that an instance can be made of, in this process or in another.
protocol PluginImage: Sendable {
    /// The watched file that it came from.
    var source: String { get }
    /// The private copy that is mapped.
    var path: String { get }
    var build: BuildName { get }
    var descriptor: PluginDescriptor { get }
    /// How much memory of this process it keeps for ever; 0 if it gives it back.
    var keptSize: Int { get }

    /// How long the place where it is mapped may take to give something up that does not return.
    var reaction: Duration { get }
    /// Where it runs.
    var isolation: Isolation { get }
    /// The process of its own that it is mapped in; `nil` for this one, and for one that has ended.
    var process: Int32? { get }
    /// How much it has asked of the host and waits for, from a process of its own.
    var requestsUnderWay: Int { get }
    /// What holds of the sandbox around it; `nil` where there is none.
    var sandbox: SandboxStatus? { get }
    /// A state that is newer than what the disk has, with the version that saved it.
    var keptState: (state: SavedState, version: String)? { get }

    /// Whether it is gone without anybody's wish.
    var isLost: Bool { get }
    /// Whether it is gone for another plugin that shared its process.
    var isVictim: Bool { get }
    /// Calls the handler once, on any thread, when it is lost.
    func whenLost(_ handler: @escaping @Sendable (RunnerLoss) -> Void)
    /// Ends the place where it is mapped if that gives no sign of life in time.
    func demandSignOfLife(within patience: Duration)
    /// Ends the place where it is mapped, which is then lost, for that reason.
    func giveUp(_ reason: String)
    /// Makes the instance of a generation.
    func makeInstance(generation: UInt64, services: HostServices) throws(PluginError) -> any PluginInstance
    /// Is told that the image serves no more, and that nothing will be made of it.
    func retire()
}
