public import PluginSDK

// MARK: - Plugins in Swift

extension TestedPlugin where Instance: Plugin {
    /// Creates an instance and starts it, as a host does: load, initialise, restore, start, and a look at its health.
    ///
    /// - Parameters:
    ///   - type: The plugin's class.
    ///   - settings: The settings, a JSON object.
    ///   - state: A state that it begins with; `nil` for a new plugin.
    ///   - host: The host that it has.
    /// - Throws: What the plugin throws, or `brokenContract` with what is wrong; then there is no instance.
    public convenience init(
        _ type: Instance.Type = Instance.self,
        settings: String = "{}",
        state: SavedState? = nil,
        host: TestHost = TestHost()
    ) throws(PluginFailure) {
        try unsafe self.init(makeFactory(of: type), settings: settings, host: host, restoring: Self.restorer(of: state))
    }

    /// The author's object, to look at what no method tells.
    ///
    /// Use it while no other thread calls the plugin.
    public var instance: Instance {
        guard let instance = driver.object as? Instance else {
            preconditionFailure("\(id): the instance was destroyed, or is no \(Instance.self)")
        }
        return instance
    }

    /// Replaces the plugin by another instance of itself that takes over the state.
    ///
    /// See ``reload(into:settings:)->TestedPlugin<Next>``.
    public func reload() throws(PluginFailure) -> TestedPlugin<Instance> {
        try reload(into: Instance.self)
    }
}

// MARK: - Plugins in other languages

extension TestedPlugin where Instance == ForeignPlugin {
    /// Creates an instance of what a factory makes, and starts it.
    ///
    /// - Parameters:
    ///   - factory: What the exported function has returned.
    ///   - settings: The settings, a JSON object.
    ///   - state: A state that it begins with; `nil` for a new plugin.
    ///   - host: The host that it has.
    /// - Throws: What the plugin says, or `brokenContract` with what is wrong; then there is no instance.
    @safe
    public convenience init(
        factory: PluginFactory?,
        settings: String = "{}",
        state: SavedState? = nil,
        host: TestHost = TestHost()
    ) throws(PluginFailure) {
        guard let factory = unsafe factory else {
            throw PluginFailure(.brokenContract, "the exported function returns no factory")
        }
        try unsafe self.init(factory, settings: settings, host: host, restoring: Self.restorer(of: state))
    }
}

extension TestedPlugin {
    fileprivate static func restorer(
        of state: SavedState?
    ) -> (PluginFacts, InstanceDriver) throws(PluginFailure) -> Void {
        { (facts, driver) throws(PluginFailure) in
            guard let state else { return }
            try facts.checkOffer(of: state)
            try driver.checkState(state)
            try driver.restoreState(state)
        }
    }
}
