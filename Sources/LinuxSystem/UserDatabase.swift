internal import Glibc

/// What the system knows of users and groups.
package enum UserDatabase {
    /// The user that this process acts as.
    package static var currentUser: UInt32 { geteuid() }

    /// The number that the kernel shows for each user who has none in the user namespace of this process; `nil` if all have
    /// one, as in the first namespace.
    package static var unmappedUser: UInt32? {
        func text(_ path: String) -> String? {
            let bytes = try? OwnedFileDescriptor.open(path, flags: O_RDONLY).readToEnd(limit: 1 << 16)
            return bytes.map { String(decoding: $0, as: UTF8.self) }
        }
        return unmappedUser(map: text("/proc/self/uid_map"), overflow: text("/proc/sys/kernel/overflowuid"))
    }

    /// The same, of what the kernel tells of a namespace.
    static func unmappedUser(map: String?, overflow: String?) -> UInt32? {
        let lines = (map ?? "").split(separator: "\n").map { $0.split(separator: " ").compactMap { UInt32($0) } }
        // Without a map, as in a kernel without namespaces, all are who they are.
        guard !lines.isEmpty, lines.reduce(0, { $0 + UInt64($1.last ?? 0) }) < UInt64(UInt32.max) else { return nil }
        return overflow.flatMap { UInt32($0.prefix { $0.isNumber }) } ?? 65_534
    }

    /// The name of a user.
    package static func name(ofUser user: UInt32) -> String? {
        unsafe withRoom { room, size in
            var entry = unsafe passwd()
            var found: UnsafeMutablePointer<passwd>?
            let code = unsafe getpwuid_r(user, &entry, room, size, &found)
            return unsafe Looked(code, found == nil ? nil : text(entry.pw_name))
        }
    }

    /// The name of a group.
    package static func name(ofGroup group: UInt32) -> String? {
        self.group(group)?.name
    }

    /// The group that belongs to a user alone, as distributions give one to each user; `nil` if there is none.
    ///
    /// It has the user's name, nobody else is a member of it, and nobody else has it as the first group. The group of the
    /// superuser never counts: system accounts have it.
    package static func privateGroup(ofUser user: UInt32) -> UInt32? {
        let first: (group: UInt32, name: String)? = unsafe withRoom { room, size in
            var entry = unsafe passwd()
            var found: UnsafeMutablePointer<passwd>?
            let code = unsafe getpwuid_r(user, &entry, room, size, &found)
            return unsafe Looked(code, found == nil ? nil : text(entry.pw_name).map { (unsafe entry.pw_gid, $0) })
        }
        guard let first, first.group != 0, let group = group(first.group), group.name == first.name,
            group.members.allSatisfy({ $0 == first.name }), !isFirstGroup(first.group, ofOthersThan: user)
        else { return nil }
        return first.group
    }

    private static func group(_ number: UInt32) -> (name: String, members: [String])? {
        unsafe withRoom { room, size in
            var entry = unsafe Glibc.group()
            var found: UnsafeMutablePointer<Glibc.group>?
            let code = unsafe getgrgid_r(number, &entry, room, size, &found)
            guard code == 0, unsafe found != nil, let name = unsafe text(entry.gr_name) else {
                return Looked(code, nil)
            }
            var members: [String] = []
            var next = unsafe entry.gr_mem
            while let member = unsafe next?.pointee {
                members.append(unsafe String(cString: member))
                unsafe next = unsafe next?.advanced(by: 1)
            }
            return Looked(0, (name, members))
        }
    }

    /// Reads the local users only: a directory service need not list all of its own.
    private static func isFirstGroup(_ group: UInt32, ofOthersThan user: UInt32) -> Bool {
        guard let bytes = try? OwnedFileDescriptor.open("/etc/passwd", flags: O_RDONLY).readToEnd(limit: 16 << 20)
        else {
            return true
        }
        return bytes.split(separator: UInt8(ascii: "\n")).contains { line in
            let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            guard fields.count > 3 else { return false }
            let (owner, first) = (
                String(decoding: fields[2], as: UTF8.self), String(decoding: fields[3], as: UTF8.self)
            )
            return UInt32(first) == group && UInt32(owner) != user
        }
    }

    private struct Looked<Value> {
        let code: CInt
        let value: Value?

        init(_ code: CInt, _ value: Value?) {
            self.code = code
            self.value = value
        }
    }

    /// Looks something up with more and more room, as long as there is too little.
    private static func withRoom<Value>(_ body: (UnsafeMutablePointer<CChar>, Int) -> Looked<Value>) -> Value? {
        var size = 4096
        while size <= 1 << 22 {
            let looked = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { room in
                unsafe room.baseAddress.map { unsafe body($0, size) } ?? Looked(ENOMEM, nil)
            }
            guard looked.code == ERANGE else { return looked.value }
            size *= 4
        }
        return nil
    }

    private static func text(_ characters: UnsafeMutablePointer<CChar>?) -> String? {
        unsafe characters.map { unsafe String(cString: $0) }
    }
}
