import PluginHost
import TestSupport
import Testing

@Suite("What may make a file trusted is noticed", .limited, .timeLimit(.minutes(10)))
struct TrustChangesTests {
    private func count(_ report: WatchReport, _ scene: WatchScene) -> Int {
        scene.reports.count { $0.report == report }
    }

    @Test(
        "when the rights change of a directory, of one above it, or of one that a link leads to",
        arguments: ["plugins", ".", "source", "link"]
    )
    func rights(name: String) async throws {
        let scene = try WatchScene()
        try scene.shell("ln -s ../source/new plugins/p.so; mkdir x; ln -s x link; ln -s ../link/y plugins/q.so")
        try await scene.start()
        #expect(count(.rightsChanged, scene) == 0)
        try scene.shell(name == "link" ? "chmod 700 x" : "chmod 700 \(name)")
        try await scene.until { $0.contains { $0.report == .rightsChanged } }
    }

    @Test("when the rights of a file change: it settles again")
    func file() async throws {
        let scene = try WatchScene()
        try scene.shell("printf 'new END' > plugins/p.so")
        try await scene.start()
        try scene.shell("chmod 600 plugins/p.so")
        try await scene.until { $0.count { if case .settled = $0.report { true } else { false } } == 2 }
    }

    @Test(
        "when a signature is complete, however it comes",
        arguments: [
            "cp source/new plugins/p.so.sig", "cp source/new x; mv x plugins/p.so.sig",
            "ln source/new plugins/p.so.sig",
            "ln -s ../source/new plugins/p.so.sig",
        ]
    )
    func signature(script: String) async throws {
        let scene = try WatchScene()
        try await scene.start()
        try scene.shell(script)
        let report = WatchReport.signatureChanged(path: scene.plugins + "/p.so")
        try await scene.until { $0.contains { $0.report == report } }
    }

    @Test("and nothing else is taken for a signature, or for a plugin")
    func others() async throws {
        let scene = try WatchScene()
        try await scene.start()
        try scene.shell("cp source/new plugins/.sig; cp source/new plugins/p.sig; cp source/new plugins/p.tmp.sig")
        try scene.shell(": > plugins/p.so.sig; cp source/new plugins/q.so.sig~")
        try await scene.fence()
        #expect(
            scene.reports.allSatisfy {
                if case .signatureChanged(let path) = $0.report { path.hasSuffix("/p.so") } else { true }
            }
        )
        #expect(scene.contents(of: "p.so.sig").isEmpty)
    }
}
