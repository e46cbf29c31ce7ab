internal import LinuxSystem

/// Decides whether somebody else could have changed what a path leads to.
///
/// Root and the host's own user are trusted, since either could replace the host itself.
package struct OwnerRule: Hashable, Sendable {
    /// What is wrong with a place.
    package enum Fault: Hashable, Sendable {
        /// It belongs to somebody else, who can change it or give the right to.
        case foreignOwner
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

    package init(user: UInt32, privateGroup: UInt32?) {
        self.user = user
        self.privateGroup = privateGroup
    }

    /// The rule for the user of this process.
    package static func forThisProcess() -> OwnerRule {
        let user = UserDatabase.currentUser
        return OwnerRule(user: user, privateGroup: UserDatabase.privateGroup(ofUser: user))
    }

    /// What is wrong with a place, if anything is.
    package func fault(of place: TrustPlace) -> Fault? {
        guard place.owner == 0 || place.owner == user else { return .foreignOwner }
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
        case .writableByAll: "can be changed by everybody"
        case .writableByGroup: "can be changed by the group \(place.groupText)"
        case .accessList: "can be changed by whoever its access control list names"
        case .shared: "is a directory where everybody can put files"
        }
    }

    /// What puts it right.
    package func remedy(_ fault: Fault, of place: TrustPlace) -> String {
        switch fault {
        case .foreignOwner:
            return
                "'chown \(place.role == .link ? "-h " : "")\(UserDatabase.name(ofUser: user) ?? "\(user)") \(place.path)'"
        case .writableByAll: return "'chmod \(place.permissions & 0o020 == 0 ? "o-w" : "go-w") \(place.path)'"
        case .writableByGroup: return "'chmod g-w \(place.path)'"
        case .accessList: return "'setfacl -b \(place.path)' and 'chmod g-w \(place.path)'"
        case .shared: return "a directory of their own for plugins, such as \(place.path.appendingName("plugins"))"
        }
    }
}
