internal import LinuxSystem

/// Decides whether a file may be loaded, and reads it, as the operator's policy wants it.
///
/// What is judged are always the very bytes that are handed on. All functions block; any thread may call them.
package struct FileTrust: Sendable {
    package let policy: TrustPolicy
    package let rule: OwnerRule
    let pins: Set<String>
    let signatures: SignatureCheck?
    /// Where the signatures of builds in the archive are; `nil` where there is no archive.
    private let archive: SignatureArchive?
    private let ways = KnownWays()

    /// Takes the policy from a host's configuration.
    package init(
        _ configuration: HostConfiguration,
        rule: OwnerRule = .forThisProcess(),
        archive: SignatureArchive? = nil
    ) {
        policy = configuration.trust
        self.rule = rule
        pins = Set(configuration.pins)
        signatures = configuration.allowedSigners.map { path in
            SignatureCheck(allowedSigners: path, binding: SignerBinding(configuration.signers), rule: rule)
        }
        self.archive = archive
    }

    /// Reads a file of a plugin directory, if it is trusted.
    package func read(_ path: String) throws(PluginError) -> TrustedFile {
        switch policy {
        case .any: return TrustedFile(bytes: try ImageFile.read(path))
        case .owner:
            let walk = ways.walk(path)
            try checkOwners(walk, path)
            return TrustedFile(bytes: try ImageFile.read(walk, path))
        case .pinned:
            let bytes = try ImageFile.read(path)
            try checkPin(SHA256(of: bytes).description, path)
            return TrustedFile(bytes: bytes)
        case .signed:
            let bytes = try ImageFile.read(path)
            let signature = try SignatureCheck.readSignature(of: path)
            let signer = try check(bytes, signature, path)
            // What is loaded now may have to be loaded again from the archive, and is judged again then.
            try archive?.store(signature, of: SHA256(of: bytes))
            return TrustedFile(bytes: bytes, plugin: signer.plugin)
        }
    }

    /// Reads a build from the archive of the state directory, if it would be trusted today.
    ///
    /// - Parameters:
    ///   - build: The SHA-256 of the build.
    ///   - store: Where it lies.
    ///   - path: The file that it came from once, for messages.
    /// - Returns: The build.
    /// - Throws: ``PluginError`` with `untrusted`, or if it can't be read.
    package func read(build: String, in store: PluginStore, path: String) throws(PluginError) -> TrustedFile {
        switch policy {
        case .any: return TrustedFile(bytes: try store.builds.load(build))
        case .owner:
            let bytes = try store.builds.load(build)
            // Whoever could change the archive could change what names the build, too.
            let kept = store.builds.path(ofBuild: build)
            try checkOwners(TrustWalk(kept), kept)
            return TrustedFile(bytes: bytes)
        case .pinned:
            try checkPin(build, "\(path), build \(build)")
            return TrustedFile(bytes: try store.builds.load(build))
        case .signed:
            let bytes = try store.builds.load(build)
            let place = "\(path), build \(build)"
            guard let signature = try archive?.load(build) else {
                throw TrustRefusal(path: place).error(
                    "no signature of it was kept",
                    "put a signed build of it into the plugin directory"
                )
            }
            return TrustedFile(bytes: bytes, plugin: try check(bytes, signature, place).plugin)
        }
    }

    /// What an operator should know at the start.
    package func warnings(stateDirectory: String) -> [String] {
        switch policy {
        case .any:
            return ["\"trust\" is \"any\": whoever can write to a plugin directory can run code as this user"]
        case .pinned where pins.isEmpty:
            return ["\"trust\" is \"pinned\" and there are no pins: nothing will be loaded"]
        case .pinned: return []
        case .signed:
            guard KeyTool() == nil else { return [] }
            return [KeyTool.missing]
        case .owner:
            let walk = TrustWalk("\(stateDirectory)/lock")
            guard let (place, fault) = rule.firstFault(in: walk.places) else { return [] }
            return [
                "\(place.path) \(rule.reason(fault, of: place)): builds that are kept in \(stateDirectory) are not trusted; "
                    + rule.remedy(fault, of: place)
            ]
        }
    }

    /// Refuses a directory for images in which others could exchange a copy between the check and the load.
    func checkImages(_ directory: String) throws(PluginError) {
        // The name is one that no image has: what matters is the way to it.
        let walk = TrustWalk(directory.appendingName(".way"))
        guard policy != .any, let (place, fault) = rule.firstFault(in: walk.places) else { return }
        // What is wrong above all directories is wrong with another one as well.
        let other = place.path == "/" ? "" : ", or configure another imageDirectory"
        throw PluginError(
            code: .untrusted,
            message: "images can't be loaded from \(directory): \(place.path) (\(place.modeText) \(place.ownerText) "
                + "\(place.groupText)) \(rule.reason(fault, of: place)); \(rule.remedy(fault, of: place))\(other)"
        )
    }

    // MARK: Parts

    func checkOwners(_ walk: TrustWalk, _ path: String) throws(PluginError) {
        guard let (place, fault) = rule.firstFault(in: walk.places) else { return }
        throw TrustRefusal(path: path).owner(fault, of: place, rule)
    }

    func checkPin(_ build: String, _ path: String) throws(PluginError) {
        guard pins.contains(build) else { throw TrustRefusal(path: path).notPinned(build) }
    }

    private func check(
        _ bytes: [UInt8],
        _ signature: [UInt8],
        _ path: String
    ) throws(PluginError) -> SignatureCheck.Signer {
        guard let signatures else { throw TrustRefusal(path: path).tool("no \"allowedSigners\" are configured") }
        return try signatures.check(bytes, signature: signature, path: path)
    }
}
