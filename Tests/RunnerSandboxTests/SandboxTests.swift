import Glibc
import LinuxSystem
import RunnerSandbox
import TestSupport
import Testing

@Suite("A sandbox", .enabled(if: SandboxSupport.probe().landlockVersion >= 6, "Landlock 6 is Linux 6.12"))
struct SandboxTests {
    @Test(
        "lets a process read, write and list only what was granted",
        .timeLimit(.minutes(10)),
        arguments: [false, true]
    )
    func files(prepared: Bool) async throws {
        let directory = try TemporaryDirectory()
        let (readable, secret) = (
            try directory.write("text", to: "readable"), try directory.write("text", to: "secret")
        )
        try Directory.make("\(directory.path)/own")
        let own = "\(directory.path)/own"
        var rules = SandboxRules.plugin(data: own, images: [])
        rules.readable.append(readable)
        let probe = try await Probe(
            in: rules,
            prepared: prepared,
            "read=\(readable)",
            "write=\(readable)",
            "truncate=\(readable)",
            "remove=\(readable)",
            "read=\(secret)",
            "truncate=\(secret)",
            "list=\(directory.path)",
            "make=\(directory.path)/new",
            "make=\(own)/new",
            "read=\(own)/new",
            "directory=\(own)/inner",
            "remove=\(own)/new",
            "list=\(own)",
            "read=/etc/passwd",
            "read=/etc/ld.so.cache",
            "read=/dev/urandom",
            "write=/dev/null",
            "list=/"
        )
        let refused = String(EACCES)
        #expect(probe.end == .exited(0))
        #expect(probe["read=\(readable)"] == "ok")
        #expect(probe["write=\(readable)"] == refused)
        #expect(probe["truncate=\(readable)"] == refused)
        #expect(probe["remove=\(readable)"] == refused)
        #expect(probe["read=\(secret)"] == refused)
        #expect(probe["truncate=\(secret)"] == refused)
        #expect(probe["list=\(directory.path)"] == refused)
        #expect(probe["make=\(directory.path)/new"] == refused)
        #expect(probe["make=\(own)/new"] == "ok")
        #expect(probe["read=\(own)/new"] == "ok")
        #expect(probe["directory=\(own)/inner"] == "ok")
        #expect(probe["remove=\(own)/new"] == "ok")
        #expect(probe["list=\(own)"] == "ok")
        #expect(probe["read=/etc/passwd"] == refused)
        #expect(probe["read=/etc/ld.so.cache"] == "ok")
        #expect(probe["read=/dev/urandom"] == "ok")
        #expect(probe["write=/dev/null"] == "ok")
        #expect(probe["list=/"] == refused)
    }

    @Test(
        "keeps what /proc tells only to those who may trace a process",
        .timeLimit(.minutes(10)),
        arguments: ["environ", "maps", "mem", "fd/0"]
    )
    func proc(name: String) async throws {
        let (own, parents) = ("/proc/self/\(name)", "/proc/\(getpid())/\(name)")
        let probe = try await Probe(in: .plugin(data: nil, images: []), "read=\(own)", "read=\(parents)")
        #expect(probe["read=\(own)"] == "ok")
        #expect([EACCES, EPERM].map { String($0) }.contains(probe["read=\(parents)"]))
    }

    @Test("runs no program but the backtracer, and loads the system's libraries", .timeLimit(.minutes(10)))
    func programs() async throws {
        let probe = try await Probe(
            in: .plugin(data: nil, images: []),
            "run=/bin/sh",
            "libraries=libFoundationEssentials.so",
            "libraries=libz.so.1"
        )
        #expect(probe["run=/bin/sh"] == String(EACCES))
        #expect(probe["libraries=libFoundationEssentials.so"] == "ok")
    }

    @Test("refuses TCP but for the ports that were granted", .timeLimit(.minutes(10)))
    func network() async throws {
        var rules = SandboxRules.plugin(data: nil, images: [])
        rules.grantConnection(to: 4)
        rules.grantListening(on: 45_671)
        let probe = try await Probe(in: rules, "connect=4", "connect=5", "bind=45671", "bind=45672")
        // Nobody listens there; what matters is who says so.
        #expect(probe["connect=4"] == String(ECONNREFUSED))
        #expect(probe["connect=5"] == String(EACCES))
        #expect(["ok", String(EADDRINUSE)].contains(probe["bind=45671"]))
        #expect(probe["bind=45672"] == String(EACCES))

        rules.connects = .all
        let open = try await Probe(in: rules, "connect=5", "bind=45672")
        #expect(open["connect=5"] == String(ECONNREFUSED))
        #expect(open["bind=45672"] == String(EACCES))
    }

