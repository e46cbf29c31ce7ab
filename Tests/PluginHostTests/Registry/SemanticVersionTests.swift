import PluginHost
import Testing

/// HR-12; the examples are those of semver.org.
@Suite("A semantic version")
struct SemanticVersionTests {
    @Test(
        "is read and written as it stands",
        arguments: [
            "0.0.4", "1.2.3", "10.20.30", "1.1.2-prerelease+meta", "1.1.2+meta", "1.0.0-alpha", "1.0.0-alpha.1",
            "1.0.0-alpha0.valid", "1.0.0-alpha.0valid", "1.0.0-alpha-a.b-c-somethinglong+build.1-aef.1-its-okay",
            "2.0.0+build.1848", "1.0.0-0A.is.legal", "1.2.3----RC-SNAPSHOT.12.9.1--.12+788", "1.0.0+0.build.1-rc.001",
            "18446744073709551615.0.0", "1.0.0-99999999999999999999999", "1.0.0--", "1.0.0+-",
        ]
    )
    func reads(text: String) {
        #expect(SemanticVersion(text)?.description == text)
    }

    @Test(
        "is refused when it is none",
        arguments: [
            "", "1", "1.2", "1.2.3.4", "v1.2.3", "01.1.1", "1.01.1", "1.1.01", "1.2.3-0123", "1.2.3-", "1.2.3+",
            "1.2.3-a..b", "1.2.3+a..b", "1.2.3-ä", "1.2.3+a+b", "-1.0.0", "1.0.0 ", " 1.0.0", "1..0", "a.b.c",
            "1.0.0-a_b",
            "18446744073709551616.0.0", "+1.0.0", "1.+0.0", "1.2.3-a.", "١.0.0", "1.2.3\n",
        ]
    )
    func refuses(text: String) {
        #expect(SemanticVersion(text) == nil)
    }

    @Test("is older or newer as the specification orders them")
    func compares() throws {
        let texts = [
            "0.9.9", "1.0.0-1", "1.0.0-2", "1.0.0-10", "1.0.0-99999999999999999999999", "1.0.0-A", "1.0.0-alpha",
            "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0",
            "1.0.1", "1.1.0", "2.0.0-rc", "2.0.0", "10.0.0",
        ]
        let versions = try texts.map { try #require(SemanticVersion($0)) }
        for (index, version) in versions.enumerated() {
            for (other, another) in versions.enumerated() {
                #expect((version < another) == (index < other))
                #expect((version == another) == (index == other))
            }
        }
    }

    @Test("is not compared by its build")
    func ignoresBuild() throws {
        let (left, right) = (SemanticVersion("1.0.0+a"), SemanticVersion("1.0.0+b"))
        #expect(left == right)
        #expect(try !(#require(left) < #require(right)))
        #expect(Set([left, right]).count == 1)
        #expect(left?.build == ["a"])
    }

    @Test(
        "satisfies a dependency if it is compatible and not older",
        arguments: [
            ("a", "0.0.1", true), ("a@1.2.0", "1.2.0", true), ("a@1.2.0", "1.9.0", true), ("a@1.2.0", "1.1.9", false),
            ("a@1.2.0", "2.0.0", false), ("a@1.2.0", "1.2.0-rc.1", false), ("a@0.1.0", "0.2.0", true),
        ]
    )
    func satisfies(dependency: String, version: String, isSatisfied: Bool) throws {
        let parsed = try #require(PluginDependency(dependency))
        #expect(parsed.description == dependency)
        #expect(try parsed.isSatisfied(by: #require(SemanticVersion(version))) == isSatisfied)
    }

    @Test("makes no dependency when it is missing", arguments: ["", "@", "@1.0.0", "a@", "a@1", "a@1.0.0@2.0.0"])
    func refusesDependency(text: String) {
        #expect(PluginDependency(text) == nil)
    }
}
