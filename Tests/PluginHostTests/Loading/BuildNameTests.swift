import LinuxSystem
import Testing

@testable import PluginHost

@Suite("The name of a build")
struct BuildNameTests {
    @Test("is the SHA-256 of its content")
    func digest() {
        let content = Array("abc".utf8)
        #expect(BuildName(of: content).digest == SHA256(of: content))
        #expect("\(BuildName(of: content))" == SHA256(of: content).description)
    }

    @Test("is another one for each byte that differs, wherever it is", arguments: [1, 7, 31, 32, 33, 63, 64, 65, 1000])
    func difference(size: Int) {
        let content = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
        let name = BuildName(of: content)
        #expect(name == BuildName(of: content))
        for index in content.indices {
            var other = content
            other[index] ^= 0x80
            #expect(name != BuildName(of: other))
            #expect(Fingerprint(of: content) != Fingerprint(of: other))
        }
    }

    @Test("is another one for a content that is longer by zeroes")
    func length() {
        let names = (0..<100).map { BuildName(of: [UInt8](repeating: 0, count: $0)) }
        #expect(Set(names).count == 100)
    }

    @Test("is another one for a content that was made to have the same fingerprint")
    func forgery() {
        let multiplier = 0x9e37_79b9_7f4a_7c15 as UInt64
        // The fifth word takes back what the first one has changed.
        func content(_ first: UInt64) -> [UInt8] {
            let fifth = (1 ^ first) &* multiplier
            return [first, 0, 0, 0, fifth, 0, 0, 0].flatMap { word in (0..<8).map { UInt8(word >> ($0 * 8) & 0xff) } }
        }
        let (one, other) = (content(1), content(2))
        #expect(Fingerprint(of: one) == Fingerprint(of: other))
        #expect(BuildName(of: one) != BuildName(of: other))
        #expect(Set([BuildName(of: one), BuildName(of: other)]).count == 2)
    }
}
