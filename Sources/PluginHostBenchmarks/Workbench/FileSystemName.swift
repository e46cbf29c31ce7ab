internal import LinuxSystem

/// Names the kinds of file systems that plugins are mostly on.
enum FileSystemName {
    static func of(_ directory: String) -> String {
        guard let kind = try? FileSystemKind.of(directory: directory) else { return "an unknown file system" }
        return names[kind.number & 0xFFFF_FFFF] ?? kind.name
    }

    private static let names: [Int64: String] = [
        0xEF53: "ext4", 0x0102_1994: "tmpfs", 0x9123_683E: "btrfs", 0x5846_5342: "xfs", 0x794C_7630: "overlayfs",
        0x2FC1_2FC1: "zfs", 0xF2F5_2010: "f2fs",
    ]
}
