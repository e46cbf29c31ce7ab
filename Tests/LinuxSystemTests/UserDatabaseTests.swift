import Glibc
import LinuxSystem
import Testing

@Suite("The users and groups of the system")
struct UserDatabaseTests {
    @Test("have names, or none")
    func names() {
        #expect(UserDatabase.name(ofUser: 0) == "root")
        #expect(UserDatabase.name(ofGroup: 0) == "root")
        #expect(UserDatabase.name(ofUser: 4_000_000_001) == nil)
        #expect(UserDatabase.name(ofGroup: 4_000_000_001) == nil)
        #expect(UserDatabase.currentUser == geteuid())
    }

    @Test("give no private group to the superuser, to who has none, and to who shares it")
    func privateGroups() throws {
        #expect(UserDatabase.privateGroup(ofUser: 0) == nil)
        #expect(UserDatabase.privateGroup(ofUser: 4_000_000_001) == nil)
        // Whoever has one is in it alone, by the local files.
        let bytes = try OwnedFileDescriptor.open("/etc/passwd", flags: O_RDONLY).readToEnd()
        let users = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
            $0.split(separator: ":", omittingEmptySubsequences: false)
        }
        for fields in users {
            let user = try #require(UInt32(fields[2]))
            guard let group = UserDatabase.privateGroup(ofUser: user) else { continue }
            #expect(UserDatabase.name(ofGroup: group) == String(fields[0]))
            #expect(users.count { UInt32($0[3]) == group } == 1)
        }
        // Debian's own accounts, where this is Debian: bin, for one, has a group of its own.
        if UserDatabase.name(ofUser: 2) == "bin", UserDatabase.name(ofGroup: 2) == "bin" {
            #expect(UserDatabase.privateGroup(ofUser: 2) == 2)
        }
    }
}
