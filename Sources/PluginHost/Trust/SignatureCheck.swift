internal import Glibc
internal import LinuxSystem

/// Verifies the signature of some bytes against the signers that the operator allows.
package struct SignatureCheck: Sendable {
    /// Who has signed, and for what.
    package struct Signer: Hashable, Sendable {
        package let principals: [String]
        /// The plugin that it was signed as; `nil` if it may be any.
        package let plugin: String?
    }

    /// What stands behind the name of a file in that of its signature.
    package static let suffix = ".sig"
    private static let largestList = 1 << 20

    let allowedSigners: String
    let binding: SignerBinding
    let rule: OwnerRule

    /// Reads the signature beside a file.
    package static func readSignature(of path: String) throws(PluginError) -> [UInt8] {
        let refusal = TrustRefusal(path: path)
        let signature = path + suffix
        let walk = TrustWalk(signature)
        switch walk.file {
        case .failure(.system(let error, _)) where error.code == ENOENT: throw refusal.noSignature(signature)
        case .failure(.system(let error, _)): throw refusal.tool("\(signature) can't be read (\(error))")
        case .failure(.directory), .failure(.notAFile): throw refusal.damagedSignature(signature)
        case .success(let file):
            do throws(SystemCallError) {
                return try file.descriptor.readToEnd(limit: SignatureEnvelope.largest)
            } catch {
                throw error.code == EFBIG
                    ? refusal.damagedSignature(signature) : refusal.tool("\(signature) can't be read (\(error))")
            }
        }
    }

    /// Says who has signed the bytes, or why that is not good enough.
    package func check(_ bytes: [UInt8], signature: [UInt8], path: String) throws(PluginError) -> Signer {
        let refusal = TrustRefusal(path: path)
        guard let envelope = SignatureEnvelope(signature) else { throw refusal.damagedSignature(path + Self.suffix) }
        guard envelope.isForPlugins else { throw refusal.foreignNamespace(envelope.namespace) }
        guard let tool = KeyTool() else { throw refusal.tool(KeyTool.missing) }
        let allowed = try readAllowedSigners(refusal)
        let answers: (names: [String], verified: [String], complaint: String)
        do throws(SystemCallError) {
            answers = try ask(tool, bytes, signature, allowed, envelope.namespace)
        } catch {
            throw refusal.tool("\(tool.path) can't be run (\(error))")
        }
        guard let first = answers.names.first else { throw refusal.unknownSigner(allowedSigners) }
        let principals = answers.verified
        guard !principals.isEmpty else { throw refusal.badSignature(first, answers.complaint) }
        do throws(SignerBinding.Refusal) {
            try binding.check(principals, plugin: envelope.plugin)
        } catch {
            throw refusal.binding(error)
        }
        return Signer(principals: principals, plugin: envelope.plugin)
    }

    /// The names that the list has for the signer, and those of them for which the signature holds.
    private func ask(
        _ tool: KeyTool,
        _ bytes: [UInt8],
        _ signature: [UInt8],
        _ allowed: [UInt8],
        _ namespace: String
    ) throws(SystemCallError) -> (names: [String], verified: [String], complaint: String) {
        let names = try tool.principals(of: signature, among: allowed)
        var verified: [String] = []
        var complaint = ""
        for name in names {
            let answer = try tool.verify(
                bytes,
                signature: signature,
                allowed: allowed,
                principal: name,
                namespace: namespace
            )
            if answer.succeeded { verified.append(name) } else if complaint.isEmpty { complaint = answer.output }
        }
        return (names, verified, complaint)
    }

    /// Reads the list once; whoever can change it decides who is trusted, so it is judged by its owners.
    private func readAllowedSigners(_ refusal: TrustRefusal) throws(PluginError) -> [UInt8] {
        let walk = TrustWalk(allowedSigners)
        if let (place, fault) = rule.firstFault(in: walk.places) {
            throw refusal.error(
                "whose key is allowed can't be told: \(place.path) (\(place.modeText) \(place.ownerText) \(place.groupText)) "
                    + rule.reason(fault, of: place),
                rule.remedy(fault, of: place)
            )
        }
        switch walk.file {
        case .failure(.system(let error, let path)): throw refusal.tool("\(path) can't be read (\(error))")
        case .failure(.directory), .failure(.notAFile): throw refusal.tool("\(allowedSigners) is no file")
        case .success(let file):
            do throws(SystemCallError) {
                return try file.descriptor.readToEnd(limit: Self.largestList)
            } catch {
                throw refusal.tool("\(allowedSigners) can't be read (\(error))")
            }
        }
    }
}
