import Glibc
import LinuxSystem
import RunnerSandbox
import Testing

@Suite("A kernel's support of sandboxes")
struct SandboxSupportTests {
    @Test(
        "lacks what came later",
        arguments: [
            (SandboxSupport.Landlock.version(7), []),
            (.version(5), [.signals, .abstractSockets]),
            (.version(4), [.devices, .signals, .abstractSockets]),
            (.version(3), [.devices, .network, .signals, .abstractSockets]),
            (.version(1), [.truncation, .devices, .network, .signals, .abstractSockets]),
            (.notBuilt, [.files, .truncation, .devices, .network, .signals, .abstractSockets]),
            (.switchedOff, [.files, .truncation, .devices, .network, .signals, .abstractSockets]),
        ] as [(SandboxSupport.Landlock, [SandboxLayer])]
    )
    func missing(landlock: SandboxSupport.Landlock, layers: [SandboxLayer]) {
        let support = SandboxSupport(landlock: landlock)
        #expect(support.missing == layers)
        for layer in SandboxLayer.allCases {
            #expect((support.reason(missing: layer) != nil) == layers.contains(layer))
        }
    }

    @Test("says what would bring a layer")
    func reasons() {
        #expect(
            SandboxSupport(landlock: .version(3)).reason(missing: .network)
                == "needs Landlock 4 (Linux 6.7); this kernel has 3"
        )
        #expect(
            SandboxSupport(landlock: .switchedOff).reason(missing: .files)
                == "Landlock is off; start the kernel with landlock among lsm=…"
        )
        #expect(SandboxSupport(landlock: .refused(code: EPERM)).summary.hasPrefix("Landlock refused: without files"))
    }

    @Test("that is not enough for a policy stops a process before anything has changed")
    func required() async {
        await #expect(processExitsWith: .exitCode(3)) {
            do throws(SandboxError) {
                let rules = SandboxRules(requirement: .required)
                _ = try Sandbox.apply(rules, support: SandboxSupport(landlock: .version(3)))
            } catch {
                guard case .missing(let layers) = error, layers.count == 4, open("/etc/passwd", O_RDONLY) >= 0 else {
                    exit(4)
                }
                exit(3)
            }
        }
    }

    @Test("is gone through without anything being in force afterwards")
    func rehearsal() async {
        await #expect(processExitsWith: .exitCode(3)) {
            let rules = SandboxRules.plugin(data: nil, images: ["/tmp"], limits: SandboxLimits(openFiles: 3))
            guard Sandbox.prepare(rules) != nil else { exit(5) }
            let status = try OwnedFileDescriptor.open("/proc/self/status", flags: O_RDONLY).readToEnd()
            let isFree = String(decoding: status, as: UTF8.self).contains("NoNewPrivs:\t0")
            exit(isFree && open("/etc/passwd", O_RDONLY) >= 0 ? 3 : 4)
        }
    }

    @Test("does not help a process that has threads already")
    func threads() async {
        await #expect(processExitsWith: .exitCode(3)) {
            do throws(SandboxError) {
                _ = try Sandbox.apply(SandboxRules())
            } catch {
                guard case .severalThreads = error else { exit(4) }
                exit(3)
            }
        }
    }
}
