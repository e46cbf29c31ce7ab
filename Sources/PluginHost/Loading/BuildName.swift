package import LinuxSystem
internal import Synchronization

/// The name of a build, which is the SHA-256 of its content, made when somebody first needs it.
///
/// To tell one build from others takes no name as a rule: contents of other sizes or fingerprints are others. So a reload
/// does not wait for the digest, which takes half as long as it takes the linker to load the content.
package final class BuildName: Hashable, Sendable, CustomStringConvertible {
    private enum State {
        case content([UInt8])
        case named(SHA256)
    }

    private let size: Int
    private let fingerprint: Fingerprint
    private let state: Mutex<State>

    /// Takes the content, which is kept until it has its name.
    package init(of content: [UInt8]) {
        size = content.count
        fingerprint = Fingerprint(of: content)
        state = Mutex(.content(content))
    }

    /// The name; whoever asks first makes it.
    package var digest: SHA256 {
        state.withLock { state in
            switch state {
            case .named(let digest): return digest
            case .content(let content):
                let digest = SHA256(of: content)
                state = .named(digest)
                return digest
            }
        }
    }

    /// The name as 64 hexadecimal digits.
    package var description: String { digest.description }

    package static func == (left: BuildName, right: BuildName) -> Bool {
        if left === right { return true }
        return left.size == right.size && left.fingerprint == right.fingerprint && left.digest == right.digest
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(fingerprint)
    }
}
