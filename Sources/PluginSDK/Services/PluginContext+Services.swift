extension PluginContext {
    /// The values that plugins share; needs the permission `state.shared`.
    public var sharedState: SharedState { SharedState(self) }

    /// The other plugins of the host; each that is called needs the permission `call:ID`.
    public var plugins: OtherPlugins { OtherPlugins(self) }

    /// The events that plugins publish to each other.
    public var events: PublishedEvents { PublishedEvents(self) }

    /// Chains of the hooks of all plugins; they need the permission `hooks.run`.
    public var hooks: HookStages { HookStages(self) }

    /// The actions of all plugins; they need the permission `actions.run`.
    public var actions: HostActions { HostActions(self) }

    /// Messages in and out; they need the permission `gateways`.
    public var messages: Messages { Messages(self) }

    /// The scheduled work of this plugin.
    public var tasks: TaskSchedule { TaskSchedule(self) }

    /// How this plugin says itself that it is alive.
    public var heartbeat: Heartbeat { Heartbeat(self) }
}
