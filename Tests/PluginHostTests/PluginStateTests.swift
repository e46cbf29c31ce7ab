import Testing

@testable import PluginHost

@Suite("The states of a plugin (PL-3)")
struct PluginStateTests {
    @Test("follow a whole life, a reload in the middle")
    func wholeLife() throws {
        let cell = StateCell(plugin: "a", events: EventBus(courier: { $0() }, sink: { _ in }))
        let life: [PluginState] = [
            .loading, .loaded, .initialised, .running, .paused, .running, .reloading, .running, .stopping, .stopped,
            .unloading, .unloaded,
        ]
        for state in life { try cell.move(to: state, of: 1) }
        #expect(cell.current == .unloaded)
    }

    @Test(
        "refuse an illegal move and name both states",
        arguments: [
            (PluginState.running, "running"), (.stopped, "stopped"), (.paused, "paused"), (.reloading, "reloading"),
        ]
    )
    func illegalMoves(state: PluginState, name: String) {
        let cell = StateCell(plugin: "a", events: EventBus(courier: { $0() }, sink: { _ in }))
        let error = #expect(throws: PluginError.self) { try cell.move(to: state, of: 1) }
        #expect(error?.code == .illegalTransition)
        #expect(error?.message.contains("unloaded") == true && error?.message.contains(name) == true)
        #expect(cell.current == .unloaded)
    }

    @Test("let what was lost be stopped before another takes its place")
    func lost() throws {
        let cell = StateCell(plugin: "a", events: EventBus(courier: { $0() }, sink: { _ in }))
        let life: [PluginState] = [
            .loading, .loaded, .initialised, .running, .reloading, .stopping, .stopped, .unloading, .unloaded,
        ]
        for state in life { try cell.move(to: state, of: 1) }
        #expect(cell.current == .unloaded)
    }

    @Test("may become an error from anywhere, and come back by loading")
    func errors() throws {
        let cell = StateCell(plugin: "a", events: EventBus(courier: { $0() }, sink: { _ in }))
        try cell.move(to: .error("why"), of: 1)
        #expect(cell.current == .error("why"))
        try cell.move(to: .loading, of: 1)
    }
}
