/// Where messages come from and go to: a platform, an account there, and a scope of it (RS-11).
public struct GatewayRoute: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The platform, such as `irc`; `nil` if nothing is said.
    public var platform: String?
    /// The account on the platform.
    public var account: String?
    /// The part of the account, such as a server or a room.
    public var scope: String?

    /// Creates a route; an empty text says nothing.
    public init(platform: String? = nil, account: String? = nil, scope: String? = nil) {
        self.platform = platform.flatMap { $0.isEmpty ? nil : $0 }
        self.account = account.flatMap { $0.isEmpty ? nil : $0 }
        self.scope = scope.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Reads a route.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            platform: try values.decodeIfPresent(String.self, forKey: .platform),
            account: try values.decodeIfPresent(String.self, forKey: .account),
            scope: try values.decodeIfPresent(String.self, forKey: .scope)
        )
    }

    /// The parts, with slashes between them.
    public var description: String {
        [platform ?? "*", account ?? "*", scope ?? "*"].joined(separator: "/")
    }

    /// Reads what a message's metadata say of its route.
    init(metadata: [String: JSONValue]?) {
        func text(_ name: String) -> String? {
            if case .string(let text)? = metadata?[name] { text } else { nil }
        }
        self.init(platform: text("platform"), account: text("account"), scope: text("scope"))
    }

    init(_ declaration: GatewayDeclaration) {
        self.init(platform: declaration.platform, account: declaration.account, scope: declaration.scope)
    }

    /// Each part from the first that says something of it.
    static func resolved(_ routes: [GatewayRoute]) -> GatewayRoute {
        GatewayRoute(
            platform: routes.lazy.compactMap(\.platform).first,
            account: routes.lazy.compactMap(\.account).first,
            scope: routes.lazy.compactMap(\.scope).first
        )
    }

    /// Whether messages for the other route can go this way: what is said here is said there too.
    func serves(_ other: GatewayRoute) -> Bool {
        (platform == nil || platform == other.platform) && (account == nil || account == other.account)
            && (scope == nil || scope == other.scope)
    }

    /// How much is said; the platform counts least, as all accounts are on one.
    var precision: Int {
        (platform == nil ? 0 : 1) + (account == nil ? 0 : 2) + (scope == nil ? 0 : 4)
    }
}
