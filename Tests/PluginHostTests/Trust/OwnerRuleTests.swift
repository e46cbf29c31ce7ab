import Testing

@testable import PluginHost

@Suite("The rule of owners (TR-1)")
struct OwnerRuleTests {
    private let rule = OwnerRule(user: 1000, privateGroup: 1000)

    private func fault(
        _ role: TrustPlace.Role,
        _ permissions: UInt32,
        owner: UInt32 = 1000,
        group: UInt32 = 1000,
        list: Bool? = false
    ) -> OwnerRule.Fault? {
        rule.fault(
            of: TrustPlace(
                path: "/p",
                role: role,
                owner: owner,
                group: group,
                permissions: permissions,
                hasAccessList: list
            )
        )
    }

    @Test("trusts what only root and the user can change", arguments: [TrustPlace.Role.parent, .directory, .file])
    func trusts(role: TrustPlace.Role) {
        for owner in [0, 1000] as [UInt32] {
            for permissions in [0o755, 0o700, 0o555, 0o644, 0o2755, 0o4711] as [UInt32] {
                #expect(fault(role, permissions, owner: owner, group: 50) == nil)
            }
        }
    }

    @Test(
        "does not trust what belongs to somebody else",
        arguments: [TrustPlace.Role.parent, .directory, .link, .file]
    )
    func foreign(role: TrustPlace.Role) {
        for owner in [1, 999, 1001, 65534, .max] as [UInt32] {
            #expect(fault(role, 0o500, owner: owner) == .foreignOwner)
            #expect(fault(role, 0o1777, owner: owner) == .foreignOwner)
        }
    }

    @Test("says of an owner without a number in this user namespace that it is one", arguments: ["/", "/srv/p"])
    func unmapped(path: String) {
        let rule = OwnerRule(user: 1000, privateGroup: nil, unmappedUser: 65534)
        let place = TrustPlace(path: path, role: .parent, owner: 65534, group: 65534, permissions: 0o755)
        #expect(rule.fault(of: place) == .unmappedOwner)
        let message = TrustRefusal(path: "/srv/p/a.so").owner(.unmappedOwner, of: place, rule).message
        #expect(message.contains("user namespace, where 65534 stands for all of them"))
        #expect(message.contains("uid_map") && message.contains("\"any\"") && !message.contains("chown"))
        // Whether the content is trusted does not matter where no image is.
        #expect(message.contains("pinned") == (path != "/"))
        let other = TrustPlace(path: path, role: .parent, owner: 7, group: 7, permissions: 0o755)
        #expect(rule.fault(of: other) == .foreignOwner)
    }

    @Test("does not trust what others can write to", arguments: [TrustPlace.Role.parent, .directory, .file])
    func writable(role: TrustPlace.Role) {
        #expect(fault(role, 0o757) == .writableByAll)
        #expect(fault(role, 0o777) == .writableByAll)
        #expect(fault(role, 0o775, group: 50) == .writableByGroup)
        #expect(fault(role, 0o2775, owner: 0, group: 50) == .writableByGroup)
        #expect(fault(role, 0o775, owner: 0, group: 0) == .writableByGroup)
    }

    @Test(
        "lets the user's own group write, unless a list may name others",
        arguments: [TrustPlace.Role.directory, .file]
    )
    func privateGroup(role: TrustPlace.Role) {
        #expect(fault(role, 0o775) == nil)
        #expect(fault(role, 0o777) == .writableByAll)
        #expect(fault(role, 0o775, list: true) == .accessList)
        #expect(fault(role, 0o775, list: nil) == .accessList)
        // What the bits of the group forbid, no list gives.
        #expect(fault(role, 0o755, list: true) == nil)
        let shared = OwnerRule(user: 1000, privateGroup: nil)
        let place = TrustPlace(path: "/p", role: role, owner: 1000, group: 1000, permissions: 0o775)
        #expect(shared.fault(of: place) == .writableByGroup)
    }

    @Test("lets a sticky directory of root be a parent, and nothing else")
    func sticky() {
        #expect(fault(.parent, 0o1777, owner: 0, group: 0) == nil)
        #expect(fault(.parent, 0o1775, owner: 0, group: 50) == nil)
        #expect(fault(.directory, 0o1777, owner: 0, group: 0) == .shared)
        #expect(fault(.parent, 0o1777) == .writableByAll)
        #expect(fault(.file, 0o1777, owner: 0) == .writableByAll)
    }

    @Test("asks of a link only who made it")
    func link() {
        #expect(fault(.link, 0o777) == nil)
        #expect(fault(.link, 0o777, owner: 0) == nil)
    }

    @Test("says who, why and what to do, with the mode as ls shows it")
    func words() {
        let place = TrustPlace(path: "/srv/p", role: .directory, owner: 0, group: 65_533, permissions: 0o2775)
        #expect(place.modeText == "drwxrwsr-x")
        #expect(rule.reason(.writableByGroup, of: place) == "can be changed by the group 65533")
        #expect(rule.remedy(.writableByGroup, of: place) == "run 'chmod g-w /srv/p'")
        #expect(rule.remedy(.writableByAll, of: place) == "run 'chmod go-w /srv/p'")
        #expect(OwnerRule(user: 0, privateGroup: nil).remedy(.foreignOwner, of: place) == "run 'chown root /srv/p'")
        func mode(_ permissions: UInt32, _ role: TrustPlace.Role, list: Bool? = nil) -> String {
            TrustPlace(path: "", role: role, owner: 0, group: 0, permissions: permissions, hasAccessList: list).modeText
        }
        #expect(mode(0o1777, .parent) == "drwxrwxrwt")
        #expect(mode(0o1776, .parent) == "drwxrwxrwT")
        #expect(mode(0o4644, .file) == "-rwSr--r--")
        #expect(mode(0o660, .file, list: true) == "-rw-rw----+")
        #expect(mode(0o777, .link) == "lrwxrwxrwx")
    }
}
