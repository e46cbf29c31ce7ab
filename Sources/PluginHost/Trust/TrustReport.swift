internal import LinuxSystem

/// Whether a file is trusted, with everything that bears on it, for people and for programs.
package struct TrustReport: Codable, Hashable, Sendable {
    /// One thing on the way to the file.
    package struct Place: Codable, Hashable, Sendable {
        package var path: String
        package var role: TrustPlace.Role
        package var mode: String
        package var owner: String
        package var group: String
        /// What is wrong with it, and what puts that right.
        package var fault: String?
        package var remedy: String?
    }

    /// The signature beside the file.
    package struct Signature: Codable, Hashable, Sendable {
        package var path: String
        package var isValid: Bool
        /// The names of the signer in the list of those who are allowed.
        package var principals: [String] = []
        /// What it was made for.
        package var namespace: String?
        /// Why it is not good enough, or could not be verified.
        package var message: String?
    }

    package var path: String
    package var policy: String
    package var isTrusted: Bool
    /// The refusal in words; `nil` for a file that is trusted.
    package var message: String?
    /// The SHA-256 of the content.
    package var build: String?
    package var places: [Place]
    /// `nil` if there is none.
    package var signature: Signature?
    package var isPinned: Bool

    /// Judges a file as a host of this configuration would.
    package static func of(_ path: String, _ configuration: HostConfiguration) -> TrustReport {
        let trust = FileTrust(configuration)
        let walk = TrustWalk(path)
        var report = TrustReport(
            path: path,
            policy: configuration.trust.rawValue,
            isTrusted: true,
            places: walk.places.map { Place($0, trust.rule) },
            isPinned: false
        )
        do throws(PluginError) {
            let bytes = try ImageFile.read(walk, path)
            report.judge(bytes, walk, trust)
        } catch {
            report.refuse(error)
        }
        return report
    }

    /// The owners' part in a line.
    package static func summary(of walk: TrustWalk, rule: OwnerRule) -> String {
        guard let (place, fault) = rule.firstFault(in: walk.places) else {
            return "only root and this user can change it"
        }
        return "not by owner: \(place.path) \(rule.reason(fault, of: place)); see 'plugin-host trust'"
    }

    private mutating func judge(_ bytes: [UInt8], _ walk: TrustWalk, _ trust: FileTrust) {
        let digest = SHA256(of: bytes).description
        build = digest
        isPinned = trust.pins.contains(digest)
        signature = Self.signature(of: path, bytes, trust)
        do throws(PluginError) {
            switch trust.policy {
            case .any: break
            case .owner: try trust.checkOwners(walk, path)
            case .pinned: try trust.checkPin(digest, path)
            // Judged as a host does, from the file on.
            case .signed: _ = try trust.read(path)
            }
        } catch {
            refuse(error)
        }
    }

    private mutating func refuse(_ error: PluginError) {
        isTrusted = false
        message = error.message
    }

    private static func signature(of path: String, _ bytes: [UInt8], _ trust: FileTrust) -> Signature? {
        guard let signed = try? SignatureCheck.readSignature(of: path) else { return nil }
        var signature = Signature(path: path + SignatureCheck.suffix, isValid: false)
        signature.namespace = SignatureEnvelope(signed)?.namespace
        guard let check = trust.signatures else {
            signature.message = "not verified, because the configuration names no allowedSigners"
            return signature
        }
        do throws(PluginError) {
            signature.principals = try check.check(bytes, signature: signed, path: path).principals
            signature.isValid = true
        } catch {
            signature.message = error.message
        }
        return signature
    }
}

extension TrustReport.Place {
    init(_ place: TrustPlace, _ rule: OwnerRule) {
        let fault = rule.fault(of: place)
        self.init(
            path: place.path,
            role: place.role,
            mode: place.modeText,
            owner: place.ownerText,
            group: place.groupText,
            fault: fault.map { rule.reason($0, of: place) },
            remedy: fault.map { rule.remedy($0, of: place) }
        )
    }
}
