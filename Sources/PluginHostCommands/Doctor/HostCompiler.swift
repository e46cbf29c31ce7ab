/// The Swift compiler that has made this program.
enum HostCompiler {
    // What a compiler calls itself can only be asked for: hence one line for each version.
    #if compiler(>=6.5)
    /// The version, as manifests of plugins have it: major * 10000 + minor * 100 + patch.
    static let version: UInt32 = 60500
    #elseif compiler(>=6.4)
    /// The version, as manifests of plugins have it: major * 10000 + minor * 100 + patch.
    static let version: UInt32 = 60400
    #elseif compiler(>=6.3.1)
    /// The version, as manifests of plugins have it: major * 10000 + minor * 100 + patch.
    static let version: UInt32 = 60301
    #else
    /// The version, as manifests of plugins have it: major * 10000 + minor * 100 + patch.
    static let version: UInt32 = 60300
    #endif
}
