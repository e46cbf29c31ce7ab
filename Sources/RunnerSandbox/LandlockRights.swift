internal import CLinux

/// What can be done with files beneath a place, as Landlock knows it.
struct LandlockRights: OptionSet {
    let rawValue: UInt64

    private init(_ parts: UInt64...) {
        rawValue = parts.reduce(0, |)
    }

    init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    static let read = LandlockRights(CLINUX_LANDLOCK_READ_FILE, CLINUX_LANDLOCK_READ_DIR)
    static let execute = LandlockRights(CLINUX_LANDLOCK_EXECUTE)
    /// Nobody may make devices.
    static let write = LandlockRights(
        CLINUX_LANDLOCK_WRITE_FILE,
        CLINUX_LANDLOCK_TRUNCATE,
        CLINUX_LANDLOCK_REMOVE_DIR,
        CLINUX_LANDLOCK_REMOVE_FILE,
        CLINUX_LANDLOCK_MAKE_DIR,
        CLINUX_LANDLOCK_MAKE_FILE,
        CLINUX_LANDLOCK_MAKE_SOCKET,
        CLINUX_LANDLOCK_MAKE_FIFO,
        CLINUX_LANDLOCK_MAKE_LINK,
        CLINUX_LANDLOCK_REFER
    )
    private static let devices = LandlockRights(
        CLINUX_LANDLOCK_MAKE_CHARACTER_DEVICE,
        CLINUX_LANDLOCK_MAKE_BLOCK_DEVICE,
        CLINUX_LANDLOCK_CONTROL_DEVICE
    )
    /// Those that make sense for what is no directory; the kernel refuses others there.
    static let ofFiles = LandlockRights(
        CLINUX_LANDLOCK_EXECUTE,
        CLINUX_LANDLOCK_WRITE_FILE,
        CLINUX_LANDLOCK_READ_FILE,
        CLINUX_LANDLOCK_TRUNCATE,
        CLINUX_LANDLOCK_CONTROL_DEVICE
    )

    /// All that a version of Landlock knows of.
    static func known(to version: Int) -> LandlockRights {
        var rights = read.union(execute).union(write).union(devices)
        if version < 2 { rights.remove(LandlockRights(CLINUX_LANDLOCK_REFER)) }
        if version < 3 { rights.remove(LandlockRights(CLINUX_LANDLOCK_TRUNCATE)) }
        if version < 5 { rights.remove(LandlockRights(CLINUX_LANDLOCK_CONTROL_DEVICE)) }
        return rights
    }
}
