public import PluginSDK

extension TestedPlugin {
    /// Saves the state, as a host does for a checkpoint.
    public func saveState() throws(PluginFailure) -> SavedState {
        try serving { () throws(PluginFailure) in
            try check([.running, .paused], "saving the state")
            return try save()
        }
    }

    /// Replaces the plugin by another version, which takes over the state, at the same host.
    ///
    /// It goes as a reload of a host: the new instance is made and asked whether it takes the state; the old one is paused and
    /// saved; the new one restores the state and starts; the old one is stopped and destroyed. Does anything fail before that,
    /// the new instance is gone and the old one runs on with its state as it was.
    ///
    /// - Parameters:
    ///   - type: The class of the new version.
    ///   - settings: The settings of the new version, a JSON object.
    /// - Returns: The new instance; this one has ended.
    /// - Throws: What either of the two throws; `stateRefused` if the new version does not take the state.
    public func reload<Next: Plugin>(
        into type: Next.Type,
        settings: String = "{}"
    ) throws(PluginFailure) -> TestedPlugin<Next> {
        try unsafe reload(into: makeFactory(of: type), as: type, settings: settings)
    }

    /// Replaces the plugin by what a factory makes, which takes over the state, at the same host.
    ///
    /// See ``reload(into:settings:)->TestedPlugin<Next>``.
    @safe
    public func reload(
        into factory: PluginFactory?,
        settings: String = "{}"
    ) throws(PluginFailure) -> TestedPlugin<ForeignPlugin> {
        guard let factory = unsafe factory else {
            throw PluginFailure(.brokenContract, "the exported function returns no factory")
        }
        return try unsafe reload(into: factory, as: ForeignPlugin.self, settings: settings)
    }

    private func reload<Next: AnyObject>(
        into factory: PluginFactory,
        as type: Next.Type,
        settings: String
    ) throws(PluginFailure) -> TestedPlugin<Next> {
        let next = try turn.alone { () throws(PluginFailure) in
            try check([.running], "reloading")
            return try unsafe replace(by: factory, as: type, settings: settings)
        }
        try end()
        return next
    }

    private func replace<Next: AnyObject>(
        by factory: PluginFactory,
        as type: Next.Type,
        settings: String
    ) throws(PluginFailure) -> TestedPlugin<Next> {
        var isHeld = false
        do throws(PluginFailure) {
            return try unsafe TestedPlugin<Next>(factory, settings: settings, host: host) {
                (facts, next) throws(PluginFailure) in
                guard facts.id == id else {
                    let message = "a plugin is replaced by another version of itself: \(id), not \(facts.id)"
                    throw PluginFailure(.illegalMove, message)
                }
                // Without a state to move, a host holds nobody.
                guard driver.hasState, next.hasState else { return }
                let state = try save()
                try facts.checkOffer(of: state)
                try next.checkState(state)
                try driver.run(.pause)
                isHeld = true
                try next.restoreState(try save())
            }
        } catch {
            guard isHeld, let second = failure({ () throws(PluginFailure) in try driver.run(.resume) }) else {
                throw error
            }
            throw PluginFailure(error.code, "\(error.message); and then the old one did not go on: \(second.message)")
        }
    }

    /// Saves the state in a turn that the caller has.
    private func save() throws(PluginFailure) -> SavedState {
        let (schema, bytes) = try driver.saveState()
        guard facts.schemas.upperBound == 0 || facts.schemas.contains(schema) else {
            throw PluginFailure(
                .brokenContract,
                "\(id) saves its state in schema \(schema), and declares to read only \(facts.schemas)"
            )
        }
        return SavedState(bytes: bytes, schema: schema, version: facts.version)
    }
}
