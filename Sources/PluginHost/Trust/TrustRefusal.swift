internal import LinuxSystem

/// Words why a file is not trusted: which file, what is wrong, and what to do about it.
struct TrustRefusal {
    let path: String

    func error(_ why: String, _ remedy: String) -> PluginError {
        PluginError(code: .untrusted, message: "\(path): it is not trusted: \(why); \(remedy)")
    }

    func owner(_ fault: OwnerRule.Fault, of place: TrustPlace, _ rule: OwnerRule) -> PluginError {
        let what =
            "\(place.role == .file ? "the file" : place.path) (\(place.modeText) \(place.ownerText) \(place.groupText))"
        // Images lie below "/" too, and are judged by the owners of their way under each of these policies.
        let other = place.path == "/" ? "" : ", or trust the content: set \"trust\" to \"pinned\" or \"signed\""
        return error("\(what) \(rule.reason(fault, of: place))", "\(rule.remedy(fault, of: place))\(other)")
    }

    func notPinned(_ build: String) -> PluginError {
        error(
            "its SHA-256 is not among the pins",
            "if this build is wanted, add \"\(build)\" to \"pins\" and restart the host"
        )
    }

    // MARK: Signatures

    func noSignature(_ signature: String) -> PluginError {
        error("there is no signature \(signature)", "run 'plugin-host sign \(path) --key KEY'")
    }

    func damagedSignature(_ signature: String) -> PluginError {
        error("\(signature) is no OpenSSH signature", "run 'plugin-host sign \(path) --key KEY'")
    }

    func foreignNamespace(_ namespace: String) -> PluginError {
        error(
            "its signature was made for '\(namespace)' and not for '\(SignatureEnvelope.namespace)'",
            "run 'plugin-host sign \(path) --key KEY'"
        )
    }

    func unknownSigner(_ allowed: String) -> PluginError {
        error(
            "nobody in \(allowed) has the key of its signature",
            "add the signer there, or have it signed by one of them"
        )
    }

    func badSignature(_ principal: String, _ output: String) -> PluginError {
        let lines = output.split(whereSeparator: \.isNewline)
        // The last line says only that it could not be verified.
        let detail = (lines.count > 1 ? lines.dropLast() : lines[...]).joined(separator: "; ")
        return error(
            "its signature by \(principal) does not fit\(detail.isEmpty ? "" : " (\(detail))")",
            "sign the present content with 'plugin-host sign \(path) --key KEY'"
        )
    }

    func binding(_ refusal: SignerBinding.Refusal) -> PluginError {
        switch refusal {
        case .unnamed(let principal, let allowed):
            error(
                "\(principal) may provide \(allowed.joined(separator: ", ")) only, and its signature doesn't name a plugin",
                "sign it with 'plugin-host sign --plugin ID'"
            )
        case .foreign(let principal, let plugin, let allowed):
            error(
                "\(principal) may provide \(allowed.joined(separator: ", ")) only, and signed it as \(plugin)",
                "have it signed by somebody who may, or change \"signers\""
            )
        }
    }

    func tool(_ why: String) -> PluginError {
        error("its signature can't be verified: \(why)", "put that right, and reload the plugin")
    }
}
