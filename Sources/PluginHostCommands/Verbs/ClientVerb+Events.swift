internal import PluginHost

extension ClientVerb {
    /// Prints what has happened, and what happens.
    static let events = ClientVerb { context in
        { client in
            let isFollowing = context.arguments.has("--follow")
            let answer = try client.request(isFollowing ? "events.follow" : "events")
            for event in try answer.result([PluginEvent].self) { try context.print(event) }
            while isFollowing {
                if let event = try client.notification("event", as: PluginEvent.self) { try context.print(event) }
            }
        }
    }
}

extension CommandContext {
    fileprivate func print(_ event: PluginEvent) throws {
        if arguments.has("--json") {
            try streams.output(try JSONCoding.encode(event) + [UInt8(ascii: "\n")])
        } else {
            try streams.print("\(TimestampText.format(event.time))  \(EventText.of(event))")
        }
    }
}
