import FoundationEssentials
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@testable import PluginHostCommands

@Suite("What a doctor judges")
struct DoctorRuleTests {
    private func place(
        _ purpose: PlaceFacts.Purpose,
        trust: TrustPolicy = .owner,
        _ change: (inout PlaceFacts) -> Void = { _ in }
    ) -> [Finding] {
        var facts = PlaceFacts(purpose, "/srv/p")
        facts.kind = .directory
        facts.owner = 1000
        facts.space = DiskSpace(freeBytes: 1 << 40, totalBytes: 1 << 41, freeFiles: 1 << 20)
        change(&facts)
        return PlaceRule.findings(facts, user: 1000, trust: trust)
    }

    private func worst(_ findings: [Finding]) -> Finding.Severity? { findings.map(\.severity).max() }

    @Test("lets good directories pass", arguments: [PlaceFacts.Purpose.plugins, .state, .images, .socket])
    func goodPlaces(purpose: PlaceFacts.Purpose) {
        #expect(worst(place(purpose)) == .ok)
    }

    @Test("tells directories that are missing by what that means")
    func missingPlaces() {
        #expect(place(.plugins) { $0.kind = nil }.first?.remedy == "mkdir -p /srv/p")
        #expect(worst(place(.plugins) { $0.kind = nil }) == .warning)
        #expect(worst(place(.state) { $0.kind = nil }) == .note)
        #expect(
            worst(
                place(.state) {
                    $0.kind = nil
                    $0.canBeMade = false
                }
            ) == .error
        )
        #expect(worst(place(.plugins) { $0.kind = .regular }) == .error)
    }

    @Test("tells directories with wrong rights")
    func rights() {
        #expect(worst(place(.plugins) { $0.isReadable = false }) == .error)
        #expect(worst(place(.plugins) { $0.isWritable = false }) == .ok)
        #expect(worst(place(.state) { $0.isWritable = false }) == .error)
        #expect(worst(place(.socket) { $0.isWritable = false }) == .error)
        #expect(worst(place(.state) { $0.owner = 0 }) == .error)
        #expect(worst(place(.socket) { $0.owner = 0 }) == .ok)
        #expect(worst(place(.state) { $0.permissions = 0o755 }) == .note)
    }

    @Test("tells places that others can change, as far as the policy minds")
    func trust() {
        func fault(_ facts: inout PlaceFacts) {
            facts.fault = "/srv can be changed by everybody"
            facts.faultRemedy = "run 'chmod go-w /srv'"
        }
        #expect(worst(place(.plugins, fault)) == .error)
        #expect(place(.plugins, fault).last?.remedy == "run 'chmod go-w /srv'")
        #expect(worst(place(.plugins, trust: .pinned, fault)) == .ok)
        #expect(worst(place(.images, trust: .pinned, fault)) == .error)
        #expect(worst(place(.images, trust: .any, fault)) == .ok)
        #expect(worst(place(.state, fault)) == .warning)
    }

    @Test("tells disks that are full, and those without code")
    func disks() {
        func free(_ bytes: UInt64, _ files: UInt64? = nil) -> Finding.Severity? {
            worst(place(.state) { $0.space = DiskSpace(freeBytes: bytes, totalBytes: 1 << 40, freeFiles: files) })
        }
        #expect(free(1 << 20) == .error)
        #expect(free(100 << 20) == .warning)
        #expect(free(1 << 30) == .ok)
        #expect(free(1 << 30, 10) == .error)
        #expect(free(1 << 30, 500) == .warning)
        #expect(worst(place(.images) { $0.allowsCode = false }) == .error)
        #expect(worst(place(.state) { $0.allowsCode = false }) == .ok)
        #expect(worst(place(.plugins) { $0.remoteKind = "NFS" }) == .note)
    }

    @Test("tells limits that are used up")
    func limits() {
        func findings(_ change: (inout WatchFacts) -> Void) -> [Finding] {
            var facts = WatchFacts()
            (facts.instanceLimit, facts.watchLimit, facts.mappingLimit) = (128, 65_536, 65_530)
            change(&facts)
            return WatchRule.findings(facts)
        }
        #expect(worst(findings { _ in }) == .ok)
        let full = findings { $0.instancesInUse = 127 }
        #expect(worst(full) == .error)
        #expect(full.first?.remedy == "as root: sysctl -w fs.inotify.max_user_instances=1024")
        #expect(worst(findings { $0.instancesInUse = 120 }) == .warning)
        #expect(worst(findings { $0.watchesInUse = 65_530 }) == .error)
        #expect(worst(findings { $0.watchesInUse = 65_000 }) == .warning)
        #expect(worst(findings { $0.mappingLimit = 1000 }) == .note)
        #expect(
            worst(
                findings {
                    $0.mappingLimit = 1000
                    $0.keepsImages = true
                }
            ) == .warning
        )
        #expect(worst(WatchRule.findings(WatchFacts())) == .note)
    }

    @Test("tells what is at the socket")
    func socket() throws {
        func findings(
            _ state: SocketFacts.State,
            holder: Int32? = nil,
            path: String = "/run/s",
            stateDirectory: String? = nil
        ) -> [Finding] {
            let facts = SocketFacts(path: path, state: state, lockHolder: holder, stateDirectory: stateDirectory)
            return SocketRule.findings(facts, version: PluginHost.version)
        }
        #expect(worst(findings(.absent)) == .note)
        #expect(worst(findings(.absent, holder: 42)) == .warning)
        #expect(worst(findings(.notASocket)) == .error)
        #expect(findings(.stale).first?.remedy == "the next host replaces it; or: rm /run/s")
        #expect(worst(findings(.closed("Permission denied"))) == .error)
        #expect(worst(findings(.host(nil))) == .error)
        #expect(worst(findings(.absent, path: "/" + String(repeating: "x", count: 107))) == .error)

        var status = HostDouble.status
        status.host.version = PluginHost.version
        status.host.troubles = []
        status.plugins = []
        #expect(worst(findings(.host(status))) == .ok)
        #expect(findings(.host(status), stateDirectory: status.host.stateDirectory).count == 1)
        let elsewhere = findings(.host(status), stateDirectory: "/elsewhere").last
        #expect(elsewhere?.severity == .warning && elsewhere?.message.contains("/elsewhere") == true)
        #expect(elsewhere?.remedy == "plugin-host doctor --state-dir \(status.host.stateDirectory)")
        status.host.troubles = ["/srv/p does not exist"]
        #expect(findings(.host(status)).last?.message == "the host says: /srv/p does not exist")
        status = HostDouble.status
        status.host.version = "0.0.1"
        #expect(findings(.host(status)).contains { $0.severity == .warning && $0.message.contains("0.0.1") })
        status.plugins[0].state = "error"
        status.plugins[0].lastError = "no such luck"
        #expect(findings(.host(status)).contains { $0.severity == .error && $0.message.contains("no such luck") })
        status.plugins[0].retiredGenerations = 200
        #expect(findings(.host(status)).contains { $0.message.contains("200 replaced builds") })
    }

    @Test("tells a clock that can't be right")
    func clock() {
        let day: Int64 = 86_400 * 1_000_000_000
        #expect(
            worst(ClockRule.findings(ClockFacts(now: 100 * day, programTime: 90 * day, isSynchronised: true))) == .ok
        )
        #expect(worst(ClockRule.findings(ClockFacts(now: 10 * day, programTime: 90 * day))) == .error)
        #expect(
            worst(ClockRule.findings(ClockFacts(now: 95 * day, programTime: 90 * day, stateTime: 96 * day))) == .warning
        )
        #expect(worst(ClockRule.findings(ClockFacts(now: 100 * day, isSynchronised: false))) == .note)
        #expect(worst(ClockRule.findings(ClockFacts(now: 100 * day))) == .ok)
    }

    @Test("tells a runner that is missing by what needs it")
    func runner() {
        #expect(worst(RunnerFacts(path: "/bin/r", isNeeded: true).findings) == .ok)
        #expect(worst(RunnerFacts(path: "/bin/r", refusal: "it is old", isNeeded: true).findings) == .error)
        #expect(worst(RunnerFacts(path: "/bin/r", refusal: "it is old", isNeeded: false).findings) == .warning)
        #expect(worst(RunnerFacts(path: nil, isNeeded: false, isUsedForTrials: false).findings) == .note)
    }

    @Test("tells files that no host would load, and those of other compilers")
    func files() {
        func findings(inProcess: Bool = false, _ change: (inout PluginFileFacts) -> Void) -> [Finding] {
            var facts = PluginFileFacts(path: "a.so")
            facts.compiler = 60_301
            facts.abiMinor = 1
            change(&facts)
            return PluginFileRule.findings([facts], compiler: 60_301, abiMinor: 1, inProcess: inProcess)
        }
        #expect(findings { _ in }.map(\.severity) == [.ok])
        #expect(worst(findings { $0.refusal = "a.so: it is a text" }) == .error)
        #expect(
            worst(
                findings {
                    $0.refusal = "a.so: it ends too soon"
                    $0.refusalCode = "incomplete"
                }
            ) == .warning
        )
        #expect(findings { $0.distrust = "a.so: not trusted" }.map(\.severity) == [.error])
        #expect(worst(findings { $0.compiler = 60_400 }) == .warning)
        #expect(worst(findings { $0.compiler = 60_302 }) == .ok)
        #expect(worst(findings { $0.compiler = 60_200 }) == .note)
        #expect(worst(findings { $0.compiler = nil }) == .ok)
        #expect(worst(findings { $0.abiMinor = 2 }) == .note)
        #expect(worst(findings(inProcess: true) { $0.layoutConflict = "cfg_t differs" }) == .error)
        #expect(worst(findings { $0.layoutConflict = "cfg_t differs" }) == .note)
    }

    @Test("tells builds that are set aside, with the command that tries them again")
    func quarantine() {
        var survey = StateDirectory.JournalSurvey()
        #expect(worst(JournalRule.findings(survey)) == .ok)
        survey.quarantines["counter"] = .init(
            reason: "it crashed",
            build: "abcdef",
            time: Date(timeIntervalSince1970: 0)
        )
        let finding = JournalRule.findings(survey).first
        #expect(finding?.severity == .warning)
        #expect(finding?.message == "a build of counter (abcdef) is set aside: it crashed")
        #expect(finding?.remedy?.contains("plugin-host quarantine clear counter") == true)
        survey.damaged["journal.json"] = "no JSON"
        #expect(worst(JournalRule.findings(survey)) == .error)
    }

    @Test("tells programs that can't be started, and those that others can change")
    func programs() {
        var facts = ProgramFacts(id: "p")
        facts.refusal = "p: there is no program /p; correct processes.p.command"
        #expect(worst(ProgramRule.findings(facts, trust: .owner)) == .error)
        facts.startsAutomatically = false
        #expect(worst(ProgramRule.findings(facts, trust: .owner)) == .warning)
        facts.path = "/srv/p"
        #expect(worst(ProgramRule.findings(facts, trust: .owner)) == .ok)
        (facts.fault, facts.faultRemedy) = ("/srv/p can be changed by everybody", "run 'chmod o-w /srv/p'")
        #expect(worst(ProgramRule.findings(facts, trust: .owner)) == .warning)
        #expect(worst(ProgramRule.findings(facts, trust: .any)) == .ok)
    }

    @Test("tells what does not stand between plugins and the machine")
    func hardening() {
        func findings(_ change: (inout HardeningFacts) -> Void = { _ in }) -> [Finding] {
            var facts = HardeningFacts(
                user: 1000,
                trust: .owner,
                isolation: .process,
                isolates: true,
                sandboxPolicy: .bestEffort,
                sandbox: MachineSandbox(summary: "Landlock 6: all layers", missing: []),
                runnerMemory: 1 << 29
            )
            change(&facts)
            return HardeningRule.findings(facts)
        }
        #expect(worst(findings()) == .ok)
        #expect(worst(findings { $0.user = 0 }) == .warning)
        #expect(worst(findings { $0.trust = .any }) == .warning)
        #expect(worst(findings { $0.isolation = .inProcess }) == .note)
        let unlimited = findings { ($0.isolation, $0.runnerMemory) = (.inProcess, nil) }
        #expect(unlimited.filter { $0.severity == .note }.map(\.subject) == ["isolation", "runner-limits"])
        let lacking = MachineSandbox(summary: "no Landlock", missing: ["files (no Landlock)"])
        #expect(worst(findings { $0.sandbox = lacking }) == .note)
        let obstacles: [(ControlGroupPolicy, Finding.Severity)] = [
            (.off, .ok), (.bestEffort, .note), (.required, .error),
        ]
        for (policy, severity) in obstacles {
            let found = findings { ($0.controlGroupPolicy, $0.controlGroupObstacle) = (policy, "not handed over") }
            #expect(worst(found) == severity)
            #expect(worst(findings { $0.controlGroupPolicy = policy }) == .ok)
            if severity == .error { #expect(found.contains { $0.remedy?.contains("Delegate=yes") == true }) }
        }
        // Some plugins may have processes of their own, and others none.
        for (isolation, isolates) in [(Isolation.process, true), (.inProcess, true), (.inProcess, false)] {
            let severity = worst(
                findings {
                    ($0.sandbox, $0.sandboxPolicy) = (lacking, .required)
                    ($0.isolation, $0.isolates) = (isolation, isolates)
                }
            )
            #expect(severity == (isolates ? .error : .note))
        }
        #expect(worst(findings { $0.memoryLimit = 32 << 20 }) == .error)
        #expect(worst(findings { $0.memoryLimit = 128 << 20 }) == .warning)
        #expect(worst(findings { ($0.memoryLimit, $0.memoryInUse) = (1 << 30, 1 << 29) }) == .ok)
        #expect(worst(findings { ($0.memoryLimit, $0.memoryInUse) = (1 << 30, (1 << 30) - (1 << 20)) }) == .warning)
        #expect(worst(findings { $0.processLimit = 40 }) == .warning)
    }

    @Test("does not wait for ever for a host that does not say how it is", .mayBlock, .timeLimit(.minutes(10)))
    func silentHost() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/host.sock"
        let listener = try SocketListener(path: path)
        defer { listener.removeFile() }
        let configuration = HostConfiguration(pluginDirectories: [], stateDirectory: directory.path)
        let gathering = DoctorGathering(configuration: configuration, socket: path, patience: .milliseconds(10))
        let facts = gathering.socketFacts()
        #expect(facts.state == .host(nil))
        #expect(worst(SocketRule.findings(facts, version: "1.0.0")) == .error)
    }

    @Test("finds the least limit of a control group and those above it")
    func groups() {
        let files = [
            "/a/memory.max": "max\n", "/a/b/memory.max": "1000\n", "/a/b/memory.current": "10\n", "/a/pids.max": "50\n",
            "/memory.max": "4000\n",
        ]
        let limits = GroupLimits.of(group: "0::/a/b\n") { files[$0] }
        #expect(limits == GroupLimits(memory: 1000, memoryInUse: 10, processes: 50))
        #expect(GroupLimits.of(group: "1:cpu:/x\n") { _ in "1" } == GroupLimits())
        #expect(GroupLimits.of(group: "0::/../x\n") { _ in "1" } == GroupLimits())
    }
}
