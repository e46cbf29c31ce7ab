/// Work that is done at times.
enum TaskTemplate {
    static func files(_ names: TemplateNames) -> [TemplateFile] {
        let name = names.module
        return [
            TemplateFile(
                "Sources/\(name)/\(name).swift",
                """
                // Does something every ten seconds, and tells when it did so last. The rhythm and the count survive every reload.

                public import PluginSDK

                final class \(name): StatefulPlugin, ComponentPlugin {
                    static let metadata = PluginMetadata(
                        id: "\(names.id)",
                        name: "\(names.title)",
                        version: "1.0.0"
                    )

                    /// What survives a reload.
                    struct State: Codable {
                        var runs = 0
                        var missed = 0
                        var last: String?
                    }
                    var state = State()

                    private let context: PluginContext

                    init(context: PluginContext) { self.context = context }

                    static func register(in methods: inout MethodTable<\(name)>) {
                        methods.add("report", \(name).report)
                    }

                    var components: Components<\(name)> {
                        ScheduledTask("work", every: .seconds(10), deadline: .seconds(5)) { plugin, run in
                            plugin.work(run)
                        }
                    }

                    /// Does the work of one run.
                    private func work(_ run: TaskRun) {
                        state.runs += 1
                        state.missed += run.missed
                        state.last = run.due
                        context.info("run \\(state.runs), due \\(run.due)")
                    }

                    /// Answers what was done.
                    func report() -> State { state }
                }

                /// The one function that the host looks for.
                @c(ph_plugin_factory)
                public func factory() -> PluginFactory { makeFactory(of: \(name).self) }
                """
            ),
            TemplateFile(
                "Tests/\(name)Tests/\(name)Tests.swift",
                """
                import PluginSDK
                import PluginTesting
                import Testing

                @testable import \(name)

                @Suite("\(names.title)")
                struct \(name)Tests {
                    @Test("works when it is due, and goes on after a reload")
                    func works() throws {
                        let plugin = try TestedPlugin(\(name).self)
                        try plugin.runTask("work", TaskRun(due: "2026-01-01T00:00:10.000Z"))
                        let next = try plugin.reload()
                        try next.runTask("work", TaskRun(due: "2026-01-01T00:00:50.000Z", missed: 3))
                        let report = try next.call("report", as: \(name).State.self)
                        #expect(report.runs == 2)
                        #expect(report.missed == 3)
                        #expect(report.last == "2026-01-01T00:00:50.000Z")
                        #expect(next.host.log.last?.message == "run 2, due 2026-01-01T00:00:50.000Z")
                    }

                    @Test("declares its task")
                    func declares() throws {
                        #expect(try TestedPlugin(\(name).self).components.tasks == ["work"])
                    }
                }
                """
            ),
        ]
    }
}
