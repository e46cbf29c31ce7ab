internal import LinuxSystem

/// One thing on the way from the root directory to a file: whoever can change it decides what the path leads to.
package struct TrustPlace: Hashable, Sendable {
    /// What the thing is for the path.
    package enum Role: String, Hashable, Sendable, Codable {
        /// A directory that other directories or links lie in.
        case parent
        /// The directory that the file, or a link to it, lies in.
        case directory
        /// A symbolic link that was followed.
        case link
        /// The file itself.
        case file
    }

    package let path: String
    package internal(set) var role: Role
    package let owner: UInt32
    package let group: UInt32
    /// The permission bits, with set-user-ID, set-group-ID and sticky.
    package let permissions: UInt32
    /// Whether there is an access control list beside the mode; `nil` if that is not known.
    package let hasAccessList: Bool?

    package init(
        path: String,
        role: Role,
        owner: UInt32,
        group: UInt32,
        permissions: UInt32,
        hasAccessList: Bool? = false
    ) {
        self.path = path
        self.role = role
        self.owner = owner
        self.group = group
        self.permissions = permissions
        self.hasAccessList = hasAccessList
    }

    init(path: String, role: Role, status: FileStatus, hasAccessList: Bool?) {
        self.init(
            path: path,
            role: role,
            owner: status.owner,
            group: status.group,
            permissions: status.permissions,
            hasAccessList: hasAccessList
        )
    }

    /// The mode as `ls -l` shows it.
    package var modeText: String {
        let kind =
            switch role {
            case .parent, .directory: "d"
            case .link: "l"
            case .file: "-"
            }
        let letters = Array("rwxrwxrwx")
        var text = letters.indices.map { permissions & (0o400 >> UInt32($0)) == 0 ? "-" : letters[$0] }
        for (bit, place, letter) in [(0o4000, 2, "s"), (0o2000, 5, "s"), (0o1000, 8, "t")] as [(UInt32, Int, Character)]
        where permissions & bit != 0 {
            text[place] = text[place] == "x" ? letter : Character(letter.uppercased())
        }
        return kind + String(text) + (hasAccessList == true ? "+" : "")
    }

    /// The owner by name, or by number if it has none.
    package var ownerText: String { UserDatabase.name(ofUser: owner) ?? "\(owner)" }

    /// The group by name, or by number if it has none.
    package var groupText: String { UserDatabase.name(ofGroup: group) ?? "\(group)" }
}
