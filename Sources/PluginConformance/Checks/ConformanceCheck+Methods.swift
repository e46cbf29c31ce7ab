internal import CPluginABI
internal import LinuxSystem

extension ConformanceCheck {
    static let calls = ConformanceCheck(
        "calls",
        "the calls that were given go well",
        promise: "execute serves one call, or returns a status and writes a message (plugin_abi.h, execute; PL-8).",
        hint:
            "Give only calls that the plugin understands: --call METHOD=INPUT. Settings that it needs come by --settings."
    ) { (trial) throws(CheckEnd) in
        let calls = trial.options.calls
        guard !calls.isEmpty else { throw .skipped("no call was given; with --call, more can be checked") }
        let subject = try trial.initialised()
        try trial.start(subject)
        for call in calls {
            subject.note("\(call.method) was called")
            let reply = subject.call(call.method, call.input)
            guard reply.isOK else { throw .violated("the call \(call.method) failed: \(reply.reason)") }
        }
        try trial.end(subject)
        return nil
    }

    static let unknownMethods = ConformanceCheck(
        "unknown-methods",
        "methods that it can't have are answered with PH_METHOD_NOT_FOUND",
        promise:
            "PH_METHOD_NOT_FOUND: the plugin has no method of that name. A plugin has no methods of its own that begin with "
            + "'ph.' (plugin_abi.h; PL-8).",
        hint: "Names are no C strings: compare method_size, then the bytes. They may be empty, long, and any bytes."
    ) { (trial) throws(CheckEnd) in
        let subject = try trial.running()
        let number = trial.random.next()
        var names = ["no-such-method-\(number)", "ph.none-\(number)/x", "ph.", "\u{0}"].map { Array($0.utf8) }
        names += [[], trial.random.bytes(40), trial.random.bytes(65_536), [0xff, 0xfe]]
        var note: String?
        for name in names {
            subject.note("it was called with an unknown method of \(name.count) bytes")
            let reply = subject.call(name)
            let text = "'\(String(decoding: name.prefix(40), as: UTF8.self))'"
            if reply.status == PH_METHOD_NOT_FOUND { continue }
            guard reply.isOK else {
                throw .violated("it answers the method \(text), which it can't have, with \(reply.reason)")
            }
            // One that answers whatever it is asked has no methods of certain names.
            guard note != nil || !text.hasPrefix("'ph.") else {
                throw .violated("it has a method \(text), a name of the host's")
            }
            note = "it answers methods of any name"
        }
        try trial.end(subject)
        return note
    }

    static let emptyInput = ConformanceCheck(
        "empty-input",
        "an empty input is answered",
        promise:
            "Calls carry bytes, of which there may be none: input may be null if input_size is 0 (plugin_abi.h, ph_call_v1; "
            + "PL-8).",
        hint: "Look at input_size before input."
    ) { (trial) throws(CheckEnd) in
        let subject = try trial.running()
        try subject.expectAnswers(to: trial.options.calls, [])
        try trial.end(subject)
        return nil
    }

    static let largeInput = ConformanceCheck(
        "large-input",
        "an input of 16 MiB is answered",
        promise:
            "input_size is a number of 64 bits, and the input is lent for the call (plugin_abi.h, ph_call_v1; PL-8).",
        hint: "Refuse what is too large with PH_BAD_PAYLOAD; no buffer of a fixed size may take an input unseen.",
        patience: 2
    ) { (trial) throws(CheckEnd) in
        let subject = try trial.running()
        try subject.expectAnswers(to: trial.options.calls, trial.random.largeInput())
        try trial.end(subject)
        return nil
    }

    static let deadlines = ConformanceCheck(
        "deadlines",
        "calls are answered within their deadline",
        promise:
            "deadline: when the caller stops waiting, in nanoseconds of CLOCK_MONOTONIC (plugin_abi.h, ph_call_v1; RS-3).",
        hint: "Each call has one second, and three tries. Give up when the deadline has passed, with PH_TIMED_OUT."
    ) { (trial) throws(CheckEnd) in
        let subject = try trial.running()
        let calls = trial.options.calls + [.init(method: "no-such-method", input: "")]
        for call in calls {
            var least = Duration.seconds(Int64.max)
            for _ in 0..<3 {
                subject.note("\(call.method) was called with a deadline")
                let start = MonotonicInstant.now
                _ = subject.call(call.method, call.input, deadline: start.advanced(by: .seconds(1)))
                least = min(least, start.duration(to: .now))
                if least <= .milliseconds(1500) { break }
            }
            guard least <= .milliseconds(1500) else {
                let taken = "\(Int(least.inSeconds * 1000)) ms"
                throw .violated("\(call.method) had a deadline of one second, and has answered after \(taken)")
            }
            subject.note("\(call.method) was called with a deadline that has passed")
            _ = subject.call(call.method, call.input, deadline: MonotonicInstant(nanoseconds: 1))
        }
        try trial.end(subject)
        return nil
    }
}

extension Subject {
    /// Calls methods, known and unknown, with an input that they need not like.
    fileprivate func expectAnswers(to calls: [CheckOptions.Call], _ input: [UInt8]) throws(CheckEnd) {
        for method in calls.map(\.method) + ["no-such-method"] {
            note("\(method) was called with \(input.count) bytes")
            let reply = call(Array(method.utf8), input)
            guard Reply.isKnown(reply.status) else {
                throw .violated("\(method) answered with the status \(reply.status), which the contract does not have")
            }
        }
    }
}
