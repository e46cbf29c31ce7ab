/// Decides which plugins a signer may provide.
///
/// A plugin's id is known only to its code, and code that runs in the host has done what it wanted by the time it tells.
/// So a signer who is bound to some plugins has to sign for one of them: the signature names the plugin, and is refused
/// before any code runs if it doesn't, or if it names one that the signer may not provide.
package struct SignerBinding: Hashable, Sendable {
    /// Why a signature is not enough.
    package enum Refusal: Error, Hashable {
        /// The signer may provide some plugins only, and the signature doesn't say for which it is.
        case unnamed(principal: String, allowed: [String])
        /// The signer may not provide that plugin.
        case foreign(principal: String, plugin: String, allowed: [String])
    }

    /// The ids that principals may provide, with `*` for any text; who is not here may provide all.
    package let patterns: [String: [String]]

    package init(_ patterns: [String: [String]]) {
        self.patterns = patterns
    }

    /// Decides about a signature that was made by somebody with these names for a plugin, or for any.
    ///
    /// A key that has a bound name is bound, whatever other names it has.
    package func check(_ principals: [String], plugin: String?) throws(Refusal) {
        let bound = principals.filter { patterns[$0] != nil }
        guard let first = bound.first else { return }
        let allowed = bound.flatMap { patterns[$0] ?? [] }
        guard let plugin else { throw .unnamed(principal: first, allowed: allowed) }
        guard allowed.contains(where: { Wildcard.matches(plugin, $0) }) else {
            throw .foreign(principal: first, plugin: plugin, allowed: allowed)
        }
    }
}
