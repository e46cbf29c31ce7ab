internal import Glibc
internal import LinuxSystem
internal import PluginHost

/// Looks at everything that a doctor judges, and changes nothing.
struct DoctorGathering: Sendable {
    let configuration: HostConfiguration
    let socket: String
    /// How long a host may take to say how it is.
    var patience = Duration.seconds(5)

    // MARK: Directories

    /// The directories that a host of this configuration works with.
    func places() -> [PlaceFacts] {
        let rule = OwnerRule.forThisProcess()
        let images = configuration.imageDirectory ?? "\(configuration.stateDirectory)/images"
        let wanted =
            configuration.pluginDirectories.map { (PlaceFacts.Purpose.plugins, $0) } + [
                (.state, configuration.stateDirectory), (.images, images), (.socket, Self.parent(of: socket)),
            ]
        return wanted.map { Self.place($0.0, $0.1, rule) }
    }

    private static func place(_ purpose: PlaceFacts.Purpose, _ path: String, _ rule: OwnerRule) -> PlaceFacts {
        var facts = PlaceFacts(purpose, path)
        let status = (try? FileStatus.of(path)) ?? nil
        let nearest = nearestDirectory(to: path)
        facts.space = try? DiskSpace.of(nearest)
        facts.allowsCode = (try? FileSystemKind.allowsCode(directory: nearest)) ?? true
        // The name is one that no file has: what matters is the way to it.
        let walk = TrustWalk("\(path)/.way")
        if let (place, fault) = rule.firstFault(in: walk.places) {
            facts.fault = "\(place.path) \(rule.reason(fault, of: place))"
            facts.faultRemedy = rule.remedy(fault, of: place)
        }
        guard let status else {
            facts.canBeMade = unsafe access(nearest, W_OK | X_OK) == 0
            return facts
        }
        facts.kind = status.kind
        facts.owner = status.owner
        facts.permissions = status.permissions
        facts.isReadable = unsafe access(path, R_OK | X_OK) == 0
        facts.isWritable = unsafe access(path, W_OK | X_OK) == 0
        if let kind = try? FileSystemKind.of(directory: path), !kind.noticesChanges { facts.remoteKind = kind.name }
        return facts
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// The directory itself, or the first one above it that is there.
    private static func nearestDirectory(to path: String) -> String {
        var path = path
        while path != "/", ((try? FileStatus.of(path)) ?? nil)?.kind != .directory { path = parent(of: path) }
        return path
    }

    // MARK: Limits

    /// The kernel's limits, and how much of them this user's processes have.
    func limits() -> WatchFacts {
        var facts = WatchFacts()
        facts.instanceLimit = Self.number("/proc/sys/fs/inotify/max_user_instances")
        facts.watchLimit = Self.number("/proc/sys/fs/inotify/max_user_watches")
        facts.mappingLimit = Self.number("/proc/sys/vm/max_map_count")
        facts.keepsImages = configuration.isolation == .inProcess
        let user = UserDatabase.currentUser
        for process in ((try? Directory.names("/proc")) ?? []).compactMap({ Int32($0) }) {
            guard let status = (try? FileStatus.of("/proc/\(process)")) ?? nil, status.owner == user else { continue }
            let directory = "/proc/\(process)/fdinfo"
            for descriptor in (try? Directory.names(directory)) ?? [] {
                let watches = Self.watches(in: "\(directory)/\(descriptor)", of: "/proc/\(process)/fd/\(descriptor)")
                guard let watches else { continue }
                facts.instancesInUse += 1
                facts.watchesInUse += watches
            }
        }
        return facts
    }

    /// How many watches a descriptor has; `nil` if it is no inotify instance.
    private static func watches(in info: String, of link: String) -> Int? {
        let target = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer -> String? in
            guard let start = buffer.baseAddress else { return nil }
            let count = unsafe readlink(link, start, buffer.count - 1)
            guard count > 0 else { return nil }
            unsafe start[count] = 0
            return unsafe String(validatingCString: start)
        }
        guard target == "anon_inode:inotify", let text = text(info) else { return nil }
        return text.split(separator: "\n").count { $0.hasPrefix("inotify ") }
    }

    static func text(_ path: String) -> String? {
        let bytes = try? OwnedFileDescriptor.open(path, flags: O_RDONLY | O_NONBLOCK).readToEnd(limit: 16 << 20)
        return bytes.map { String(decoding: $0, as: UTF8.self) }
    }

    static func number(_ path: String) -> Int? {
        text(path).flatMap { Int($0.prefix { $0.isNumber }) }
    }

    // MARK: The rest

    /// The clock, beside times that are certain to have been.
    func clock() -> ClockFacts {
        func time(_ path: String) -> Int64? { ((try? FileStatus.of(path)) ?? nil)?.modified }
        let kept = ["events.jsonl", "lock", "plugins"].compactMap { time("\(configuration.stateDirectory)/\($0)") }
        return ClockFacts(
            now: MachineClock.now,
            programTime: ProcessFacts.executable.flatMap { ((try? FileStatus.of($0)) ?? nil)?.changed },
            stateTime: kept.max(),
            isSynchronised: MachineClock.isSynchronised
        )
    }

    /// The program for runners, which is started for a moment.
    func runner() -> RunnerFacts {
        let path = RunnerProbe.executable(configuration)
        return RunnerFacts(
            path: path,
            refusal: path.flatMap { RunnerProbe.refusal(of: $0, within: .seconds(10)) },
            isNeeded: configuration.isolates,
            isUsedForTrials: configuration.probesBuilds
        )
    }

    /// What stands between plugins and the machine.
    func hardening(ofHost process: Int32?) -> HardeningFacts {
        var facts = HardeningFacts(
            user: UserDatabase.currentUser,
            trust: configuration.trust,
            isolation: configuration.isolation,
            isolates: configuration.isolates,
            sandboxPolicy: configuration.sandbox,
            sandbox: .probe(),
            runnerMemory: configuration.runnerLimits.memory
        )
        facts.controlGroupPolicy = configuration.controlGroup
        // A host that runs has found one, or said in its log why not; what there is here is not its.
        if process == nil { facts.controlGroupObstacle = RunnerProbe.controlGroupObstacle(configuration) }
        let limits = GroupLimits.of(process: process.map { "\($0)" } ?? "self")
        facts.memoryLimit = limits.memory
        facts.memoryInUse = limits.memoryInUse
        facts.processLimit = limits.processes
        return facts
    }
}
