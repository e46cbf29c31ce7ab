import PluginHost
import TestSupport
import Testing

/// What crashes before it has said which plugin it is leaves a report like everything else that crashes.
@Suite("A crash while a plugin is loaded in a runner", .limited, .timeLimit(.minutes(10)))
struct LoadingCrashTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    /// Where a plugin is to run; in the host's own process it is tried in a runner before.
    enum Place: CaseIterable {
        case process, group, trial
    }

    private func configuration(_ place: Place) -> HostConfiguration {
        let isolation: Isolation =
            switch place {
            case .process: .process
            case .group: .group("g")
            case .trial: .inProcess
            }
        return workshop.isolated(isolation) {
            $0.probesBuilds = true
            $0.maximumAttempts = 1
            $0.lifecycleTimeout = .seconds(5)
        }
    }

    private func report(of id: String, _ test: TestHost) async throws -> CrashReport {
        try await test.until("a report of \(id)") { try await !test.host.crashes(of: id).isEmpty }
        let reports = try await test.host.crashes(of: id)
        #expect(reports.count == 1)
        return try #require(reports.first)
    }

    @Test("is reported under the name of a file that nobody knows (RS-8)", arguments: Place.allCases)
    func unknown(place: Place) async throws {
        try workshop.install("id=a;crash=constructor")
        try await TestHost.run(configuration(place)) { test async throws in
            let report = try await report(of: "liba.so", test)
            #expect(report.path == workshop.path("liba.so") && report.build != nil && report.process != nil)
            #expect(report.signal == "SIGSEGV" && report.step == "loading" && report.generation == nil)
            #expect(report.uptimeSeconds != nil && (Sanitizer.isThere || !report.backtrace.isEmpty))
            let error = try #require(try await test.status("liba.so").lastError)
            #expect(error.contains("; 'plugin-host crashes liba.so --last' tells where"), "\(error)")
            #expect(try await test.host.crashes().count == 1)
        }
    }

    @Test(
        "is reported with plugin, file and step when the plugin was known (RS-8)",
        arguments: Place.allCases,
        [("constructor", "loading"), ("factory", "loading"), ("create", "create"), ("initialise", "initialise")]
    )
    func known(place: Place, step: (fixture: String, name: String)) async throws {
        try workshop.install("id=a;tag=1")
        try await TestHost.run(configuration(place)) { test async throws in
            #expect(try await test.call("increment") == "1")
            try workshop.install("id=a;tag=2;crash=\(step.fixture)")
            try await test.until(.reloadFailed)
            let report = try await report(of: "a", test)
            #expect(report.path == workshop.path("liba.so") && report.build != nil)
            #expect(report.signal == "SIGSEGV" && report.step == step.name)
            let error = try #require(test.events(.reloadFailed).first?.error)
            #expect(error.contains("; 'plugin-host crashes a --last' tells where"), "\(error)")
        }
    }

    @Test(
        "or its end in another way, is reported with the step (RS-8)",
        arguments: ["exit", "hang", "leave"].flatMap { end in
            [("constructor", "loading"), ("create", "create")].map { (end, $0) }
        }
        // Of a process that ends inside of the dynamic linker the thread sanitizer complains just for that.
        .filter { !Sanitizer.isThread || $0.0 == "hang" || $0.1.1 != "loading" }
    )
    func otherEnds(end: String, step: (fixture: String, name: String)) async throws {
        try workshop.install("id=a;tag=1")
        try await TestHost.run(configuration(.process)) { test async throws in
            #expect(try await test.call("increment") == "1")
            try workshop.install("id=a;tag=2;\(end)=\(step.fixture)")
            try await test.until(.reloadFailed)
            let report = try await report(of: "a", test)
            #expect(report.path == workshop.path("liba.so") && report.step == step.name)
            let error = try #require(test.events(.reloadFailed).first?.error)
            #expect(error.contains("; 'plugin-host crashes a --last' tells where"), "\(error)")
            switch end {
            case "exit": #expect(report.exitStatus == 3)
            case "leave": #expect(report.exitStatus == 0)
            default: #expect(report.reason == "\(step.name) did not return within 5.0 s")
            }
            #expect(try await test.call("increment") == "2")
        }
    }

    @Test(
        "takes the others of its group with it, whose reports do not blame them (RS-8)",
        .disabled(if: Sanitizer.isThread, "it complains of a process that ends inside of the dynamic linker")
    )
    func group() async throws {
        try workshop.install("id=a;tag=1", as: "liba.so")
        try workshop.install("id=b", as: "libb.so")
        var configuration = configuration(.group)
        configuration.probesBuilds = false
        try await TestHost.run(configuration) { test async throws in
            for id in ["a", "b"] { #expect(try await test.call("increment", of: id) == "1") }
            try workshop.install("id=a;tag=2;exit=constructor", as: "liba.so")
            try await test.until("reports") { try await test.host.crashes().count == 3 }
            #expect(try await test.host.crashes(of: "b").first?.step == nil)
            // The build that was loaded, and the one that served.
            let own = try await test.host.crashes(of: "a")
            #expect(Set(own.map(\.step)) == ["loading", nil] && Set(own.map(\.build)).count == 2)
        }
    }
}
