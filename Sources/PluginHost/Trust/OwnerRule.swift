internal import LinuxSystem

/// Decides whether somebody else could have changed what a path leads to.
///
/// Root and the host's own user are trusted, since either could replace the host itself.
package struct OwnerRule: Hashable, Sendable {
    /// What is wrong with a place.
    package enum Fault: Hashable, Sendable {
        /// It belongs to somebody else, who can change it or give the right to.
        case foreignOwner
        /// It belongs to somebody of whom this user namespace can't tell who that is.
        case unmappedOwner
        /// Everybody can write to it.
        case writableByAll
        /// The members of its group can write to it.
        case writableByGroup
        /// The group is the user's own, but an access control list may name others.
        case accessList
        /// Everybody can put files there, although nobody can replace those of others.
        case shared
    }

    private static let sticky: UInt32 = 0o1000

    /// The host's user.
    package let user: UInt32
    /// The group of which the user is the only member, if there is one: it may write.
    package let privateGroup: UInt32?
    /// The number that stands for all users who have none in this user namespace; `nil` if all have one.
    package let unmappedUser: UInt32?

    package init(user: UInt32, privateGroup: UInt32?, unmappedUser: UInt32? = nil) {
        self.user = user
        self.privateGroup = privateGroup
        self.unmappedUser = unmappedUser
    }

    /// The rule for the user of this process.
    package static func forThisProcess() -> OwnerRule {
        let user = UserDatabase.currentUser
        return OwnerRule(
            user: user,
            privateGroup: UserDatabase.privateGroup(ofUser: user),
            unmappedUser: UserDatabase.unmappedUser
        )
    }

    /// What is wrong with a place, if anything is.
    package func fault(of place: TrustPlace) -> Fault? {
        guard place.owner == 0 || place.owner == user else {
            return place.owner == unmappedUser ? .unmappedOwner : .foreignOwner
        }
        // A link has no rights of its own: what counts is who made it, and who can replace it.
        if place.role == .link { return nil }
        let forAll = place.permissions & 0o002 != 0
        let forGroup = place.permissions & 0o020 != 0
        guard forAll || forGroup else { return nil }
        if place.role != .file, place.permissions & Self.sticky != 0, place.owner == 0 {
            // What lies in it can be replaced by its own owner only, and is judged by itself.
            return place.role == .parent ? nil : .shared
        }
        if forAll { return .writableByAll }
        guard place.group == privateGroup else { return .writableByGroup }
        // With a list, the bits of the group say what anybody in the list may have at most.
        return place.hasAccessList == false ? nil : .accessList
    }

    /// The first place that is not as it should be.
    package func firstFault(in places: [TrustPlace]) -> (place: TrustPlace, fault: Fault)? {
        for place in places {
            if let fault = fault(of: place) { return (place, fault) }
        }
        return nil
    }
}

extension OwnerRule {
    /// What is wrong, as it completes a sentence that begins with the place.
    package func reason(_ fault: Fault, of place: TrustPlace) -> String {
        switch fault {
        case .foreignOwner: "belongs to \(place.ownerText)"
        case .unmappedOwner:
            "belongs to a user without a number in this user namespace, where \(place.owner) stands for all of them"
        case .writableByAll: "can be changed by everybody"
        case .writableByGroup: "can be changed by the group \(place.groupText)"
        case .accessList: "can be changed by whoever its access control list names"
        case .shared: "is a directory where everybody can put files"
        }
    }

    /// What puts it right, as a sentence that begins with a verb.
    package func remedy(_ fault: Fault, of place: TrustPlace) -> String {
        switch fault {
        case .foreignOwner:
            let user = UserDatabase.name(ofUser: user) ?? "\(user)"
            return "run 'chown \(place.role == .link ? "-h " : "")\(user) \(place.path)'"
        case .unmappedOwner:
            return
                "map its owner, such as root, into the user namespace (its uid_map), or, if whoever that is may decide what "
                + "runs here, set \"trust\" to \"any\""
        case .writableByAll: return "run 'chmod \(place.permissions & 0o020 == 0 ? "o-w" : "go-w") \(place.path)'"
        case .writableByGroup: return "run 'chmod g-w \(place.path)'"
        case .accessList: return "run 'setfacl -b \(place.path)' and 'chmod g-w \(place.path)'"
        case .shared: return "use a directory of their own for plugins, such as \(place.path.appendingName("plugins"))"
        }
    }
}