    @Test("keeps signals and abstract sockets inside", .timeLimit(.minutes(10)))
    func scopes() async throws {
        let name = "plugin-host-test-\(getpid())"
        let listener = try AbstractListener(name)
        defer { listener.close() }
        let parent = getpid()
        let inside = try await Probe(in: .plugin(data: nil, images: []), "signal=\(parent)", "abstract=\(name)")
        #expect(inside["signal=\(parent)"] == String(EPERM))
        #expect(inside["abstract=\(name)"] == String(EPERM))

        var rules = SandboxRules.plugin(data: nil, images: [])
        rules.isScoped = false
        let outside = try await Probe(in: rules, "signal=\(parent)", "abstract=\(name)")
        #expect(outside["signal=\(parent)"] == "ok")
        #expect(outside["abstract=\(name)"] == "ok")
        #expect(outside.report?[.signals] == .notAsked)
    }

    @Test("gives up privileges and capabilities", .timeLimit(.minutes(10)))
    func privileges() async throws {
        let probe = try await Probe(
            in: .plugin(data: nil, images: []),
            "status=NoNewPrivs",
            "status=CapEff",
            "status=CapPrm",
            "status=CapInh"
        )
        #expect(probe["status=NoNewPrivs"] == "1")
        for set in ["CapEff", "CapPrm", "CapInh"] { #expect(probe["status=\(set)"] == "0000000000000000") }
    }

    @Test(
        "limits memory, descriptors and core dumps, and never raises a limit",
        .disabled(if: Sanitizer.isThere, "a sanitizer reserves more than the limits of these tests"),
        .timeLimit(.minutes(10))
    )
    func limits() async throws {
        let rules = SandboxRules.plugin(
            data: nil,
            images: [],
            limits: SandboxLimits(memory: 200 << 20, openFiles: 32, fileSize: .max)
        )
        let probe = try await Probe(
            in: rules,
            "allocate=\(100 << 20)",
            "allocate=\(400 << 20)",
            "open=20",
            "open=40",
            "limit=core",
            "limit=files",
            "limit=memory",
            "limit=size"
        )
        #expect(probe["allocate=\(100 << 20)"] == "ok")
        #expect(probe["allocate=\(400 << 20)"] == "no memory")
        #expect(probe["open=20"] == "ok")
        #expect(probe["open=40"] == String(EMFILE))
        #expect(probe["limit=core"] == "0/0")
        #expect(probe["limit=files"] == "32/32")
        #expect(probe["limit=memory"] == "\(200 << 20)/\(200 << 20)")
        #expect(probe["limit=size"] == "\(UInt64.max)/\(UInt64.max)")

        let space = try await Probe(
            in: .plugin(data: nil, images: [], limits: SandboxLimits(addressSpace: 1 << 30)),
            "allocate=\(2 << 30)"
        )
        #expect(space["allocate=\(2 << 30)"] == "no memory")
    }

    @Test("ends a process that uses up its processor time, by a signal that says so", .timeLimit(.minutes(10)))
    func processorTime() async throws {
        let rules = SandboxRules.plugin(data: nil, images: [], limits: SandboxLimits(processorSeconds: 1))
        let probe = try await Probe(in: rules, "limit=cpu", "spin")
        #expect(probe["limit=cpu"] == "1/6")
        #expect(probe.end == .signalled(SIGXCPU))
    }

    @Test("says which layers hold, and which paths were not there", .timeLimit(.minutes(10)))
    func reports() async throws {
        var rules = SandboxRules.plugin(data: nil, images: [])
        rules.readable += ["/no/such/path", "relative"]
        let probe = try await Probe(in: rules)
        let report = try #require(probe.report)
        #expect(report.holding == SandboxLayer.allCases)
        #expect(report.missing.isEmpty)
        #expect(report.notes.contains("/no/such/path was not granted: No such file or directory"))
        #expect(report.notes.contains("relative is no absolute path and was not granted"))
    }

    @Test(
        "lets a crash be traced from inside",
        .disabled(if: Sanitizer.isThere, "the backtracer and a sanitizer wait for each other"),
        .timeLimit(.minutes(10))
    )
    func backtraces() async throws {
        let runtime = try #require(SwiftRuntime.find())
        let rules = SandboxRules.plugin(
            data: nil,
            images: [Probe.products],
            limits: SandboxLimits(memory: 256 << 20, openFiles: 64)
        )
        let probe = try await Probe(
            in: rules,
            "trap=1",
            environment: ["SWIFT_BACKTRACE": SwiftRuntime.settings(of: runtime)]
        )
        #expect(probe.output.contains("about to trap"))
        #expect(probe.output.contains("SandboxProbe.trap(_:)"), "\(probe.output)")
        #expect(probe.output.contains("SandboxProbe.swift:"), "\(probe.output)")
        guard case .signalled = probe.end else {
            Issue.record("it ended as \(probe.end)")
            return
        }
    }
}

/// A Unix socket with a name and no path.
struct AbstractListener {
    private let number: CInt

    init(_ name: String) throws {
        number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0[1...].copyBytes(from: name.utf8) }
        let size = socklen_t(MemoryLayout<sa_family_t>.size + 1 + name.utf8.count)
        let number = number
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, size) }
        }
        guard result == 0, listen(number, 8) == 0 else { throw SystemCallError.last("bind") }
    }

    func close() { Glibc.close(number) }
}
