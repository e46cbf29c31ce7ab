import LinuxSystem
import TestSupport
import Testing

@testable import PluginHost

@Suite("A damaged file is judged without a crash (PL-1)")
struct ImageMutationTests {
    /// Values that sit at the edges of arithmetic.
    private static let edges: [UInt64] = [
        0, 1, 7, 8, 0xFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000, 1 << 62, 1 << 63, .max - 7,
        .max,
    ]

    private func mutate(_ original: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            guard !bytes.isEmpty else { break }
            // Most of what is read lies in the header tables at the beginning and the end.
            let place =
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: Int.random(in: 0..<min(64, bytes.count), using: &generator)
                case 1: Int.random(in: 0..<min(1024, bytes.count), using: &generator)
                case 2: bytes.count - 1 - Int.random(in: 0..<min(2048, bytes.count), using: &generator)
                default: Int.random(in: 0..<bytes.count, using: &generator)
                }
            switch Int.random(in: 0..<8, using: &generator) {
            case 0: bytes.removeLast(bytes.count - place)
            case 1...3: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 4, 5: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            default:
                let aligned = place & ~7
                guard aligned + 8 <= bytes.count, let edge = Self.edges.randomElement(using: &generator) else {
                    continue
                }
                bytes.put64(edge, at: aligned)
            }
        }
        return bytes
    }

    /// Judges changed copies, and reads all that can be read of those that are images still.
    private func judge(_ original: [UInt8], times: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var taken = 0
        for round in 0..<times {
            let bytes = mutate(original, &generator)
            do throws(PluginError) {
                let image = try ImageInspector.inspect(bytes, path: "mutant")
                #expect(image.bytes.count == bytes.count, "seed \(seed), round \(round)")
                taken += 1
            } catch {
                #expect(error.code.isPermanent, "seed \(seed), round \(round): \(error)")
            }
        }
        // Most of a file is code, and a change there can't be seen.
        let isPlugin = (try? ImageInspector.inspect(original, path: "original")) != nil
        #expect(taken < times && (taken > 0) == isPlugin)
    }

    @Test("whatever is changed in a small image", arguments: [UInt64(1), 2])
    func built(seed: UInt64) {
        var builder = ImageBuilder()
        builder.manifest = ImageBuilder.record()
        judge(builder.build(), times: 5000, seed: seed)
    }

    @Test("whatever is changed in what the toolchain links", .enabled(if: Tool.named("clang") != nil))
    func linked() throws {
        let directory = try TemporaryDirectory()
        let source = """
            __attribute__((section("ph_manifest"), used)) static const unsigned manifest[8] = {0x314D4850, 32, 1};
            const void *ph_plugin_factory(void) { return manifest; }
            """
        _ = try directory.write(source, to: "plugin.c")
        let clang = try #require(Tool.named("clang"))
        try clang.run(["-shared", "-fPIC", "-o", "plugin.so", "plugin.c"], in: directory.path)
        judge(try ImageFile.read(directory.path + "/plugin.so"), times: 10_000, seed: 3)
    }

    @Test(
        "whatever is changed in the plugins that this package builds",
        .enabled(if: try Mappings.havePlugins, "the plugins were not built"),
        arguments: [("Reverse", 2000), ("Counter", 100)]
    )
    func products(name: String, times: Int) throws {
        let path = try #require(try Mappings.product(name))
        judge(try ImageFile.read(path), times: times, seed: 4)
    }
}
