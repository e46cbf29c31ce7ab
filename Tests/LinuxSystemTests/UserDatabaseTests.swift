import Glibc
import Testing

@testable import LinuxSystem

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

    @Test("have numbers in the first user namespace, and in others some have none")
    func unmapped() {
        #expect(UserDatabase.unmappedUser(map: "         0          0 4294967295\n", overflow: "65534\n") == nil)
        #expect(UserDatabase.unmappedUser(map: nil, overflow: nil) == nil)
        #expect(UserDatabase.unmappedUser(map: "0 1000 1\n1 100000 65536\n", overflow: "99\n") == 99)
        #expect(UserDatabase.unmappedUser(map: "0 1000 1\n", overflow: nil) == 65_534)
        #expect(
            UserDatabase.unmappedUser(map: "0 0 4294967294\n4294967294 4294967294 4294967295\n", overflow: "1") == nil
        )
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
