import Testing

@testable import PluginHost

@Suite("A permission (RS-13)")
struct PermissionTests {
    @Test(
        "is a name with what it is about",
        arguments: [
            "log", "state.shared", "call:weather", "call:weather.*", "call:*", "fs.read:/", "fs.read:/srv/my data",
            "net.connect:443", "net.bind:*", "camera", "org.example.camera:front:left", "x-y:*",
        ]
    )
    func reads(text: String) throws {
        #expect(try Permission(text).description == text)
    }

    @Test(
        "is refused with the reason if it means nothing",
        arguments: [
            ("", "has no name"), ("Log", "has no name"), (":x", "has no name"), ("log:all", "takes nothing"),
            ("call", "lacks a plugin's id"), ("call:", "names no plugin"), ("call:a b", "names no plugin"),
            ("fs.read", "lacks a path"), ("fs.read:srv", "absolute path"), ("fs.read:/srv/../etc", "absolute path"),
            ("fs.read:/srv/", "absolute path"), ("fs.read://srv", "absolute path"),
            ("fs.write:/srv/*", "absolute path"),
            ("net.connect:0", "no port"), ("net.connect:65536", "no port"), ("net.bind:http", "no port"),
            ("net.bind:080", "no port"), ("camera:\u{1B}[2J", "control character"),
        ]
    )
    func refuses(text: String, reason: String) {
        let error = #expect(throws: Permission.Malformed.self) { try Permission(text) }
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }

    @Test(
        "is covered by patterns",
        arguments: [
            ("*", "fs.read:/etc", true), ("call:weather.*", "call:weather.today", true),
            ("call:weather.*", "call:other", false), ("fs.read:/srv", "fs.read:/srv", true),
            ("fs.read:/srv", "fs.read:/srv/data/x", true), ("fs.read:/srv", "fs.read:/srv2", false),
            ("fs.read:/srv/a", "fs.read:/srv", false), ("fs.read:/", "fs.read:/etc", true),
            ("fs.read:/srv", "fs.write:/srv", false), ("fs.*", "fs.write:/srv", true),
            ("fs.read:/srv/*/maps", "fs.read:/srv/a/maps", true), ("fs.read:/srv/*/maps", "fs.read:/srv/a", false),
            ("net.connect:443", "net.connect:443", true), ("net.connect:443", "net.connect:*", false),
            ("net.connect:*", "net.connect:443", true), ("camera", "camera", true), ("camera", "camera:front", false),
        ]
    )
    func covers(pattern: String, permission: String, isCovered: Bool) throws {
        #expect(try PermissionPattern(pattern).covers(try Permission(permission)) == isCovered)
    }

    @Test(
        "is touched by a pattern that stands for a part of it",
        arguments: [
            ("fs.read:/srv/secret", "fs.read:/srv", true), ("fs.read:/srv/secret/*", "fs.read:/srv", true),
            ("fs.read:/srv", "fs.read:/srv/secret", true), ("fs.read:/srv/secret", "fs.read:/srv/open", false),
            ("fs.read:/etc", "fs.read:/", true), ("fs.read:/srv/secret", "fs.write:/srv", false),
            ("fs.read:/srv/*/secret", "fs.read:/srv/a", true), ("fs.read:/srv/a*/x", "fs.read:/srv", true),
            ("fs.read:/srv/a*", "fs.read:/srv/b", false), ("fs.read:/srv/*.key", "fs.read:/", true),
            ("fs.*:/srv/secret", "fs.read:/srv", true), ("fs.*:/srv/secret", "fs.write:/srv/secret/x", true),
            ("fs.*:/srv/secret", "fs.read:/srv/open", false), ("net.connect:22", "net.connect:*", true),
            ("net.*:22", "net.bind:*", true), ("net.connect:22", "net.bind:*", false),
            ("net.connect:22", "net.connect:443", false), ("*:22", "fs.read:/", false),
        ]
    )
    func touches(pattern: String, permission: String, isTouched: Bool) throws {
        #expect(try PermissionPattern(pattern).touches(try Permission(permission)) == isTouched)
    }

    @Test(
        "that looks like one of the host's and is none is no pattern",
        arguments: [
            "event.emits:x", "events.emitt", "fs.raed:/srv", "net.connct:1", "call.x", "logs:", "fs.read:srv/*",
        ]
    )
    func slips(text: String) {
        // Names of their own are fine; those that begin like the host's are not.
        let isOwn = text.hasPrefix("event.") || text.hasPrefix("logs")
        #expect((try? PermissionPattern(text)) == nil || isOwn)
    }
}
