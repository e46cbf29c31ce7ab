import Foundation
import LinuxSystem
import PluginHost
import TestSupport

/// A place of its own for one test: a plugin directory, a state directory, and plugins that the package has built.
final class Workshop: Sendable {
    let root: String
    var plugins: String { root + "/plugins" }
    var state: String { root + "/state" }

    init() throws {
        // A socket's path has room for 107 bytes, and some lie deep below.
        root = NSTemporaryDirectory() + "plugin-host-tests-" + UUID().uuidString.prefix(13)
        try FileManager.default.createDirectory(atPath: plugins, withIntermediateDirectories: true)
        // Whatever the user's mask is: some tests are about users and rights.
        for path in [root, plugins] { chmod(path, 0o755) }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: root)
    }

    /// Where the package's products are: beside the test bundle.
    static let products: String = {
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let directory = (executable as NSString).deletingLastPathComponent
        if FileManager.default.fileExists(atPath: directory + "/libAdaptable.so") { return directory }
        // The bundle may be loaded by a runner of the toolchain.
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? ""
        return (bundle as NSString).deletingLastPathComponent
    }()

    /// The bytes of a product, such as `Counter`.
    static func product(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: "\(products)/lib\(name).so"))
    }

    /// The same product as another build: what follows the last section is never mapped.
    static func product(_ name: String, build: Int) throws -> Data {
        try product(name) + Data("build \(build)".utf8)
    }

    /// The bytes of a plugin that behaves as described; see the fixture for what can be said.
    static func adaptable(_ behaviour: String, product name: String = "Adaptable") throws -> Data {
        var bytes = try product(name)
        let marker = Data("PH-ADAPTABLE:".utf8)
        guard let place = bytes.range(of: marker) else { throw CocoaError(.fileReadCorruptFile) }
        let text = Data(behaviour.utf8) + Data([0])
        precondition(text.count <= 500, "the fixture has no room for \(text.count) bytes")
        bytes.replaceSubrange(place.upperBound..<place.upperBound + text.count, with: text)
        return bytes
    }

    func path(_ file: String) -> String { plugins + "/" + file }

    /// Puts a complete file in place by renaming, as a careful build does.
    func install(_ bytes: Data, as file: String) throws {
        let temporary = root + "/" + UUID().uuidString
        try Self.write(bytes, to: temporary)
        chmod(temporary, 0o755)
        guard rename(temporary, path(file)) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    /// Writes a new file, by a descriptor that no program inherits.
    ///
    /// Foundation's own function leaves its descriptor to a program that another test starts meanwhile: that program
    /// would be a writer of the file for as long as it runs, and a host does not load what somebody still writes.
    static func write(_ bytes: Data, to path: String) throws {
        let number = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o755)
        guard number >= 0 else { throw CocoaError(.fileWriteUnknown) }
        let file = FileHandle(fileDescriptor: number, closeOnDealloc: true)
        try file.write(contentsOf: bytes)
        try file.close()
        awaitLastWriter(of: path)
    }

    /// Installs a plugin that behaves as described.
    func install(_ behaviour: String, as file: String = "liba.so") throws {
        try install(try Self.adaptable(behaviour), as: file)
    }

    func remove(_ file: String) throws {
        try FileManager.default.removeItem(atPath: path(file))
    }

    /// The same, with plugins in runners.
    func isolated(
        _ isolation: Isolation = .process,
        _ change: (inout HostConfiguration) -> Void = { _ in }
    ) -> HostConfiguration {
        configuration { configuration in
            configuration.isolation = isolation
            configuration.runner = Self.products + "/plugin-runner"
            change(&configuration)
        }
    }

    /// The processes beside this one that have one of the plugins mapped.
    func runners() throws -> [Int32] {
        let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
        return processes.filter { process in
            guard process != getpid(),
                let maps = try? OwnedFileDescriptor.open("/proc/\(process)/maps", flags: O_RDONLY).readToEnd()
            else { return false }
            return String(decoding: maps, as: UTF8.self).contains(root)
        }
    }

    /// A configuration that does not make a test wait.
    func configuration(_ change: (inout HostConfiguration) -> Void = { _ in }) -> HostConfiguration {
        var configuration = HostConfiguration(pluginDirectories: [plugins], stateDirectory: state)
        configuration.strategy = .debounced(.milliseconds(20))
        configuration.cooldown = .milliseconds(20)
        configuration.removalGrace = .milliseconds(50)
        configuration.probation = .zero
        configuration.checkpointInterval = .zero
        // A machine that stands still for half a minute is not what these tests are about.
        configuration.lifecycleTimeout = .seconds(300)
        configuration.drainTimeout = .seconds(300)
        // Most tests are about the host's own process; IsolationTests and ProbeTests are about the others.
        configuration.probesBuilds = false
        change(&configuration)
        return configuration
    }
}
